"""A library in a temporary folder, and small documents whose vectors follow from their words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.protocols import StoreWriter, Vectors
from ragcite.storage import SqliteStore
from ragcite.storage.disk import REAL, Disk
from ragcite.types import Document, FileRecord, FileStamp, Format, Page, Passage, Span

DIMENSION = 8
SPLITTER = "lines-1"


class Shelf:
    """What the tests do to a library, in their words."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(
        self, dimension: int = DIMENSION, embedder: str = "words-8", create: bool = True, disk: Disk = REAL
    ) -> SqliteStore:
        return SqliteStore.open(self.folder, FaissCodec(), embedder, dimension, create, lock_timeout=0.1, disk=disk)

    def document(self, text: str, reader: str = "text-1", data: bytes | None = None) -> Document:
        raw = text.encode("utf-8", "surrogatepass") if data is None else data
        pages = (Page(0, "i", Span(0, len(text))),)
        return Document(hashlib.sha256(raw).hexdigest(), text, Format.TEXT, reader, title="A title", pages=pages)

    def cut(self, document: Document, splitter: str = SPLITTER) -> list[Passage]:
        """One passage a line."""
        passages, start = [], 0
        for line in document.text.split("\n"):
            if line:
                passages.append(Passage.cut(document, Span(start, start + len(line)), splitter))
            start += len(line) + 1
        return passages

    def vector(self, text: str) -> Vectors:
        """(d,), from the text's hash."""
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def put(self, writer: StoreWriter, document: Document, splitter: str = SPLITTER) -> None:
        passages = self.cut(document, splitter)
        vectors = np.array([self.vector(passage.text) for passage in passages], dtype=np.float32)
        writer.put(document, splitter, passages, vectors.reshape(len(passages), DIMENSION))

    def record(self, path: str | bytes, document: Document | None, reason: str | None = None) -> FileRecord:
        raw = path.encode() if isinstance(path, str) else path
        stamp = FileStamp(3, 1_700_000_000_000_000_000, 2**64 - 1)
        return FileRecord(raw, b"/docs", stamp, document.id if document else None, "text-1", 5, reason)

    def add(self, store: SqliteStore, path: str, text: str) -> Document:
        """One document at one path, in a block of its own."""
        document = self.document(text)
        with store.writer() as writer:
            self.put(writer, document)
            writer.record(self.record(path, document))
        return document

    def forget(self, store: SqliteStore, paths: Iterable[str]) -> None:
        with store.writer() as writer:
            writer.forget(path.encode() for path in paths)

    def found(self, store: SqliteStore, question: str, k: int = 10) -> list[str]:
        """Texts found by keyword, best first."""
        with store.snapshot() as snapshot:
            stored = snapshot.passages([hit.key for hit in snapshot.keyword_search(question, k)])
            return [entry.passage.text for entry in stored.values()]

    def nearest(self, store: SqliteStore, text: str, k: int = 10) -> list[str]:
        """Texts found by vector, best first."""
        with store.snapshot() as snapshot:
            hits = snapshot.vector_search(self.vector(text), k)
            return [entry.passage.text for entry in snapshot.passages([hit.key for hit in hits]).values()]

    def bases(self) -> list[Path]:
        return sorted((self.folder / "vectors").glob("base-*.faiss"))


class MakeShelf(Protocol):
    def __call__(self, name: str = "library") -> Shelf: ...


@pytest.fixture
def make_shelf(tmp_path: Path) -> MakeShelf:
    return lambda name="library": Shelf(tmp_path / name)


@pytest.fixture
def shelf(make_shelf: Callable[[], Shelf]) -> Shelf:
    return make_shelf()
