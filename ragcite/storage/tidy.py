"""What happens at the end of a writer's block: removed text leaves the files, the vector base is renewed when due.

`optimize` merges the whole full-text index into one segment, which drops the terms of removed passages (before SQLite
3.42 there is no secure-delete); freed pages are zeroed by `secure_delete`; the truncated WAL holds no old pages; the
base is rewritten without the removed vectors. See docs/decisions/0004.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ragcite.protocols import VectorCodec
from ragcite.storage.base import (
    META_KEY,
    BaseRecord,
    base_record,
    build_base,
    dump_record,
    remove_other_files,
    verified_bytes,
)
from ragcite.storage.connection import empty_log
from ragcite.storage.disk import Disk, Moment
from ragcite.storage.facts import seal, set_fact
from ragcite.storage.schema import read_meta
from ragcite.storage.writer import PURGE_KEY

SMALL = 1_000  # newer passages that brute force takes in its stride
SHARE = 0.2  # of the base: beyond it, newer passages are worth a new base
MUCH_FREE = 0.2  # of the file's pages: beyond it, it is made smaller
_READER_WAIT_MS = 1_000  # a reader's snapshot holds up the truncation of the WAL; then the purge stays pending


def tidy(
    connection: sqlite3.Connection, library: Path, codec: VectorCodec, dimension: int, written: bool, disk: Disk
) -> bool:
    """Whether no trace of a removed text is left. Safe to interrupt at any point and to repeat.

    `written`: rows were committed, so the base is checked in full.
    """
    meta = read_meta(connection) or {}
    pending = PURGE_KEY in meta
    if pending:
        purge_rows(connection)
        disk.reach(Moment.PURGED)
    record = base_record(meta)
    if _is_due(connection, library, codec, record, written):
        record = build_base(connection, library, codec, dimension, disk)
        disk.reach(Moment.BASE_WRITTEN)
        _set_meta(connection, META_KEY, dump_record(record))
        disk.reach(Moment.BASE_RECORDED)
    remove_other_files(library, record, disk)
    disk.reach(Moment.SWEPT)
    emptied = _truncate_wal(connection)
    disk.reach(Moment.EMPTIED)
    if emptied and pending:
        _set_meta(connection, PURGE_KEY, None)
        disk.reach(Moment.CLEARED)
        _truncate_wal(connection)
    return emptied or not pending


def _is_due(
    connection: sqlite3.Connection, library: Path, codec: VectorCodec, record: BaseRecord | None, written: bool
) -> bool:
    (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    if record is None:
        return bool(passages > SMALL)
    if not _is_whole(library, codec, record, written):
        return True
    # Keys are never used again, so old rows can only become fewer.
    query = "SELECT count(*) FROM passages WHERE generation <= ?"
    (alive,) = connection.execute(query, (record.generation,)).fetchone()
    return bool(alive < record.rows or passages - alive > max(SMALL, SHARE * record.rows))


def _is_whole(library: Path, codec: VectorCodec, record: BaseRecord, thoroughly: bool) -> bool:
    if record.codec != codec.name:
        return False
    if thoroughly:
        return verified_bytes(library, record) is not None
    return record.index_path(library).is_file() and record.keys_path(library).is_file()


def purge_rows(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO keywords (keywords) VALUES ('optimize')")
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if free > MUCH_FREE * pages:
        connection.executescript("PRAGMA incremental_vacuum")  # `execute` frees a single page


def _truncate_wal(connection: sqlite3.Connection) -> bool:
    """Whether the WAL is empty now; False while a reader needs it."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_READER_WAIT_MS}")
    emptied = empty_log(connection)
    connection.execute(f"PRAGMA busy_timeout = {before}")
    return emptied


def _set_meta(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    connection.execute("BEGIN IMMEDIATE")
    set_fact(connection, key, value)
    seal(connection)
    connection.execute("COMMIT")
