"""The library's doctor: looks for damage, and repairs without losing a sound row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ragcite.errors import LibraryError, NewerLibrary
from ragcite.protocols import VectorCodec
from ragcite.storage.base import META_KEY, base_record
from ragcite.storage.checks import full_checks, is_elsewhere, quick_checks, run_check
from ragcite.storage.connection import DATABASE, connect_reader, connect_writer, empty_log, explained
from ragcite.storage.disk import REAL, Disk, Repairing
from ragcite.storage.examine import READ_ERRORS
from ragcite.storage.facts import SEAL, is_sealed, seal, set_fact
from ragcite.storage.lock import library_lock
from ragcite.storage.salvage import salvage
from ragcite.storage.schema import VERSION, read_meta
from ragcite.storage.store import SET_ASIDE, UNFINISHED
from ragcite.storage.tidy import tidy
from ragcite.storage.writer import PURGE_KEY
from ragcite.types import Checkup, Damage, Finding, Location, Mending

_OUR_TABLES = {"text_layers", "documents", "files", "passages"}
_LOGS = ("-wal", "-shm")
_LARGEST = 2**53  # a generation beyond it is a damaged one

Vectors = tuple[str, int]  # the embedder's name and dimension


class Doctor:
    """`embedder` gives name and dimension of the configured one; asked only where the library's own are damaged."""

    def __init__(
        self,
        folder: Path,
        codec: VectorCodec,
        embedder: Callable[[], Vectors],
        lock_timeout: float = 5.0,
        disk: Disk = REAL,
    ) -> None:
        self._folder = folder
        self._codec = codec
        self._embedder = embedder
        self._lock_timeout = lock_timeout
        self._disk = disk

    @property
    def _database(self) -> Path:
        return self._folder / DATABASE

    def check(self, full: bool) -> Checkup:
        """Quick: as a reader, beside anything that runs. Full: under the lock.

        Raises `LibraryError` where there is nothing to check, or it cannot be checked.
        """
        self._refuse()
        with explained(self._folder):
            if not full:
                return self._look(connect_reader, full=False)
            with library_lock(self._folder, self._lock_timeout):
                return self._look(connect_writer, full=True)

    def check_locked(self) -> Checkup:
        """A full check of a library that the caller has locked. Raises as `check` does."""
        self._refuse()
        with explained(self._folder):
            return self._look(connect_writer, full=True)

    def repair(self) -> Checkup:
        """A full check; then what is derived is made anew, or the database is, of its sound rows. The damaged file is
        set aside, never deleted. Raises `LibraryError` as `check` does, and where it cannot write."""
        self._refuse()
        with explained(self._folder), library_lock(self._folder, self._lock_timeout):
            found = self._look(connect_writer, full=True)
            if not found.findings:
                return replace(found, repair=Mending())
            try:
                only_base = all(finding.damage is Damage.VECTOR_BASE for finding in found.findings)
                repair = self._renew_base() if only_base else self._replace_database()
            except OSError as error:
                why = f"it could not be repaired ({error.strerror or error})"
                raise LibraryError(f"The library {self._folder}", why, "Mend that, then try again.") from error
            after = self._look(connect_writer, full=True)
            return replace(found, notes=after.notes, repair=replace(repair, left=after.findings))

    def _refuse(self) -> None:
        """What is no library, a newer one, or somebody else's database is no damage, and not touched.

        A seal's formula never changes, so a schema number that is too high under a broken one is damage.
        """
        if not self._database.is_file() or self._database.stat().st_size == 0:
            raise LibraryError(
                f"There is no library in {self._folder}", "nothing was ingested yet", "Run `ragcite ingest FOLDER`."
            )
        with explained(self._folder), closing(connect_reader(self._database)) as connection:
            connection.text_factory = _lenient
            try:
                _refuse_strangers(connection, self._database)
            except sqlite3.DatabaseError as error:
                if is_elsewhere(error):
                    raise

    def _look(self, connect: Callable[[Path], sqlite3.Connection], full: bool) -> Checkup:
        try:
            with closing(connect(self._database)) as connection:
                connection.text_factory = _lenient
                meta = _meta_of(connection)
                checks = full_checks(self._folder, self._codec) if full else quick_checks(self._folder)
                found = [run_check(check, connection) for check in checks]
        except (sqlite3.DatabaseError, LibraryError) as error:
            if is_elsewhere(error):
                raise
            return Checkup(full, (Finding(Damage.UNREADABLE, str(error)),), tuple(self._notes({})))
        unique = dict.fromkeys(finding for findings in found for finding in findings)
        return Checkup(full, tuple(unique), tuple(self._notes(meta)))

    def _notes(self, meta: Mapping[str, str]) -> Iterator[str]:
        record = base_record(meta)
        if meta and SEAL not in meta:
            yield "the library was last written by an earlier version; its facts get a checksum with the next ingest"
        if record and record.codec != self._codec.name:
            yield f"the vector base was written as {record.codec}; the next ingest writes it anew"
        if PURGE_KEY in meta:
            yield "traces of removed documents are still in the files; the next ingest purges them"
        for path in sorted(self._folder.glob(f"{SET_ASIDE}*")):
            yield f"a damaged database was set aside as {path}; it holds private text, delete it when you like"

    def _renew_base(self) -> Mending:
        with closing(connect_writer(self._database)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            set_fact(connection, META_KEY, None)
            seal(connection)
            connection.execute("COMMIT")
            self._tidy(connection)
        return Mending()

    def _replace_database(self) -> Mending:
        new = self._folder / UNFINISHED
        _remove_database(new, self._disk)
        with self._damaged() as damaged:
            facts, certain = self._facts_of(damaged)
            done = salvage(damaged, new, facts, _next_generation(damaged), certain, self._disk)
            if damaged is not None:
                with suppress(sqlite3.Error):  # else what is in the log alone is set aside with it
                    empty_log(damaged)
        self._disk.reach(Repairing.SALVAGED)
        aside = _aside_name(self._database, self._folder / SET_ASIDE)
        _swap(self._database, new, aside, self._disk)
        self._disk.reach(Repairing.REPLACED)
        with closing(connect_writer(self._database)) as connection:
            self._tidy(connection)
        again, roots = ([Location.of(path).path for path in paths] for paths in (done.again, sorted(done.roots)))
        return Mending(tuple(again), tuple(roots), done.lost, str(aside))

    @contextmanager
    def _damaged(self) -> Iterator[sqlite3.Connection | None]:
        try:
            connection = connect_writer(self._database)
        except (sqlite3.DatabaseError, LibraryError) as error:
            if is_elsewhere(error):
                raise
            yield None
            return
        connection.text_factory = _lenient
        try:
            yield connection
        finally:
            connection.close()

    def _facts_of(self, damaged: sqlite3.Connection | None) -> tuple[dict[str, str], bool]:
        """Embedder and dimension, and whether it is certain that the stored vectors are of them."""
        meta = _meta_of(damaged) if damaged else {}
        facts = {key: meta.get(key, "") for key in ("embedder", "dimension")}
        try:
            sealed = damaged is not None and is_sealed(damaged, meta) is not False
        except READ_ERRORS:
            sealed = False
        if sealed and facts["embedder"] and facts["dimension"].isdigit():
            return facts, True
        name, dimension = self._embedder()
        expected = {"embedder": name, "dimension": str(dimension)}
        return expected, facts == expected

    def _tidy(self, connection: sqlite3.Connection) -> None:
        dimension = int((read_meta(connection) or {})["dimension"])
        tidy(connection, self._folder, self._codec, dimension, written=True, disk=self._disk)


def _refuse_strangers(connection: sqlite3.Connection, database: Path) -> None:
    meta = _meta_of(connection)
    schema = meta.get("schema", "")
    if schema.isdigit() and int(schema) > VERSION and is_sealed(connection, meta) is not False:
        why = f"it was written by a newer ragcite (schema {schema}, this one knows {VERSION})"
        raise NewerLibrary(str(database), why, "Upgrade ragcite.")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and not tables & _OUR_TABLES:
        raise LibraryError(
            str(database), "it is a database, but not one of ragcite", "Choose another --library folder."
        )


def _lenient(data: bytes) -> str:
    """Damaged text is read, not stumbled over; it fits no checksum."""
    return data.decode("utf-8", "replace")


def _meta_of(connection: sqlite3.Connection) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in (read_meta(connection) or {}).items()}
    except READ_ERRORS as error:
        if is_elsewhere(error):
            raise
        return {}


