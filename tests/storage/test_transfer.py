"""A library as one file and back: the same library, a consistent one, and nothing of a file that is not whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import LibraryError, LibraryLocked, NewerLibrary, RagciteError, UsageError
from ragcite.storage import Doctor, export_library, import_library
from ragcite.storage.disk import REAL, Disk, Transfer
from ragcite.storage.lock import library_lock
from ragcite.types import Exported, Imported

CANARY = "zebracanaryq"
Members = dict[str, bytes]


def export(
    shelf: Any, target: Path, certificate: bytes | None = None, force: bool = False, disk: Disk = REAL
) -> Exported:
    return export_library(shelf.folder, target, FaissCodec(), certificate, force, disk)


def bring(file: Path, shelf: Any, disk: Disk = REAL) -> Imported:
    return import_library(file, shelf.folder, FaissCodec(), json.loads, disk)


def content(shelf: Any) -> list[Any]:
    """All that it says. Keys too: they come along."""
    with shelf.open(create=False).snapshot() as snapshot:
        hits = snapshot.vector_search(shelf.vector("alpha one"), 1000)
        passages = snapshot.passages(sorted(hit.key for hit in hits))
        scores = sorted((hit.key, round(hit.score, 5)) for hit in hits)
        return [list(snapshot.files()), passages, scores, snapshot.keyword_search("one two", 50), snapshot.counts()]


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def members(file: Path) -> Members:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(file: Path, parts: Members, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def sealed(parts: Members, **changes: Any) -> Members:
    """With a manifest that fits the members."""
    said = json.loads(parts["manifest.json"]) | changes
    for name in parts.keys() - {"manifest.json"}:
        said["members"][name] = {"bytes": len(parts[name]), "sha256": hashlib.sha256(parts[name]).hexdigest()}
    return parts | {"manifest.json": json.dumps(said).encode()}


def changed(parts: Members, folder: Path, *statements: str) -> Members:
    """With another database and a manifest that fits it."""
    path = folder / "changed.db"
    path.write_bytes(parts["library.db"])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = path.read_bytes()
    path.unlink()
    return sealed(parts | {"library.db": data})


@pytest.fixture
def filled(make_shelf: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two documents, one failed file and a vector base."""
    monkeypatch.setattr("ragcite.storage.tidy.SMALL", 2)
    shelf = make_shelf()
    store = shelf.open()
    shelf.add(store, "/docs/a", "alpha one\nalpha two\nalpha three")
    shelf.add(store, "/docs/b", "beta one\nbeta two")
    with store.writer() as writer:
        writer.record(shelf.record("/docs/failed", None, "encrypted"))
    assert shelf.bases()
    return shelf


@pytest.fixture
def file(filled: Any, tmp_path: Path) -> Path:
    place = tmp_path / "safe"
    place.mkdir()
    export(filled, place / "kept.ragcite", b'{"threshold": 0.5}\n')
    return place / "kept.ragcite"


@pytest.fixture
def other(make_shelf: Any) -> Any:
    return make_shelf("other")


def test_what_comes_back_is_the_same_library_and_goes_on_as_one(filled: Any, other: Any, file: Path) -> None:
    before = content(filled)
    imported = bring(file, other)
    held = imported.contents
    assert (held.files, held.failed, held.documents, held.passages) == (3, 1, 2, 5)
    assert (held.embedder, held.dimension, imported.calibrated) == ("words-8", 8, True)
    assert names(other.folder) == {"library.db", "library.lock", "certificate.json"}
    assert content(other) == before
    assert (other.folder / "certificate.json").read_bytes() == b'{"threshold": 0.5}\n'
    assert Doctor(other.folder, FaissCodec(), lambda: ("words-8", 8)).check(full=True).findings == ()
    other.add(other.open(), "/docs/c", "gamma one")
    assert "gamma one" in other.found(other.open(), "gamma")
    assert other.bases()
    assert content(filled) == before


def test_the_library_that_is_exported_is_not_touched_and_the_folder_holds_the_file_alone(
    filled: Any, file: Path
) -> None:
    assert names(file.parent) == {"kept.ragcite"}
    assert Doctor(filled.folder, FaissCodec(), lambda: ("words-8", 8)).check(full=True).findings == ()


