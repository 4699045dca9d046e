"""Row by row: is what is stored what was written? Shared by the check, which reports, and the repair, which keeps.

Nothing here trusts a type, a length or a reference: any byte of the file may have changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ragcite.errors import LibraryError
from ragcite.storage.rows import RECORD_COLUMNS, checksum, indexed_body, restore_document, restore_passage
from ragcite.types import Damage, Document, Finding

Row = tuple[Any, ...]

READ_ERRORS = (sqlite3.Error, LibraryError, MemoryError, OverflowError, ValueError, TypeError)


class Unsound(Exception):
    """A row, or what belongs to it, is not what was written."""

    def __init__(self, damage: Damage, detail: str) -> None:
        super().__init__(detail)
        self.finding = Finding(damage, detail)


@dataclass(frozen=True, slots=True)
class SoundLayer:
    """A text layer and its passages, each in the order of its table's columns."""

    row: Row
    passages: list[Row]
    document: Document

    @property
    def layer(self) -> str:
        return str(self.row[0])


def rowids(connection: sqlite3.Connection, table: str) -> list[int]:
    """Those that can be reached from either end; a damaged page in the middle hides only what lies behind it."""
    found: dict[int, None] = {}
    for order in ("", " DESC"):
        try:
            for (rowid,) in connection.execute(f"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid{order}"):
                found[rowid] = None
        except READ_ERRORS:
            continue
        break
    return list(found)


def layer_at(connection: sqlite3.Connection, rowid: int, dimension: int) -> SoundLayer:
    """Raises `Unsound`."""
    row = _row(connection, "text_layers", "*", rowid, Damage.TEXT)
    *fields, stored = row
    what = f"the text of layer {str(row[0])[:12]}"
    if stored != checksum(*fields):
        raise Unsound(Damage.TEXT, f"{what} does not fit its checksum")
    layer, reader, splitter, form, details, count, text = fields
    try:
        document = restore_document("", layer, reader, form, details, text)
    except READ_ERRORS as error:
        raise Unsound(Damage.TEXT, f"{what} does not give its hash") from error
    passages = list(_passages(connection, document, splitter, dimension))
    if len(passages) != count:
        raise Unsound(Damage.PASSAGE, f"{what} has {len(passages)} passages, not {count}")
    return SoundLayer(row, passages, document)


def document_at(connection: sqlite3.Connection, rowid: int) -> Row:
    """Raises `Unsound`."""
    row = _row(connection, "documents", "*", rowid, Damage.DOCUMENT)
    if row[-1] != checksum(*row[:-1]):
        raise Unsound(Damage.DOCUMENT, f"document {str(row[0])[:12]} does not fit its checksum")
    return row


def file_at(connection: sqlite3.Connection, rowid: int) -> Row:
    """`RECORD_COLUMNS` and the checksum. Raises `Unsound`."""
    row = _row(connection, "files", f"{RECORD_COLUMNS}, checksum", rowid, Damage.FILE)
    if row[-1] != checksum(*row[:-1]):
        raise Unsound(Damage.FILE, f"file {row[0]!r} does not fit its checksum")
    return row


def keyword_findings(connection: sqlite3.Connection, layer: SoundLayer) -> Iterator[Finding]:
    """Passages whose words in the keyword index are not their own."""
    splitter = layer.row[2]
    for key, passage_id, _, start, end, *_ in layer.passages:
        passage = restore_passage(layer.document, start, end, splitter, passage_id)
        stored = connection.execute("SELECT c0 FROM keywords_content WHERE id = ?", (key,)).fetchone()
        if stored != (indexed_body(passage),):
            yield Finding(Damage.KEYWORDS, f"the keyword index has other words than passage {passage_id}")


def _passages(connection: sqlite3.Connection, document: Document, splitter: str, dimension: int) -> Iterator[Row]:
    try:
        rows = connection.execute("SELECT * FROM passages WHERE layer = ?", (document.layer,)).fetchall()
    except READ_ERRORS as error:
        raise Unsound(Damage.PASSAGE, f"passages of layer {document.layer[:12]} cannot be read ({error})") from error
    for row in rows:
        _, passage_id, layer, start, end, _, vector, stored = row
        if stored != checksum(passage_id, layer, start, end, vector):
            raise Unsound(Damage.PASSAGE, f"passage {passage_id} does not fit its checksum")
        try:
            restore_passage(document, start, end, splitter, passage_id)
            sound = len(vector) == 4 * dimension and np.isfinite(np.frombuffer(vector, dtype="<f4")).all()
        except READ_ERRORS as error:
            raise Unsound(Damage.PASSAGE, f"passage {passage_id} was not cut from its text") from error
        if not sound:
            raise Unsound(Damage.PASSAGE, f"the vector of passage {passage_id} is none of {dimension} numbers")
        yield row


def _row(connection: sqlite3.Connection, table: str, columns: str, rowid: int, damage: Damage) -> Row:
    try:
        row: Row | None = connection.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
    except READ_ERRORS as error:
        raise Unsound(damage, f"row {rowid} of {table} cannot be read ({error})") from error
    if row is None:
        raise Unsound(damage, f"row {rowid} of {table} cannot be found again")
    return row
