"""The one writer: puts documents, records files, and sees to it that nothing outlives its last file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from ragcite.protocols import Vectors
from ragcite.storage.disk import Disk, Moment
from ragcite.storage.facts import seal, set_fact
from ragcite.storage.rows import RECORD_COLUMNS, checksum, details_of, encode_text, indexed_body, record_fields
from ragcite.storage.snapshot import files_under
from ragcite.types import Document, FileRecord, Passage

PURGE_KEY = "purge"  # in meta from the removal of a text until its last trace is gone from the files


class SqliteWriter:
    """Implements `StoreWriter`, made only under the library's lock. `written`: something was committed.

    `purged` is set when the block has been left.
    """

    def __init__(self, connection: sqlite3.Connection, dimension: int, disk: Disk) -> None:
        self._connection = connection
        self._disk = disk
        self._dimension = dimension
        self._loose_documents: set[str] = set()
        self._loose_layers: set[str] = set()
        self._generation = 0
        self.written = False
        self.purged = False

    def known(self, root: bytes) -> dict[bytes, FileRecord]:
        return {file.path: file for file in files_under(self._connection, root, os.fsencode(os.sep))}

    def has_document(self, document_id: str, reader: str, splitter: str) -> bool:
        query = """SELECT 1 FROM documents d JOIN text_layers l USING (layer)
                   WHERE d.sha256 = ? AND l.reader = ? AND l.splitter = ?"""
        return self._connection.execute(query, (document_id, reader, splitter)).fetchone() is not None

    def put(self, document: Document, splitter: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """A document without a file is not kept beyond the commit: `record` one in the same transaction.

        Raises `ValueError` when a passage was not cut from `document` by `splitter`, or the vectors are not finite
        (n, d) float32.
        """
        self._check(document, splitter, passages, vectors)
        self._begin()
        self._put_layer(document, splitter, passages, vectors)
        before = self._connection.execute("SELECT layer FROM documents WHERE sha256 = ?", (document.id,)).fetchone()
        self._loose_layers.update(before or ())
        self._loose_documents.add(document.id)
        self._connection.execute(
            """INSERT INTO documents VALUES (?, ?, ?)
               ON CONFLICT DO UPDATE SET layer = excluded.layer, checksum = excluded.checksum""",
            (document.id, document.layer, checksum(document.id, document.layer)),
        )
        self._disk.reach(Moment.PUT)

    def record(self, file: FileRecord) -> None:
        """Raises `ValueError` when `file` names a document that is not stored."""
        self._begin()
        if file.document_id is not None and not self._exists("documents", "sha256", file.document_id):
            raise ValueError(f"document {file.document_id} is not stored")
        self._unlink(file.path)
        fields = record_fields(file)
        marks = ", ".join("?" * (len(fields) + 1))
        statement = f"INSERT OR REPLACE INTO files ({RECORD_COLUMNS}, checksum) VALUES ({marks})"
        self._connection.execute(statement, (*fields, checksum(*fields)))

    def forget(self, paths: Iterable[bytes]) -> None:
        for path in paths:
            self._begin()
            self._unlink(path)
            self._connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def copies(self, path: bytes) -> list[bytes]:
        query = """SELECT other.path FROM files f JOIN documents d ON d.sha256 = f.document
                   JOIN documents twin USING (layer) JOIN files other ON other.document = twin.sha256
                   WHERE f.path = ? AND other.path != f.path ORDER BY other.path"""
        return [other for (other,) in self._connection.execute(query, (path,))]

    def commit(self) -> None:
        """Nothing happens when nothing was written since the last commit."""
        if not self._connection.in_transaction:
            return
        self._sweep()
        set_fact(self._connection, "generation", str(self._generation))
        seal(self._connection)
        self._disk.reach(Moment.READY)
        self._connection.execute("COMMIT")
        self.written = True
        self._disk.reach(Moment.COMMITTED)

    def roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _begin(self) -> None:
        if self._connection.in_transaction:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        self._loose_documents.clear()
        self._loose_layers.clear()
        (generation,) = self._connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        self._generation = int(generation) + 1

    def _check(self, document: Document, splitter: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        if any(passage != Passage.cut(document, passage.span, splitter) for passage in passages):
            raise ValueError(f"a passage was not cut from document {document.id} by {splitter}")
        if vectors.shape != (len(passages), self._dimension) or vectors.dtype != np.float32:
            raise ValueError(
                f"vectors are {vectors.dtype} {vectors.shape}, not float32 {len(passages), self._dimension}"
            )
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds NaN or infinity")

    def _put_layer(self, document: Document, splitter: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        layer = document.layer
        query = "SELECT splitter FROM text_layers WHERE layer = ?"
        stored = self._connection.execute(query, (layer,)).fetchone()
        if stored == (splitter,):
            return  # the same text by another file: its passages are the same
        if stored:
            self._drop_passages(layer)
        count = len({passage.id for passage in passages})
        fields = (layer, document.reader, splitter, document.format.value, details_of(document), count)
        text = encode_text(document.text)
        self._connection.execute(
            """INSERT INTO text_layers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
               splitter = excluded.splitter, passages = excluded.passages, details = excluded.details,
               checksum = excluded.checksum""",
            (*fields, text, checksum(*fields, text)),
        )
        for passage, vector in zip(passages, vectors, strict=True):
            self._put_passage(layer, passage, vector.astype("<f4").tobytes())

    def _put_passage(self, layer: str, passage: Passage, vector: bytes) -> None:
        fields = (passage.id, layer, passage.span.start, passage.span.end)
        statement = """INSERT OR IGNORE INTO passages (id, layer, span_start, span_end, generation, vector, checksum)
                       VALUES (?, ?, ?, ?, ?, ?, ?)"""
        row = (*fields, self._generation, vector, checksum(*fields, vector))
        cursor = self._connection.execute(statement, row)
        if cursor.rowcount:  # 0: the splitter gave the same span twice
            statement = "INSERT INTO keywords (rowid, body) VALUES (?, ?)"
            self._connection.execute(statement, (cursor.lastrowid, indexed_body(passage)))

    def _unlink(self, path: bytes) -> None:
        row = self._connection.execute("SELECT document FROM files WHERE path = ?", (path,)).fetchone()
        if row and row[0] is not None:
            self._loose_documents.add(row[0])

    def _sweep(self) -> None:
        """Drop the documents that lie nowhere any more, then the text layers that no document has."""
        for sha256 in self._loose_documents:
            if not self._exists("files", "document", sha256):
                row = self._connection.execute("SELECT layer FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
                self._loose_layers.update(row or ())
                self._connection.execute("DELETE FROM documents WHERE sha256 = ?", (sha256,))
        for layer in self._loose_layers:
            if not self._exists("documents", "layer", layer):
                self._drop_passages(layer)
                self._connection.execute("DELETE FROM text_layers WHERE layer = ?", (layer,))

    def _drop_passages(self, layer: str) -> None:
        keys = "SELECT key FROM passages WHERE layer = ?"
        self._connection.execute(f"DELETE FROM keywords WHERE rowid IN ({keys})", (layer,))
        self._connection.execute("DELETE FROM passages WHERE layer = ?", (layer,))
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, 'pending')", (PURGE_KEY,))

    def _exists(self, table: str, column: str, value: str) -> bool:
        return self._connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (value,)).fetchone() is not None