def test_all_of_it_is_private_whatever_the_umask(filled: Any, make_shelf: Any, tmp_path: Path) -> None:
    seen: dict[str, set[tuple[bool, int]]] = {}

    class Looking(Disk):
        def reach(self, moment: Any) -> None:
            paths = [path for path in tmp_path.rglob("*") if ".new" in str(path.relative_to(tmp_path))]
            seen[moment.name] = {(path.is_dir(), path.stat().st_mode & 0o777) for path in paths}

    before = os.umask(0)
    try:
        export(filled, tmp_path / "kept", b"{}", disk=Looking())
        bring(tmp_path / "kept", make_shelf("deep/er/other"), Looking())
    finally:
        os.umask(before)
    assert seen.pop("DONE") == set()
    assert seen == {moment.name: {(True, 0o700), (False, 0o600)} for moment in Transfer if moment.name != "DONE"}
    folder = tmp_path / "deep" / "er" / "other"
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_file_is_a_documented_zip_without_the_vector_base(file: Path) -> None:
    parts = members(file)
    assert sorted(parts) == ["certificate.json", "library.db", "manifest.json"]
    said = json.loads(parts["manifest.json"])
    assert said["format"] == said["schema"] == 1
    assert said["members"]["library.db"]["sha256"] == hashlib.sha256(parts["library.db"]).hexdigest()
    assert said["members"]["library.db"]["bytes"] == len(parts["library.db"])
    assert said["contents"]["passages"] == 5


def test_a_state_is_exported_whole_while_another_is_being_written(filled: Any, other: Any, tmp_path: Path) -> None:
    before = content(filled)

    class Writing(Disk):
        """An ingest commits as soon as the copy is made, and one is open all the while."""

        def reach(self, moment: Any) -> None:
            if moment is Transfer.COPIED:
                filled.add(filled.open(), "/docs/c", "gamma one")

    with filled.open().writer() as writer:
        document = filled.document("delta one")
        filled.put(writer, document)
        writer.record(filled.record("/docs/d", document))
        export(filled, tmp_path / "one")
    export(filled, tmp_path / "two", disk=Writing())
    bring(tmp_path / "one", other)
    assert content(other) == before
    assert "delta one" in filled.found(filled.open(), "delta gamma")
    assert "gamma one" in filled.found(filled.open(), "delta gamma")


def test_no_byte_of_what_was_removed_is_exported_even_before_it_is_purged(filled: Any, tmp_path: Path) -> None:
    store = filled.open()
    filled.add(store, "/docs/secret", f"{CANARY} one\n{CANARY} two")
    with suppress(KeyboardInterrupt), store.writer() as writer:  # after which nothing is purged
        writer.forget([b"/docs/secret"])
        writer.commit()
        raise KeyboardInterrupt
    assert store.info()["purge"] != "none pending"
    export(filled, tmp_path / "kept")
    data = (tmp_path / "kept").read_bytes()
    assert CANARY[4:].encode() not in data
    assert b"/docs/secret" not in data
    assert b"alpha three" in data


@pytest.mark.parametrize("where", ["text_layers SET text", "passages SET vector", "meta SET value"])
def test_a_damaged_library_is_not_exported(filled: Any, tmp_path: Path, where: str) -> None:
    """It could not be imported again, and one would learn that when it is needed."""
    with closing(sqlite3.connect(filled.folder / "library.db", isolation_level=None)) as connection:
        connection.execute(f"UPDATE {where} = x'00'" + (" WHERE key = 'generation'" if "meta" in where else ""))
    with pytest.raises(LibraryError, match="doctor --repair"):
        export(filled, tmp_path / "kept")
    assert names(tmp_path) & {"kept", "kept.new"} == set()


def test_a_file_is_replaced_only_by_force(filled: Any, other: Any, file: Path) -> None:
    old = file.read_bytes()
    filled.add(filled.open(), "/docs/c", "gamma one")
    with pytest.raises(UsageError, match="--force"):
        export(filled, file)
    assert file.read_bytes() == old
    export(filled, file, force=True)
    assert bring(file, other).contents.files == 4


def test_a_file_that_comes_meanwhile_is_not_replaced(filled: Any, tmp_path: Path) -> None:
    class Racing(Disk):
        def reach(self, moment: Any) -> None:
            if moment is Transfer.PACKED:
                (tmp_path / "kept").write_text("mine")

    with pytest.raises(UsageError, match="--force"):
        export(filled, tmp_path / "kept", disk=Racing())
    assert (tmp_path / "kept").read_text() == "mine"


