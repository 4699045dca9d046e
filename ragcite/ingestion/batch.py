"""Prepared files, embedded together and stored in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ragcite.protocols import Embedder, StoreWriter, Vectors
from ragcite.types import Document, FileRecord, FileStatus, Passage


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file to record; with a `document` when that has to be stored first."""

    record: FileRecord
    status: FileStatus
    document: Document | None = None
    passages: tuple[Passage, ...] = ()


class Batch:
    """`limit` is in passages; a file is never divided between commits. `beat` is called for every embedded slice."""

    def __init__(
        self, writer: StoreWriter, splitter: str, embedder: Embedder, limit: int, beat: Callable[[str], None]
    ) -> None:
        self._writer = writer
        self._splitter = splitter
        self._embedder = embedder
        self._limit = limit
        self._beat = beat
        self._prepared: list[Prepared] = []

    @property
    def is_full(self) -> bool:
        passages = sum(len(prepared.passages) for prepared in self._prepared)
        return passages >= self._limit or len(self._prepared) >= self._limit

    def add(self, prepared: Prepared) -> None:
        self._prepared.append(prepared)

    def holds(self, document_id: str) -> bool:
        """Whether this document waits to be stored."""
        return any(prepared.document and prepared.document.id == document_id for prepared in self._prepared)

    def store(self) -> Iterator[tuple[Prepared, FileRecord]]:
        """Embeds, stores and commits; then yields every file with its record as stored."""
        passages = [passage for prepared in self._prepared for passage in prepared.passages]
        vectors = self._embed([embedded_text(passage) for passage in passages])
        start = 0
        for prepared in self._prepared:
            if prepared.document:
                end = start + len(prepared.passages)
                self._writer.put(prepared.document, self._splitter, prepared.passages, vectors[start:end])
                start = end
            self._writer.record(prepared.record)
        self._writer.commit()
        done, self._prepared = self._prepared, []
        for prepared in done:
            path = prepared.record.path
            yield prepared, self._writer.known(path)[path]

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d), in the order of `texts`; texts of like length go together, so that little is padded."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.empty((len(texts), self._embedder.dimension), dtype=np.float32)
        for start in range(0, len(order), self._limit):
            self._beat("embedding")
            chosen = order[start : start + self._limit]
            vectors[chosen] = self._embedder.embed_passages([texts[number] for number in chosen])
        return vectors


def embedded_text(passage: Passage) -> str:
    """What stands for a passage in both indexes: its header, then its text. Tokenizers refuse lone surrogates."""
    text = f"{passage.header}\n{passage.text}" if passage.header else passage.text
    return text.encode("utf-8", "replace").decode("utf-8")
