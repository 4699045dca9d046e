"""The tables of `library.db`, how they are first made, and how an older library is brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ragcite.errors import LibraryError, NewerLibrary
from ragcite.storage.facts import seal

# A file name, a path and a text may hold what is no valid UTF-8, hence BLOB. An inode may exceed 63 bits, hence TEXT.
# AUTOINCREMENT: a passage's key is never used again, so a stale vector base can name only rows that are gone.
_FIRST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE text_layers (
        layer TEXT PRIMARY KEY, reader TEXT NOT NULL, splitter TEXT NOT NULL, format TEXT NOT NULL,
        details TEXT NOT NULL, passages INTEGER NOT NULL, text BLOB NOT NULL, checksum BLOB NOT NULL)""",
    """CREATE TABLE documents (
        sha256 TEXT PRIMARY KEY, layer TEXT NOT NULL REFERENCES text_layers (layer), checksum BLOB NOT NULL)""",
    "CREATE INDEX documents_by_layer ON documents (layer)",
    """CREATE TABLE files (
        path BLOB PRIMARY KEY, root BLOB NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode TEXT NOT NULL,
        document TEXT REFERENCES documents (sha256), reader TEXT NOT NULL, ingested_ns INTEGER NOT NULL, reason TEXT,
        checksum BLOB NOT NULL)""",
    "CREATE INDEX files_by_document ON files (document)",
    """CREATE TABLE passages (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        layer TEXT NOT NULL REFERENCES text_layers (layer), span_start INTEGER NOT NULL, span_end INTEGER NOT NULL,
        generation INTEGER NOT NULL, vector BLOB NOT NULL, checksum BLOB NOT NULL)""",
    "CREATE INDEX passages_by_layer ON passages (layer)",
    "CREATE INDEX passages_by_generation ON passages (generation)",
    # Marks belong to the word: without Mn and Mc a Hindi or Thai word falls apart at every vowel sign.
    """CREATE VIRTUAL TABLE keywords USING fts5 (
        body, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'")""",
    "CREATE VIRTUAL TABLE keyword_terms USING fts5vocab (keywords, 'row')",
)

# One entry a version: the statements that lead from the version before to this one.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
VERSION = len(MIGRATIONS)


def read_meta(connection: sqlite3.Connection) -> dict[str, str] | None:
    """The `meta` table, or None where the file holds no table yet. Raises `LibraryError` for a foreign database."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "meta" not in tables:
        raise LibraryError("library.db", "it is a database, but not one of ragcite", "Choose another --library folder.")
    return dict(connection.execute("SELECT key, value FROM meta"))


def schema_version(meta: Mapping[str, str]) -> int:
    """Raises `NewerLibrary` when this ragcite is too old for the library."""
    try:
        version = int(meta["schema"])
    except (KeyError, ValueError):
        raise LibraryError("library.db", "its schema version is missing", "Ingest into a new library.") from None
    if version > VERSION:
        raise NewerLibrary(
            "library.db",
            f"it was written by a newer ragcite (schema {version}, this one knows {VERSION})",
            "Upgrade ragcite, or ingest into another --library folder.",
        )
    return version


def migrate(connection: sqlite3.Connection, facts: Mapping[str, str]) -> None:
    """Bring an empty or older database to `VERSION` in one transaction; `facts` are stored when it is new."""
    connection.execute("BEGIN IMMEDIATE")
    meta = read_meta(connection)
    done = 0 if meta is None else schema_version(meta)
    for statements in MIGRATIONS[done:]:
        for statement in statements:
            connection.execute(statement)
    rows = dict(facts, generation="0") if meta is None else {}
    rows["schema"] = str(VERSION)
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows.items())
    seal(connection)
    connection.execute("COMMIT")
