"""Connections to `library.db`: the one that writes, those that read, and what SQLite's errors mean for a person.

SQLite 3.7.0 to 3.51.2 can lose a committed transaction when a checkpoint races a commit of another connection
(https://sqlite.org/wal.html, "WAL-reset bug"). So the writer, alone under the lock, commits and checkpoints; readers
are opened with `mode=ro` and can do neither.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragcite.errors import LibraryError, LibraryLocked

DATABASE = "library.db"
BUSY_MS = 5_000
_FULL_SYNC = 2

_MEANINGS = {
    "SQLITE_FULL": ("the disk is full", "Free some space and run `ragcite ingest` again; what was committed is kept."),
    "SQLITE_READONLY": ("it may not be written", "Check the permissions of the folder."),
    "SQLITE_CANTOPEN": ("it cannot be opened", "Check that the folder exists and its permissions."),
    "SQLITE_IOERR": (
        "the disk reports an error in reading or writing it",
        "Check the disk and the space on it, then run `ragcite ingest` again; what was committed is kept.",
    ),
    "SQLITE_NOTADB": ("it is no database", "Run `ragcite doctor --repair`, then `ragcite ingest` again."),
    "SQLITE_CORRUPT": ("it is damaged", "Run `ragcite doctor --repair`, then `ragcite ingest` again."),
}


def connect_writer(path: Path) -> sqlite3.Connection:
    """Only ever called under the library's lock. Raises `LibraryError` when durable writing is not to be had."""
    with _closed_on_error(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # takes effect in a file without tables only
        _set_up(connection, path)
    return connection


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": _FULL_SYNC, "secure_delete": 1, "foreign_keys": 1, "fullfsync": 1}
    for name, value in wanted.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise LibraryError(str(path), f"SQLite refuses {name} = {value} here", "Put the library on a local disk.")


def empty_log(connection: sqlite3.Connection) -> bool:
    """Bring the log into the database file; whether it is empty now: a reader may need it.

    Closing does the same but keeps its errors to itself, so ask for it before the file is used without its log.
    """
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy == 0)


def connect_reader(path: Path) -> sqlite3.Connection:
    """Cannot write, cannot checkpoint, does not create the file."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with _closed_on_error(sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Else it would live as long as the error is kept somewhere, and hold the log."""
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns SQLite's errors into a `LibraryError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise locked(folder) from error
        why, next_step = next(
            (meaning for prefix, meaning in _MEANINGS.items() if name.startswith(prefix)),
            (f"SQLite reports {error} ({name or type(error).__name__})", "Try again; see `ragcite status`."),
        )
        raise LibraryError(f"The library {folder / DATABASE}", why, next_step) from error


def locked(folder: Path) -> LibraryLocked:
    return LibraryLocked(
        f"The library {folder}", "another process is writing to it", "Wait until that ingest is done, then try again."
    )