def _next_generation(damaged: sqlite3.Connection | None) -> int:
    """Larger than any that a reader may still hold in memory."""
    known = [0]
    if damaged is not None:
        generation = _meta_of(damaged).get("generation", "")
        known.append(int(generation) if generation.isdigit() else 0)
        with suppress(*READ_ERRORS):
            known += damaged.execute("SELECT max(generation) FROM passages").fetchone()
    return max(int(value) for value in known if isinstance(value, int) and value < _LARGEST) + 1


def _remove_database(path: Path, disk: Disk) -> None:
    for end in ("", *_LOGS):
        if Path(f"{path}{end}").exists():
            disk.remove(Path(f"{path}{end}"))


def _aside_name(database: Path, path: Path) -> Path:
    """A free one, or the one that a repair which did not come to its end gave to this very file."""
    names = (path if number == 1 else path.with_name(f"{path.name}-{number}") for number in range(1, 10_000))
    return next(name for name in names if not name.exists() or name.samefile(database))


def _swap(database: Path, new: Path, aside: Path, disk: Disk) -> None:
    """The damaged file gets another name too, then the new one takes its place in one step.

    So does a log that SQLite could not bring into it. Its old name must be free before the new file takes the
    database's: its pages would be written into it.
    """
    for end in ("-wal", ""):
        source, target = Path(f"{database}{end}"), Path(f"{aside}{end}")
        if source.exists() and not (target.exists() and target.samefile(source)):
            disk.remove(target)
            disk.link(source, target)
    disk.sync_folder(database.parent)
    disk.reach(Repairing.ASIDE)
    for end in _LOGS:
        if Path(f"{database}{end}").exists():
            disk.remove(Path(f"{database}{end}"))
    disk.sync_folder(database.parent)
    disk.rename(new, database)
    disk.sync_folder(database.parent)
