"""One consistent view of the library: rows, keyword index and vectors of the same generation."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ragcite.protocols import Counts, StoredPassage, Vectors
from ragcite.storage.base import base_record
from ragcite.storage.connection import explained
from ragcite.storage.keywords import keyword_search
from ragcite.storage.rows import (
    RECORD_COLUMNS,
    damaged,
    restore_document,
    restore_passage,
    restore_record,
    verify,
)
from ragcite.storage.schema import read_meta
from ragcite.storage.vectors import VectorCache, search
from ragcite.types import Document, FileRecord, Location, Scored

# A passage lies where its document lies; of several places, the first by path.
_PLACES = """
    SELECT p.key, p.id, p.layer, p.span_start, p.span_end, p.vector, p.checksum, l.splitter, f.document, min(f.path)
    FROM passages p JOIN text_layers l USING (layer) JOIN documents d USING (layer)
        JOIN files f ON f.document = d.sha256
    WHERE p.key IN (SELECT value FROM json_each(?)) GROUP BY p.key"""

_DOCUMENT = """
    SELECT d.checksum, l.checksum, d.sha256, layer, l.reader, l.splitter, l.format, l.details, l.passages, l.text
    FROM documents d JOIN text_layers l USING (layer) WHERE d.sha256 = ?"""

_FILES = f"""
    SELECT {RECORD_COLUMNS.replace("reader", "f.reader")}, f.checksum,
        l.passages, CASE WHEN json_valid(l.details) THEN json_extract(l.details, '$.hidden') END
    FROM files f LEFT JOIN documents d ON d.sha256 = f.document LEFT JOIN text_layers l USING (layer)"""


class SqliteSnapshot:
    """Implements `Snapshot` in the read transaction of `connection`. Every method raises `LibraryError` on damage."""

    def __init__(self, connection: sqlite3.Connection, library: Path, cache: VectorCache) -> None:
        self._connection = connection
        self._library = library
        self._cache = cache
        self._documents: dict[str, Document] = {}
        meta = read_meta(connection) or {}
        self._base = base_record(meta)
        try:
            self._generation = int(meta["generation"])
        except (KeyError, ValueError) as error:
            raise damaged("the generation") from error

    @property
    def generation(self) -> int:
        return self._generation

    def vector_search(self, vector: Vectors, k: int) -> list[Scored]:
        """Raises `ValueError` unless `vector` is (d,)."""
        if k < 1:
            return []
        with explained(self._library):
            view = self._cache.view(self._connection, self._generation, self._base)
            return search(self._connection, view, np.ascontiguousarray(vector, dtype=np.float32), k)

    def keyword_search(self, query: str, k: int) -> list[Scored]:
        with explained(self._library):
            return keyword_search(self._connection, query, k)

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """In the order of `keys`; keys of no passage are left out."""
        with explained(self._library):
            rows = self._connection.execute(_PLACES, (json.dumps([int(key) for key in keys]),)).fetchall()
        found = {key: self._stored(*row) for key, *row in rows}
        return {key: found[key] for key in keys if key in found}

    def document(self, document_id: str) -> Document | None:
        if document_id not in self._documents:
            with explained(self._library):
                row = self._connection.execute(_DOCUMENT, (document_id,)).fetchone()
            if row is None:
                return None
            self._documents[document_id] = _document(*row)
        return self._documents[document_id]

    def counts(self) -> Counts:
        with explained(self._library):
            files, failed = self._connection.execute(
                "SELECT count(*), count(*) - count(document) FROM files"
            ).fetchone()
            (documents,) = self._connection.execute("SELECT count(*) FROM documents").fetchone()
            (passages,) = self._connection.execute("SELECT count(*) FROM passages").fetchone()
        return Counts(files, failed, documents, passages)

    def files(self) -> Iterator[FileRecord]:
        """By path."""
        with explained(self._library):
            yield from map(restore_record, self._connection.execute(f"{_FILES} ORDER BY f.path"))

    def _stored(self, *row: Any) -> StoredPassage:
        passage_id, layer, start, end, vector, stored, splitter, document_id, path = row
        verify(f"passage {passage_id}", stored, passage_id, layer, start, end, vector)
        document = self.document(document_id)
        if document is None:
            raise damaged(f"passage {passage_id}")
        return StoredPassage(restore_passage(document, start, end, splitter, passage_id), Location.of(path))


def _document(stored: bytes, layer_stored: bytes, *row: Any) -> Document:
    """From the columns of `_DOCUMENT`; both rows that make a document are checked."""
    sha256, layer, reader, splitter, form, details, passages, text = row
    what = f"document {sha256[:12]}"
    verify(what, stored, sha256, layer)
    verify(what, layer_stored, layer, reader, splitter, form, details, passages, text)
    return restore_document(sha256, layer, reader, form, details, text)


def files_under(connection: sqlite3.Connection, root: bytes, separator: bytes) -> Iterator[FileRecord]:
    """The file `root` itself and those below it."""
    inside = root.rstrip(separator) + separator
    beyond = inside[:-1] + bytes([separator[0] + 1])
    query = f"{_FILES} WHERE f.path = ? OR (f.path >= ? AND f.path < ?) ORDER BY f.path"
    return map(restore_record, connection.execute(query, (root, inside, beyond)))
