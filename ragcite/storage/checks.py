"""What `ragcite doctor` looks at. Each check yields findings; a check that SQLite breaks off is a finding itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from ragcite.protocols import VectorCodec
from ragcite.storage.base import META_KEY, Keys, base_record, read_vectors, verified_bytes
from ragcite.storage.examine import READ_ERRORS, Unsound, document_at, file_at, keyword_findings, layer_at, rowids
from ragcite.storage.facts import SEAL, is_sealed
from ragcite.storage.schema import migrate, read_meta
from ragcite.storage.writer import PURGE_KEY
from ragcite.types import Damage, Finding

Check = Callable[[sqlite3.Connection], Iterable[Finding]]

_ELSEWHERE = tuple(f"SQLITE_{name}" for name in "BUSY LOCKED IOERR CANTOPEN PERM FULL NOMEM READONLY".split())
_MOST = 20  # problems that SQLite names before it stops
_FACTS = {"schema", "generation", "embedder", "dimension"}
_HEADER = {"encoding": "UTF-8", "auto_vacuum": 2, "user_version": 0, "application_id": 0, "journal_mode": "wal"}

# Rows that no commit leaves behind.
_STATES = {
    "files that are neither read nor failed": "SELECT count(*) FROM files WHERE (document IS NULL) = (reason IS NULL)",
    "documents that lie nowhere": "SELECT count(*) FROM documents WHERE sha256 NOT IN "
    "(SELECT document FROM files WHERE document IS NOT NULL)",
    "texts of no document": "SELECT count(*) FROM text_layers WHERE layer NOT IN (SELECT layer FROM documents)",
    "texts whose passages are not as many as were stored": "SELECT count(*) FROM text_layers l WHERE passages != "
    "(SELECT count(*) FROM passages p WHERE p.layer = l.layer)",
    "passages of a generation that is still to come": "SELECT count(*) FROM passages WHERE generation > "
    "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation')",
}
_UNMATCHED = {
    "passages that the keyword index does not have": "SELECT count(*) FROM passages WHERE key NOT IN "
    "(SELECT id FROM keywords_content)",
    "entries of the keyword index that are no passages": "SELECT count(*) FROM keywords_content WHERE id NOT IN "
    "(SELECT key FROM passages)",
}


def structure(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (problem,) in connection.execute(f"PRAGMA integrity_check({_MOST})"):
        if problem != "ok":
            yield Finding(Damage.STRUCTURE, str(problem))


def header(connection: sqlite3.Connection) -> Iterator[Finding]:
    for name, wanted in _HEADER.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            yield Finding(Damage.STRUCTURE, f"the file's header says {name} = {found!r}, not {wanted!r}")


def schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Tables of the keyword index are FTS5's own affair: only their names are compared."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh, {})
        wanted = _schema_of(fresh)
    found = _schema_of(connection)
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield Finding(Damage.SCHEMA, f"the table or index {name!r} is not as it was made")


def facts(connection: sqlite3.Connection) -> Iterator[Finding]:
    meta = read_meta(connection) or {}
    unknown = meta.keys() - _FACTS - {SEAL, META_KEY, PURGE_KEY}
    if is_sealed(connection, meta) is False or unknown or not meta.keys() >= _FACTS:
        yield Finding(Damage.FACTS, "generation, embedder or the like do not fit their checksum")
    elif not (meta["generation"].isdigit() and meta["dimension"].isdigit()):
        yield Finding(Damage.FACTS, "generation or dimension is no number")


def references(connection: sqlite3.Connection) -> Iterator[Finding]:
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield Finding(Damage.REFERENCE, f"row {rowid} of {table} names a row of {parent} that is not there")


def states(connection: sqlite3.Connection) -> Iterator[Finding]:
    for damage, queries in ((Damage.STATE, _STATES), (Damage.KEYWORDS, _UNMATCHED)):
        for what, query in queries.items():
            (count,) = connection.execute(query).fetchone()
            if count:
                yield Finding(damage, f"{count} {what}")


def vector_base(library: Path) -> Check:
    """The base that SQLite vouches for is there and is the one. None at all is no damage, nor is another codec's."""

    def check(connection: sqlite3.Connection) -> Iterator[Finding]:
        meta = read_meta(connection) or {}
        record = base_record(meta)
        if record is None:
            if META_KEY in meta:
                yield Finding(Damage.VECTOR_BASE, "its entry makes no sense")
        elif verified_bytes(library, record) is None:
            yield Finding(Damage.VECTOR_BASE, f"the files of generation {record.generation} do not fit their checksums")

    return check


