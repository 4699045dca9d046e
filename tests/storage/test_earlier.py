"""Libraries that earlier code wrote: `earlier/` holds one of each kind, made by the code of that time.

All four documents' files were put by `Shelf.add` (a copy and a removed one among them), and one that failed. A new
schema version needs a library of the version before in that folder; a test here says so.
"""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import LibraryError
from ragcite.storage import Doctor, doctor, export_library, import_library, schema, store
from tests.storage.conftest import DIMENSION, Shelf

EARLIER = sorted(Path(__file__).with_name("earlier").glob("schema-*.zip"))
LEASE = ["The lease ends in May.", "The rent is 900 pounds."]
VENT = "Die Größe des Ventils ist 40."
FILES = {
    b"/docs/copy.txt": None,
    "/docs/größe.txt".encode(): None,
    b"/docs/lease.txt": None,
    b"/docs/\xff.pdf": "encrypted: it needs a password.",
}
ONE_MORE = ("CREATE TABLE later (word TEXT)", "INSERT INTO later VALUES ('new')")


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    folder = tmp_path / "library"
    folder.mkdir(mode=0o700)
    with zipfile.ZipFile(request.param) as archive:
        (folder / "library.db").write_bytes(archive.read("library.db"))
    return Shelf(folder)


def assert_nothing_is_lost(shelf: Shelf) -> None:
    opened = shelf.open(create=False)
    assert sorted(shelf.found(opened, "lease rent")) == LEASE
    assert shelf.found(opened, "größe") == [VENT]
    assert shelf.nearest(opened, VENT, k=1) == [VENT]
    assert shelf.found(opened, "nothing") == []
    with opened.snapshot() as snapshot:
        assert {file.path: file.reason for file in snapshot.files()} == FILES
        assert snapshot.counts().passages == 3


def sound(shelf: Shelf) -> bool:
    return Doctor(shelf.folder, FaissCodec(), lambda: ("words-8", DIMENSION)).check(full=True).is_sound


def version(shelf: Shelf) -> str:
    with closing(sqlite3.connect(shelf.folder / "library.db")) as connection:
        return str(connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0])


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> str:
    """As after a change of the schema."""
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ONE_MORE))
    for module in (schema, store, doctor):
        monkeypatch.setattr(module, "VERSION", len(schema.MIGRATIONS))
    return str(len(schema.MIGRATIONS))


def test_there_is_a_library_of_every_schema_version() -> None:
    versions = {int(path.stem.split("-")[1]) for path in EARLIER}
    assert versions == set(range(1, schema.VERSION + 1))


def test_an_earlier_library_is_read_as_it_is_and_sound(shelf: Shelf) -> None:
    assert_nothing_is_lost(shelf)
    assert sound(shelf)


def test_an_earlier_library_is_written_to_and_sound_afterwards(shelf: Shelf) -> None:
    shelf.add(shelf.open(create=False), "/docs/new.txt", "A new line.")
    shelf.forget(shelf.open(create=False), ["/docs/new.txt"])
    assert_nothing_is_lost(shelf)
    assert sound(shelf)
    with closing(sqlite3.connect(shelf.folder / "library.db")) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE key = 'checksum'").fetchone() == (1,)


def test_an_earlier_library_is_exported_and_imported(shelf: Shelf, tmp_path: Path) -> None:
    export_library(shelf.folder, tmp_path / "kept", FaissCodec(), None, False)
    import_library(tmp_path / "kept", tmp_path / "other", FaissCodec(), lambda text: text)
    assert_nothing_is_lost(Shelf(tmp_path / "other"))


def test_a_new_schema_version_is_reached_from_every_earlier_one_and_nothing_is_lost(
    shelf: Shelf, next_version: str
) -> None:
    assert_nothing_is_lost(shelf)
    assert version(shelf) == next_version
    assert sound(shelf)
    with closing(sqlite3.connect(shelf.folder / "library.db")) as connection:
        assert connection.execute("SELECT word FROM later").fetchall() == [("new",)]
    assert_nothing_is_lost(shelf)  # and not a second time


def test_a_migration_that_fails_leaves_the_earlier_library_whole(
    shelf: Shelf, next_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], (*ONE_MORE, "DROP TABLE no_such_table")))
        with pytest.raises(LibraryError):
            shelf.open(create=False)
        assert version(shelf) == str(int(next_version) - 1)
    assert_nothing_is_lost(shelf)
