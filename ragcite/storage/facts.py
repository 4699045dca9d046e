"""The `meta` table: what the library knows of itself, under one checksum.

No index repeats these rows, so SQLite's own check cannot see a flipped bit in them. The seal also covers the last key
that was given to a passage: a smaller one would let a key be used twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ragcite.storage.rows import checksum

SEAL = "checksum"


def set_fact(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    """None removes it. In a transaction of the caller, who calls `seal` before its end."""
    if value is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def seal(connection: sqlite3.Connection) -> None:
    set_fact(connection, SEAL, _seal_of(connection, dict(connection.execute("SELECT key, value FROM meta"))))


def is_sealed(connection: sqlite3.Connection, meta: Mapping[str, str]) -> bool | None:
    """Whether the seal fits; None for a library that was last written before there were seals."""
    return meta[SEAL] == _seal_of(connection, meta) if SEAL in meta else None


def _seal_of(connection: sqlite3.Connection, meta: Mapping[str, str]) -> str:
    (last,) = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    facts = sorted((key, value) for key, value in meta.items() if key != SEAL)
    return checksum(*(part for fact in facts for part in fact), last or 0).hex()