def vectors_of_base(library: Path, codec: VectorCodec) -> Check:
    """The base against the vectors in SQLite: the same passages, and where none was removed since, the same bytes."""

    def check(connection: sqlite3.Connection) -> Iterator[Finding]:
        meta = read_meta(connection) or {}
        record = base_record(meta)
        data = verified_bytes(library, record) if record else None
        if record is None or data is None or record.codec != codec.name:
            return
        stored: Keys = np.frombuffer(data[1], dtype="<i8").astype(np.int64)
        query = "SELECT key FROM passages WHERE generation <= ? ORDER BY key"
        alive = [key for (key,) in connection.execute(query, (record.generation,))]
        if not set(alive) <= set(stored.tolist()) or len(stored) != record.rows:
            yield Finding(Damage.VECTOR_BASE, f"passages of generation {record.generation} or earlier are not in it")
        newer = "SELECT count(*) FROM passages WHERE generation > ? AND key <= ?"
        (twice,) = connection.execute(newer, (record.generation, int(stored.max(initial=-1)))).fetchone()
        if twice:
            yield Finding(Damage.VECTOR_BASE, f"{twice} passages are in it though they are newer")
        if alive == stored.tolist():
            _, newest = read_vectors(connection, record.generation, int(meta["dimension"]))
            _, everything = read_vectors(connection, 0, int(meta["dimension"]))
            if codec.encode(everything[: len(everything) - len(newest)]) != data[0]:
                yield Finding(Damage.VECTOR_BASE, "its vectors are not those of the passages")

    return check


def rows(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Every checksum, every text layer's hash, every passage against its text, every entry of the keyword index."""
    dimension = int((read_meta(connection) or {})["dimension"])
    for rowid in rowids(connection, "text_layers"):
        try:
            yield from keyword_findings(connection, layer_at(connection, rowid, dimension))
        except Unsound as unsound:
            yield unsound.finding
    for table, read in (("documents", document_at), ("files", file_at)):
        for rowid in rowids(connection, table):
            try:
                read(connection, rowid)
            except Unsound as unsound:
                yield unsound.finding


def keyword_index(connection: sqlite3.Connection) -> Iterator[Finding]:
    """FTS5 compares its index with the words it holds; it takes a connection that may write, and writes nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Finding(Damage.KEYWORDS, f"the keyword index does not fit its words ({error})")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def quick_checks(library: Path) -> tuple[Check, ...]:
    return (structure, header, schema, facts, references, states, vector_base(library))


def full_checks(library: Path, codec: VectorCodec) -> tuple[Check, ...]:
    return (*quick_checks(library), rows, vectors_of_base(library, codec), keyword_index)


def run_check(check: Check, connection: sqlite3.Connection) -> list[Finding]:
    """Raises `sqlite3.Error` only where the trouble is none of the file's: locked, no memory, a failing disk."""
    found: list[Finding] = []
    try:
        found.extend(check(connection))
    except READ_ERRORS as error:
        if is_elsewhere(error):
            raise
        unreadable = getattr(error, "sqlite_errorname", None) == "SQLITE_NOTADB"
        damage = Damage.UNREADABLE if unreadable else Damage.STRUCTURE
        found.append(Finding(damage, f"a check was broken off: {error}"))
    return found


def is_elsewhere(error: BaseException) -> bool:
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith(_ELSEWHERE)


def _schema_of(connection: sqlite3.Connection) -> dict[str, str | None]:
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT IN ('sqlite_sequence')"
    return {name: None if str(name).startswith("keywords_") else sql for name, sql in connection.execute(query)}
