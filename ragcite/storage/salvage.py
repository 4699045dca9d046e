"""The repair: a new database of every sound row, beside the damaged one, then in its place.

What is derived (keyword index, vector base) is made anew. A text with one damaged row is left out whole, and its files
are marked so that the next ingest reads them again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ragcite.storage.connection import connect_writer, empty_log
from ragcite.storage.disk import Disk
from ragcite.storage.examine import Row, SoundLayer, Unsound, document_at, file_at, layer_at, rowids
from ragcite.storage.facts import seal, set_fact
from ragcite.storage.files import make_private_file
from ragcite.storage.rows import RECORD_COLUMNS, checksum, indexed_body, restore_passage
from ragcite.storage.schema import migrate

UNREAD = ""  # as reader: no reader has this name, so the next ingest reads the file again
_REASON = "what was stored of it was damaged; run `ragcite ingest` again"


@dataclass(slots=True)
class Salvaged:
    """`again`: paths to be read again; `lost`: rows of files that could not be kept."""

    again: list[bytes] = field(default_factory=list)
    roots: set[bytes] = field(default_factory=set)
    lost: int = 0


def salvage(
    damaged: sqlite3.Connection | None,
    target: Path,
    facts: Mapping[str, str],
    generation: int,
    keep_texts: bool,
    disk: Disk,
) -> Salvaged:
    """Fill the new database `target` with what is sound in `damaged` (None: it cannot be opened).

    `keep_texts` is false where it is not certain which embedder made the vectors: then everything is read again.
    """
    make_private_file(target, disk)
    with closing(connect_writer(target)) as new:
        migrate(new, facts)
        new.execute("BEGIN IMMEDIATE")
        done = Salvaged()
        if damaged is not None:
            if keep_texts:
                _copy_layers(damaged, new, int(facts["dimension"]), generation)
                _copy_documents(damaged, new)
            _copy_files(damaged, new, done)
        _drop_what_lies_nowhere(new)
        set_fact(new, "generation", str(generation))
        seal(new)
        new.execute("COMMIT")
        empty_log(new)
    return done


def _copy_layers(damaged: sqlite3.Connection, new: sqlite3.Connection, dimension: int, generation: int) -> None:
    for rowid in rowids(damaged, "text_layers"):
        try:
            layer = layer_at(damaged, rowid, dimension)
        except Unsound:
            continue
        new.execute("SAVEPOINT layer")
        try:
            _put_layer(new, layer, generation)
        except sqlite3.IntegrityError:  # a key or an id is there already: one of the two is damaged
            new.execute("ROLLBACK TO layer")
        new.execute("RELEASE layer")


def _put_layer(new: sqlite3.Connection, layer: SoundLayer, generation: int) -> None:
    _insert(new, "INTO text_layers", layer.row)
    for key, passage_id, of, start, end, _, vector, stored in layer.passages:
        _insert(new, "INTO passages", (key, passage_id, of, start, end, generation, vector, stored))
        passage = restore_passage(layer.document, start, end, layer.row[2], passage_id)
        _insert(new, "INTO keywords (rowid, body)", (key, indexed_body(passage)))


def _copy_documents(damaged: sqlite3.Connection, new: sqlite3.Connection) -> None:
    for row in _sound(damaged, "documents"):
        if new.execute("SELECT 1 FROM text_layers WHERE layer = ?", (row[1],)).fetchone():
            _insert(new, "OR IGNORE INTO documents", row)


def _copy_files(damaged: sqlite3.Connection, new: sqlite3.Connection, done: Salvaged) -> None:
    kept = 0
    for row in _sound(damaged, "files"):
        path, root, size, mtime_ns, inode, document, _, ingested_ns, _, _ = row
        done.roots.add(root)
        if document is not None and not new.execute("SELECT 1 FROM documents WHERE sha256 = ?", (document,)).fetchone():
            fields = (path, root, size, mtime_ns, inode, None, UNREAD, ingested_ns, _REASON)
            row = (*fields, checksum(*fields))
            done.again.append(path)
        _insert(new, f"OR IGNORE INTO files ({RECORD_COLUMNS}, checksum)", row)
        kept += 1
    done.lost = max(0, len(rowids(damaged, "files")) - kept)


def _drop_what_lies_nowhere(new: sqlite3.Connection) -> None:
    new.execute("DELETE FROM documents WHERE sha256 NOT IN (SELECT document FROM files WHERE document IS NOT NULL)")
    alone = "SELECT layer FROM text_layers WHERE layer NOT IN (SELECT layer FROM documents)"
    new.execute(f"DELETE FROM keywords WHERE rowid IN (SELECT key FROM passages WHERE layer IN ({alone}))")
    new.execute(f"DELETE FROM passages WHERE layer IN ({alone})")
    new.execute("DELETE FROM text_layers WHERE layer NOT IN (SELECT layer FROM documents)")


def _sound(damaged: sqlite3.Connection, table: str) -> Iterator[Row]:
    read = document_at if table == "documents" else file_at
    for rowid in rowids(damaged, table):
        try:
            yield read(damaged, rowid)
        except Unsound:
            continue


def _insert(connection: sqlite3.Connection, into: str, row: Row) -> None:
    connection.execute(f"INSERT {into} VALUES ({', '.join('?' * len(row))})", row)
