"""What the doctor finds, what it does not mistake for damage, and that a repair loses nothing that is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import LibraryError, LibraryLocked, NewerLibrary
from ragcite.storage import Doctor
from ragcite.types import Checkup, Damage

_HEADER = 100  # where SQLite counts its changes


def doctor(shelf: Any, embedder: str = "words-8") -> Doctor:
    return Doctor(shelf.folder, FaissCodec(), lambda: (embedder, 8), lock_timeout=0.1)


def kinds(checkup: Checkup) -> set[Damage]:
    return {finding.damage for finding in checkup.findings}


def change(shelf: Any, *statements: str) -> None:
    """Behind the library's back."""
    with closing(sqlite3.connect(shelf.folder / "library.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def filled(shelf: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two documents, one failed file and a vector base."""
    monkeypatch.setattr("ragcite.storage.tidy.SMALL", 2)
    store = shelf.open()
    shelf.add(store, "/docs/a", "alpha one\nalpha two\nalpha three")
    shelf.add(store, "/docs/b", "beta one\nbeta two")
    with store.writer() as writer:
        writer.record(shelf.record("/docs/failed", None, "encrypted"))
    return shelf


def test_a_sound_library_is_sound_at_both_levels(filled: Any) -> None:
    for full in (False, True):
        checkup = doctor(filled).check(full)
        assert (checkup.is_sound, checkup.findings, checkup.notes) == (True, (), ())


def test_a_quick_check_runs_while_another_process_writes_and_a_full_one_says_locked(filled: Any) -> None:
    with filled.open().writer():
        assert doctor(filled).check(full=False).is_sound
        with pytest.raises(LibraryLocked):
            doctor(filled).check(full=True)


@pytest.mark.parametrize(
    ("statement", "damage", "full"),
    [
        ("UPDATE passages SET vector = zeroblob(32) WHERE key = 1", Damage.PASSAGE, True),
        ("UPDATE text_layers SET details = replace(details, 'null', '\"en\"') WHERE rowid = 1", Damage.TEXT, True),
        ("UPDATE documents SET checksum = x'00' WHERE rowid = 1", Damage.DOCUMENT, True),
        ("UPDATE files SET size = 4 WHERE rowid = 1", Damage.FILE, True),
        ("UPDATE keywords SET body = 'else' WHERE rowid = 1", Damage.KEYWORDS, True),
        ("UPDATE keywords_content SET c0 = 'else' WHERE id = 1", Damage.KEYWORDS, True),
        ("UPDATE passages SET generation = 1 WHERE key = 5", Damage.VECTOR_BASE, True),
        ("DELETE FROM keywords WHERE rowid = 2", Damage.KEYWORDS, False),
        ("DELETE FROM passages WHERE key = 2", Damage.STATE, False),
        ("DELETE FROM files WHERE path = x'2f646f63732f61'", Damage.STATE, False),
        ("UPDATE files SET reason = 'odd' WHERE rowid = 1", Damage.STATE, False),
        ("UPDATE passages SET generation = 99 WHERE key = 1", Damage.STATE, False),
        ("DELETE FROM documents WHERE rowid = 1", Damage.REFERENCE, False),
        ("UPDATE meta SET value = 'words-9' WHERE key = 'embedder'", Damage.FACTS, False),
        ("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'passages'", Damage.FACTS, False),
        ("DROP INDEX passages_by_layer", Damage.SCHEMA, False),
        ("PRAGMA user_version = 7", Damage.STRUCTURE, False),
    ],
)
def test_every_kind_of_damage_is_found_and_repaired(filled: Any, statement: str, damage: Damage, full: bool) -> None:
    change(filled, statement)
    assert damage in kinds(doctor(filled).check(full))
    mended = doctor(filled).repair()
    assert mended.is_sound, mended
    assert damage in kinds(mended)
    assert doctor(filled).check(full=True).findings == ()


def test_a_repair_keeps_the_sound_and_marks_the_damaged_for_the_next_ingest(filled: Any) -> None:
    change(filled, "UPDATE text_layers SET text = x'00' WHERE rowid = 1")
    mended = doctor(filled).repair()
    assert mended.repair is not None
    assert (mended.repair.again, mended.repair.roots, mended.repair.lost) == (("/docs/a",), ("/docs",), 0)
    store = filled.open()
    assert filled.found(store, "beta alpha") == filled.found(store, "beta")
    assert sorted(filled.nearest(store, "beta one")) == ["beta one", "beta two"]
    with store.snapshot() as snapshot:
        (again,) = (file for file in snapshot.files() if file.path == b"/docs/a")
    assert (again.document_id, again.reader) == (None, "")
    assert again.reason is not None
    assert "ragcite ingest" in again.reason


def test_the_damaged_database_is_set_aside_whole_and_named(filled: Any) -> None:
    change(filled, "UPDATE text_layers SET text = x'00' WHERE rowid = 1")
    before = (filled.folder / "library.db").read_bytes()
    mended = doctor(filled).repair()
    assert mended.repair is not None
    assert mended.repair.set_aside == str(filled.folder / "library.db.damaged")
    kept = Path(mended.repair.set_aside).read_bytes()
    assert kept[_HEADER:] == before[_HEADER:]
    assert Path(mended.repair.set_aside).stat().st_mode & 0o777 == 0o600
    assert any("library.db.damaged" in note for note in doctor(filled).check(full=False).notes)
    change(filled, "UPDATE text_layers SET text = x'00' WHERE rowid = 1")
    again = doctor(filled).repair()
    assert again.repair is not None
    assert again.repair.set_aside == str(filled.folder / "library.db.damaged-2")


def test_a_file_that_is_no_database_is_set_aside_and_an_empty_library_takes_its_place(filled: Any) -> None:
    (filled.folder / "library.db").write_bytes(b"my notes" * 999)
    assert kinds(doctor(filled).check(full=False)) == {Damage.UNREADABLE}
    assert doctor(filled).repair().is_sound
    assert (filled.folder / "library.db.damaged").read_bytes() == b"my notes" * 999
    assert filled.add(filled.open(), "/docs/a", "a new beginning")


@pytest.mark.parametrize("how", ["flip", "delete"])
def test_a_damaged_vector_base_is_made_anew_and_nothing_else_is_touched(filled: Any, how: str) -> None:
    (base,) = filled.bases()
    good = base.read_bytes()
    if how == "flip":
        base.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    else:
        base.unlink()
    assert kinds(doctor(filled).check(full=False)) == {Damage.VECTOR_BASE}
    mended = doctor(filled).repair()
    assert mended.is_sound
    assert mended.repair is not None
    assert (mended.repair.set_aside, mended.repair.again) == (None, ())
    assert len(filled.bases()) == 1


def test_vectors_whose_embedder_is_not_certain_are_all_made_again(filled: Any) -> None:
    change(filled, "UPDATE meta SET value = 'words-9' WHERE key = 'embedder'")
    mended = doctor(filled).repair()
    assert mended.repair is not None
    assert mended.repair.again == ("/docs/a", "/docs/b")
    assert filled.open().info()["embedder"] == "words-8"


def test_a_repaired_library_never_goes_back_to_an_earlier_generation(filled: Any) -> None:
    with filled.open().snapshot() as snapshot:
        before = snapshot.generation
    change(filled, "UPDATE meta SET value = '1' WHERE key = 'generation'")
    assert doctor(filled).repair().is_sound
    with filled.open().snapshot() as snapshot:
        assert snapshot.generation >= before


def test_a_newer_library_and_a_strangers_database_are_refused_not_repaired(filled: Any, make_shelf: Any) -> None:
    change(filled, "UPDATE meta SET value = '99' WHERE key = 'schema'", "DELETE FROM meta WHERE key = 'checksum'")
    looks: list[Callable[[], Checkup]] = [lambda: doctor(filled).check(full=True), doctor(filled).repair]
    for look in looks:
        with pytest.raises(NewerLibrary):
            look()
    other = make_shelf("other")
    other.folder.mkdir()
    change(other, "CREATE TABLE mine (x)")
    before = (other.folder / "library.db").read_bytes()
    looks = [lambda: doctor(other).check(full=False), doctor(other).repair]
    for look in looks:
        with pytest.raises(LibraryError, match="not one of ragcite"):
            look()
    assert (other.folder / "library.db").read_bytes() == before


def test_where_nothing_was_ingested_there_is_nothing_to_check(shelf: Any) -> None:
    with pytest.raises(LibraryError, match="ragcite ingest FOLDER"):
        doctor(shelf).check(full=False)
    assert not shelf.folder.exists()


def test_a_library_from_before_the_seal_is_sound_with_a_note_and_sealed_by_the_next_write(filled: Any) -> None:
    change(filled, "DELETE FROM meta WHERE key = 'checksum'")
    checkup = doctor(filled).check(full=True)
    assert checkup.is_sound
    assert "earlier version" in checkup.notes[0]
    filled.add(filled.open(), "/docs/c", "gamma")
    assert doctor(filled).check(full=True).notes == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET vector = zeroblob(32)",
        'UPDATE text_layers SET details = replace(details, \'"language": null\', \'"language": "en"\')',
        "UPDATE documents SET checksum = x'00'",
    ],
)
def test_a_hit_is_checked_against_its_rows_checksums(shelf: Any, statement: str) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "some words")
    change(shelf, statement)
    with store.snapshot() as snapshot, pytest.raises(LibraryError, match="ragcite doctor --repair"):
        snapshot.passages([1])


def test_a_damaged_entry_of_a_file_is_reported_not_believed(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "some words")
    change(shelf, "UPDATE files SET mtime_ns = 1")
    with store.writer() as writer, pytest.raises(LibraryError, match="ragcite doctor --repair"):
        writer.known(b"/docs")
