"""Opening, locking, reading while writing, privacy, and what a stranger's or damaged library says."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ragcite.errors import LibraryError, LibraryLocked, LibraryMismatch, NewerLibrary
from ragcite.storage import SqliteStore
from ragcite.storage.connection import connect_reader, connect_writer


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_folder_and_files_are_private_under_any_umask(shelf: Any, open_umask: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("ragcite.storage.tidy.SMALL", 1)
    store = shelf.open()
    seen = {}
    with store.writer() as writer:
        document = shelf.document("one\ntwo\nthree")
        shelf.put(writer, document)
        writer.record(shelf.record("/docs/a", document))
        writer.commit()
        seen.update({path: path.stat().st_mode for path in shelf.folder.rglob("*")})
    with store.snapshot():
        seen.update({path: path.stat().st_mode for path in shelf.folder.rglob("*")})
    modes = {path.name: stat.S_IMODE(mode) for path, mode in seen.items()}
    assert {"library.db", "library.db-wal", "library.db-shm", "library.lock", "base-1.faiss", "vectors"} <= set(modes)
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == modes.pop("vectors") == 0o700
    assert set(modes.values()) == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_an_existing_folder_with_other_things_keeps_its_mode(shelf: Any) -> None:
    shelf.folder.mkdir(mode=0o755)
    (shelf.folder / "mine.txt").write_text("mine")
    shelf.folder.chmod(0o755)
    shelf.open()
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o755
    assert stat.S_IMODE((shelf.folder / "library.db").stat().st_mode) == 0o600


def test_a_second_writer_is_told_that_the_library_is_locked(shelf: Any) -> None:
    store = shelf.open()
    with store.writer(), pytest.raises(LibraryLocked, match="another process is writing"), shelf.open().writer():
        pytest.fail("two writers")
    with shelf.open().writer():
        pass


def test_a_second_writer_waits_for_the_first(shelf: Any) -> None:
    store = shelf.open()
    patient = SqliteStore.open(shelf.folder, store._codec, "words-8", 8, lock_timeout=20)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writer():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    threading.Timer(0.2, leave.set).start()
    with patient.writer():
        assert leave.is_set()
    thread.join()


def test_a_reader_sees_one_snapshot_while_others_write(shelf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("ragcite.storage.tidy.SMALL", 1)
    store = shelf.open()
    shelf.add(store, "/docs/a", "one\ntwo\nthree")
    with store.snapshot() as snapshot:
        before = [hit.key for hit in snapshot.vector_search(shelf.vector("one"), 9)]
        shelf.forget(store, ["/docs/a"])
        shelf.add(store, "/docs/b", "four\nfive\nsix\nseven")
        assert [hit.key for hit in snapshot.vector_search(shelf.vector("one"), 9)] == before
        assert sorted(p.passage.text for p in snapshot.passages(before).values()) == ["one", "three", "two"]
        assert len(snapshot.keyword_search("one", 9)) == 1
        assert [file.path for file in snapshot.files()] == [b"/docs/a"]
        with store.snapshot() as later:
            assert later.generation == snapshot.generation + 2
            assert [file.path for file in later.files()] == [b"/docs/b"]
        assert [hit.key for hit in snapshot.vector_search(shelf.vector("one"), 9)] == before
    assert shelf.nearest(store, "five", 1) == ["five"]


def test_a_reader_does_not_see_what_is_not_committed(shelf: Any) -> None:
    store = shelf.open()
    with store.writer() as writer:
        document = shelf.document("half way")
        shelf.put(writer, document)
        writer.record(shelf.record("/docs/a", document))
        assert shelf.found(store, "half") == []
        writer.commit()
        assert shelf.found(store, "half") == ["half way"]


def test_a_reader_can_neither_write_nor_checkpoint(shelf: Any) -> None:
    shelf.open()
    connection = connect_reader(shelf.folder / "library.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM meta")
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
    connection.close()


def test_the_writer_is_as_durable_as_it_asked_to_be(shelf: Any) -> None:
    shelf.open()
    connection = connect_writer(shelf.folder / "library.db")
    pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "auto_vacuum")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 2, 1, 1, 2]
    connection.close()


def test_asking_where_nothing_was_ingested_makes_nothing(shelf: Any) -> None:
    with pytest.raises(LibraryError, match="ragcite ingest FOLDER"):
        shelf.open(create=False)
    assert not shelf.folder.exists()


def test_a_library_whose_making_was_cut_short_is_made_again(shelf: Any) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "library.db").touch()
    with pytest.raises(LibraryError, match="nothing was ingested"):
        shelf.open(create=False)
    shelf.add(shelf.open(), "/docs/a", "text")


def test_a_newer_library_is_left_alone(shelf: Any) -> None:
    shelf.open()
    with sqlite3.connect(shelf.folder / "library.db") as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    connection.close()
    for create in (True, False):
        with pytest.raises(NewerLibrary, match=r"schema 999.*Upgrade"):
            shelf.open(create=create)


def test_an_older_library_is_migrated_once_and_keeps_its_rows(shelf: Any, monkeypatch: Any) -> None:
    shelf.add(shelf.open(), "/docs/a", "kept words")
    steps = (("never again",), ("CREATE TABLE later (x)",))
    monkeypatch.setattr("ragcite.storage.schema.MIGRATIONS", steps)
    monkeypatch.setattr("ragcite.storage.schema.VERSION", 2)
    monkeypatch.setattr("ragcite.storage.store.VERSION", 2)
    for _ in range(2):
        assert shelf.found(shelf.open(), "words") == ["kept words"]
    assert shelf.open().info()["schema"] == "2"


@pytest.mark.parametrize(("embedder", "dimension"), [("other-8", 8), ("words-8", 16)])
def test_another_embedder_is_refused(shelf: Any, embedder: str, dimension: int) -> None:
    shelf.open()
    with pytest.raises(LibraryMismatch, match=r"words-8.*ingest into a new library"):
        shelf.open(embedder=embedder, dimension=dimension)


def test_a_file_that_is_no_database_is_named_and_kept(shelf: Any) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "library.db").write_bytes(b"these are my notes, not a database" * 99)
    with pytest.raises(LibraryError, match="no database"):
        shelf.open()
    assert (shelf.folder / "library.db").read_bytes().startswith(b"these are my notes")


def test_a_foreign_database_is_refused(shelf: Any) -> None:
    shelf.folder.mkdir()
    with sqlite3.connect(shelf.folder / "library.db") as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(LibraryError, match="not one of ragcite"):
        shelf.open()


def test_a_folder_that_cannot_be_made_is_an_error_of_its_own(make_shelf: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="cannot be made"):
        make_shelf("file/library").open()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE text_layers SET text = x'6f74686572'",
        "UPDATE text_layers SET details = '{'",
        "UPDATE text_layers SET format = 'gif'",
        "UPDATE passages SET span_end = 3",
        "UPDATE passages SET span_start = 9, span_end = 2",
        "UPDATE text_layers SET splitter = 'x'",
    ],
)
def test_rows_that_do_not_fit_together_are_never_shown(shelf: Any, statement: str) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "some words")
    with sqlite3.connect(shelf.folder / "library.db") as connection:
        connection.execute(statement)
    connection.close()
    with store.snapshot() as snapshot, pytest.raises(LibraryError, match="ragcite ingest"):
        snapshot.passages([1])


def test_a_folder_name_with_special_characters_is_no_obstacle(make_shelf: Any) -> None:
    shelf = make_shelf("a #1 ?mode=rw %20 bücher")
    shelf.add(shelf.open(), "/docs/a", "found it")
    assert shelf.found(shelf.open(), "found") == ["found it"]


def test_a_full_disk_is_said_and_keeps_the_old_state(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "old words")
    with pytest.raises(LibraryError, match="disk is full"), store.writer() as writer:  # noqa: PT012
        writer._connection.execute("PRAGMA max_page_count = 40")
        document = shelf.document("\n".join(f"new words {number}" * 40 for number in range(200)))
        shelf.put(writer, document)
        writer.record(shelf.record("/docs/b", document))
    assert shelf.found(store, "words") == ["old words"]
    shelf.add(store, "/docs/b", "new words")
    assert sorted(shelf.found(store, "words")) == ["new words", "old words"]


def test_info_says_what_status_shows(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "text")
    info = store.info()
    assert (info["schema"], info["generation"], info["embedder"], info["dimension"]) == ("1", "1", "words-8", "8")
    assert (info["vector_base"], info["purge"]) == ("none", "none pending")
    assert int(info["database_bytes"]) > 0