@pytest.mark.parametrize("place", ["library/kept", "nowhere/kept", "folder", "link"])
def test_places_where_no_file_may_be_written(filled: Any, tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nothing")
    before = names(tmp_path)
    with pytest.raises(UsageError):
        export(filled, tmp_path / place, force=True)
    assert names(tmp_path) == before


def test_without_a_library_nothing_is_made(shelf: Any, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nothing was ingested yet"):
        export(shelf, tmp_path / "kept")
    assert names(tmp_path) == set()


@pytest.mark.parametrize("what", ["library", "notes", "file"])
def test_only_a_new_or_an_empty_folder_is_imported_into(filled: Any, make_shelf: Any, file: Path, what: str) -> None:
    shelf = filled if what == "library" else make_shelf("taken")
    if what == "notes":
        shelf.folder.mkdir()
        (shelf.folder / "notes.txt").write_text("mine")
    if what == "file":
        shelf.folder.write_text("mine")
    before = names(shelf.folder.parent)
    with pytest.raises(UsageError, match="--library"):
        bring(file, shelf)
    assert names(shelf.folder.parent) == before


def test_an_empty_folder_becomes_the_library_also_behind_a_link(file: Path, make_shelf: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to("empty")
    bring(file, make_shelf("link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "empty" / "library.db").exists()
    assert (tmp_path / "empty").stat().st_mode & 0o777 == 0o700


def test_what_comes_into_the_folder_meanwhile_is_kept(file: Path, other: Any) -> None:
    class Racing(Disk):
        def reach(self, moment: Any) -> None:
            if moment is Transfer.BELIEVED:
                other.folder.mkdir()
                (other.folder / "mine").write_text("mine")

    with pytest.raises(UsageError, match="not empty"):
        bring(file, other, Racing())
    assert names(other.folder) == {"mine"}
    assert not other.folder.with_name("other.new").exists()


def test_two_of_the_same_target_do_not_meet(filled: Any, other: Any, file: Path, tmp_path: Path) -> None:
    for target, run in (
        (tmp_path / "kept", lambda: export(filled, tmp_path / "kept")),
        (other.folder, lambda: bring(file, other)),
    ):
        working = target.with_name(f"{target.name}.new")
        working.mkdir()
        with library_lock(working, 1), pytest.raises(LibraryLocked, match="another process is making it"):
            run()
        assert not target.exists()
        run()
        assert target.exists()
        assert not working.exists()


def test_a_folder_of_somebody_elses_is_not_emptied_for_the_work(filled: Any, tmp_path: Path) -> None:
    (tmp_path / "kept.new").mkdir()
    (tmp_path / "kept.new" / "novel.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"novel\.txt"):
        export(filled, tmp_path / "kept")
    assert (tmp_path / "kept.new" / "novel.txt").read_text() == "mine"


def _flip_database(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[data.index(b"alpha one") + 2] ^= 1
    file.write_bytes(data)


def _flip_hash(file: Path) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b'"sha256"') + 14
    data[at] ^= 1
    file.write_bytes(data)


def _rewrite(change: Callable[[Members, Path], Members], **options: Any) -> Callable[[Path], None]:
    def rewrite(file: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pack(file, change(members(file), file.parent), **options)

    return rewrite


def _twice(file: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("library.db", b"another")


def _lying_size(file: Path) -> None:
    """The list of members says that the database is a byte longer than it is."""
    data = bytearray(file.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"library.db"))
    for field in (20, 24):
        size = int.from_bytes(data[entry + field : entry + field + 4], "little")
        data[entry + field : entry + field + 4] = (size + 1).to_bytes(4, "little")
    file.write_bytes(data)


def _deflated(file: Path) -> None:
    """By so little that it does not produce more than it has."""
    parts = members(file)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data, zipfile.ZIP_DEFLATED if name == "certificate.json" else zipfile.ZIP_STORED)


def _huge_list(file: Path) -> None:
    """Two hundred thousand members, most of them nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members(file).items():
            archive.writestr(name, data)
        for number in range(20_000):
            archive.writestr(f"{number}", b"")
    file.write_bytes(buffer.getvalue())


def _without(name: str) -> Callable[[Path], None]:
    return _rewrite(lambda parts, _: {key: data for key, data in parts.items() if key != name})


def _facts(**changes: Any) -> Callable[[Path], None]:
    return _rewrite(lambda parts, _: sealed(parts, **changes))


def _database(*statements: str) -> Callable[[Path], None]:
    return _rewrite(lambda parts, folder: changed(parts, folder, *statements))


def _manifest(data: bytes) -> Callable[[Path], None]:
    return _rewrite(lambda parts, _: parts | {"manifest.json": data})


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "no export of a library"),
    "not a zip": (lambda file: file.write_bytes(b"my notes" * 999), "no export of a library"),
    "cut short by a byte": (lambda file: os.truncate(file, file.stat().st_size - 1), "cut short"),
    "half": (lambda file: os.truncate(file, file.stat().st_size // 2), "cut short"),
    "a flipped bit in the database": (_flip_database, "changed"),
    "a flipped bit in the manifest": (_flip_hash, "changed"),
    "another hash": (_rewrite(lambda parts, _: parts | {"library.db": parts["library.db"] + b"x"}), "SHA-256"),
    "another database": (_rewrite(lambda p, _: sealed(p | {"library.db": b"my notes" * 999})), "database"),
    "a bomb": (_rewrite(lambda p, _: sealed(p | {"library.db": bytes(9 << 20)}), compression=8), "larger than itself"),
    "compressed": (_deflated, "is compressed"),
    "a lying size": (_lying_size, "changed"),
    "an extra member": (_rewrite(lambda p, _: p | {"notes.txt": b"x"}), "other members"),
    "a path": (_rewrite(lambda p, _: p | {"../../escaped": b"x"}), "other members"),
    "an absolute path": (_rewrite(lambda p, _: p | {"/tmp/escaped": b"x"}), "other members"),
    "a member twice": (_twice, "other members"),
    "a long list": (_huge_list, "asks for too much"),
    "no database": (_without("library.db"), "other members"),
    "no manifest": (_without("manifest.json"), "other members"),
    "an unlisted certificate": (_without("certificate.json"), "other members"),
    "a large manifest": (_manifest(b" " * (1 << 17)), "too large"),
    "a deep manifest": (_manifest(b"[" * 60_000), "no export of a library"),
    "a manifest of the wrong kind": (_manifest(b"[1]"), "no export of a library"),
    "a newer format": (_facts(format=2), "newer ragcite"),
    "a newer schema": (_facts(schema=2), "newer ragcite"),
    "no format": (_facts(format="1"), "no export of a library"),
    "a certificate that is none": (_rewrite(lambda p, _: sealed(p | {"certificate.json": b"?"})), "no certificate"),
    "a damaged row": (_database("UPDATE passages SET vector = zeroblob(32) WHERE key = 1"), "damaged"),
    "lost rows": (_database("DELETE FROM keywords WHERE rowid = 2"), "damaged"),
    "other facts": (_database("UPDATE meta SET value = 'x' WHERE key = 'embedder'"), "damaged"),
    "a trigger": (
        _database("CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM files; END"),
        "views or triggers",
    ),
    "a view": (_database("CREATE VIEW v AS SELECT 1"), "views or triggers"),
    "a further table": (_database("CREATE TABLE evil (a)"), "damaged"),
    "other counts": (_rewrite(lambda p, _: _miscounted(p)), "other than its database"),
    "a foreign database": (_rewrite(lambda p, folder: _foreign(p, folder)), "not one of ragcite"),
}


def _miscounted(parts: Members) -> Members:
    return sealed(parts, contents=json.loads(parts["manifest.json"])["contents"] | {"files": 99})


def _foreign(parts: Members, folder: Path) -> Members:
    with closing(sqlite3.connect(folder / "foreign.db")) as connection:
        connection.execute("CREATE TABLE songs (name)")
        connection.commit()
    data = (folder / "foreign.db").read_bytes()
    (folder / "foreign.db").unlink()
    return sealed(parts | {"library.db": data})


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_not_as_it_was_exported_is_refused_and_leaves_nothing(
    file: Path, make_shelf: Any, tmp_path: Path, kind: str
) -> None:
    spoil, cause = HOSTILE[kind]
    spoil(file)
    before = names(tmp_path)
    shelf = make_shelf("deep/er/other")
    with pytest.raises(LibraryError, match=cause) as caught:
        bring(file, shelf)
    assert caught.value.what == str(file)
    assert caught.value.next_step
    assert isinstance(caught.value, NewerLibrary) == ("newer" in kind)
    assert names(tmp_path) == before


def test_a_file_that_is_packed_again_as_it_was_is_accepted(file: Path, other: Any) -> None:
    """Else the hostile ones might be refused for another reason than theirs."""
    pack(file, sealed(changed(members(file), file.parent)))
    assert bring(file, other).contents.files == 3


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo"])
def test_what_is_no_file_is_wrong_use(other: Any, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(UsageError, match="ragcite export"):
        bring(path, other)
    assert not other.folder.exists()


def test_a_flipped_bit_anywhere_is_refused_or_means_nothing(filled: Any, file: Path, make_shelf: Any) -> None:
    good, wanted = file.read_bytes(), content(filled)
    refused = []
    for number in range(40):
        data = bytearray(good)
        data[(number * 7919 * 13) % len(data)] ^= 1 << number % 8
        file.write_bytes(data)
        shelf = make_shelf(f"flip-{number}")
        try:
            bring(file, shelf)
        except RagciteError as error:
            refused.append(str(error))
            assert not shelf.folder.exists()
        else:
            assert content(shelf) == wanted
    assert len(refused) > 30
    assert all(str(file) in error for error in refused)


def test_memory_does_not_grow_with_what_a_file_claims(file: Path, other: Any) -> None:
    """A list of members as large as the file would be read whole."""
    with file.open("ab") as end:
        start = end.tell()
        end.write(bytes(9 << 20))
        end.write(b"PK\x05\x06" + bytes(4) + b"\x03\x00\x03\x00")
        end.write((9 << 20).to_bytes(4, "little") + start.to_bytes(4, "little") + bytes(2))
    tracemalloc.start()
    try:
        with pytest.raises(LibraryError, match="asks for too much"):
            bring(file, other)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
