"""Files out of the library: what is told, what stays, and that no byte is left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ragcite.errors import LibraryLocked, UsageError
from ragcite.ingestion import remove
from ragcite.storage import SqliteStore, tidy
from ragcite.types import Removal

CANARY = "zebracanaryq"


def remove_from(desk: Any, *names: str) -> Removal:
    return remove(desk.store(), [desk.docs / name for name in names])


def names(desk: Any, removal: Removal) -> list[str]:
    return [os.path.relpath(file.path, desk.docs) for file in removal.files]


def traces(folder: Path, *needles: bytes) -> dict[str, int]:
    """Looked for while no connection is open."""
    counted = {
        path.relative_to(folder).as_posix(): sum(path.read_bytes().count(needle) for needle in needles)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: count for name, count in counted.items() if count}


def test_a_removed_file_is_found_no_more_and_the_others_are(desk: Any) -> None:
    desk.write("lease.txt", "line of the lease")
    desk.write("pump.txt", "line of the pump")
    desk.ingest()
    removal = remove_from(desk, "lease.txt")
    assert names(desk, removal) == ["lease.txt"]
    assert removal.purged
    assert desk.found("line") == {"pump.txt": ["line of the pump"]}


def test_a_folder_takes_out_what_lies_below_it_and_nothing_beside_it(desk: Any) -> None:
    for name in ("a/1.txt", "a/b/2.txt", "ab/3.txt", "a.txt"):
        desk.write(name, f"line {name}")
    desk.ingest()
    assert names(desk, remove_from(desk, "a")) == ["a/1.txt", "a/b/2.txt"]
    assert set(desk.found("line")) == {"ab/3.txt", "a.txt"}


def test_no_byte_of_a_removed_document_or_its_name_is_left_in_any_file(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tidy, "SMALL", 5)
    desk.write("secret-name.txt", "\n".join(f"{CANARY} number {number}" for number in range(30)))
    desk.write("other.txt", "\n".join(f"other line {number}" for number in range(40)))
    desk.ingest()
    (desk.folder / "library.db.damaged").write_bytes((desk.folder / "library.db").read_bytes())
    (desk.folder / "library.db.damaged-2").write_text(f"the words of {CANARY}")
    (desk.folder / "library.db.new").write_text(f"the words of {CANARY}")
    vector = desk.embedder.embed_query(f"{CANARY} number 3\n").tobytes()
    # FTS5 leaves out what a term shares with the one before it, so the end of the word is looked for.
    needles = [CANARY[4:].encode(), b"secret-name", vector]
    assert {"library.db", "vectors/base-1.faiss"} <= set(traces(desk.folder, *needles))
    removal = remove_from(desk, "secret-name.txt")
    assert removal.purged
    assert [Path(path).name for path in removal.discarded] == ["library.db.damaged", "library.db.damaged-2"]
    assert traces(desk.folder, *needles) == {}
    assert len(desk.found("other")["other.txt"]) == 40


def test_what_still_lies_on_disk_is_told_and_the_next_ingest_reads_it_again(desk: Any) -> None:
    desk.write("here.txt", "line here")
    gone = desk.write("gone.txt", "line gone")
    desk.ingest()
    gone.unlink()
    removal = remove_from(desk, "here.txt", "gone.txt")
    assert {Path(file.path).name: file.on_disk for file in removal.files} == {"here.txt": True, "gone.txt": False}
    assert desk.statuses() == {"here.txt": "added"}


def test_a_text_that_another_file_has_too_stays_and_is_named(desk: Any) -> None:
    for name in ("a.txt", "copy.txt", "third.txt"):
        desk.write(name, "the same line")
    desk.ingest()
    removal = remove_from(desk, "a.txt", "third.txt")
    copies = {Path(file.path).name: [Path(copy).name for copy in file.copies] for file in removal.files}
    assert copies == {"a.txt": ["copy.txt"], "third.txt": ["copy.txt"]}
    assert set(desk.found("same")) == {"copy.txt"}


def test_a_path_that_is_not_in_the_library_removes_nothing_and_names_the_nearest(desk: Any) -> None:
    desk.write("letters/lease-2024.txt", "line one")
    desk.write("pump.txt", "line two")
    desk.ingest()
    with pytest.raises(UsageError, match=r"letters/lease-2024\.txt"):
        remove_from(desk, "pump.txt", "letters/lease-2042.txt")
    with pytest.raises(UsageError, match=r"nearest: [^ ]*/docs/pump\.txt"):
        remove_from(desk, "elsewhere/entirely/pump.txt")
    with pytest.raises(UsageError, match=rf"nearest: {desk.docs}"):
        remove(desk.store(), [Path("/zz")])
    assert set(desk.found("line")) == {"letters/lease-2024.txt", "pump.txt"}


def test_a_file_that_could_not_be_read_is_removed_too(desk: Any) -> None:
    desk.write("broken.txt", "%broken")
    desk.ingest()
    assert names(desk, remove_from(desk, "broken.txt")) == ["broken.txt"]
    with desk.store().snapshot() as snapshot:
        assert snapshot.counts().files == 0


def test_a_reader_holds_up_the_purge_and_that_is_told(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tidy, "_READER_WAIT_MS", 50)
    desk.write("a.txt", f"{CANARY} line")
    desk.write("b.txt", "another line")
    desk.ingest()
    with desk.store().snapshot():
        assert not remove_from(desk, "a.txt").purged
    assert remove_from(desk, "b.txt").purged
    assert traces(desk.folder, CANARY[4:].encode()) == {}


def test_nothing_is_removed_while_another_process_writes(desk: Any) -> None:
    desk.write("a.txt", "line")
    desk.ingest()
    with desk.store().writer(), pytest.raises(LibraryLocked):
        remove_from(desk, "a.txt")
    assert set(desk.found("line")) == {"a.txt"}


def test_a_library_of_any_embedder_can_be_opened_for_a_removal(desk: Any) -> None:
    desk.write("a.txt", "line")
    desk.ingest()
    store = SqliteStore.open_any(desk.folder, desk.store()._codec)
    assert names(desk, remove(store, [desk.docs / "a.txt"])) == ["a.txt"]
