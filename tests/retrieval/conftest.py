"""A library in memory, and an embedder that counts letters: enough to rank by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from ragcite.protocols import Counts, StoredPassage, Vectors
from ragcite.types import Document, FileRecord, Format, Location, Passage, Scored, Span


class LetterEmbedder:
    """Vectors of letter counts; remembers the questions it was asked."""

    name = "letters"
    dimension = 26
    max_tokens = 512

    def __init__(self) -> None:
        self.asked: list[str] = []

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        letters = [[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts]
        counts = np.array(letters, dtype=np.float32).reshape(-1, 26)
        norms = np.linalg.norm(counts, axis=1, keepdims=True)
        vectors: Vectors = counts / np.maximum(norms, 1e-9)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        self.asked.append(text)
        vector: Vectors = self.embed_passages([text])[0]
        return vector


class MemorySnapshot:
    """A `Snapshot` whose keyword score is the number of shared words."""

    generation = 1

    def __init__(self, texts: Sequence[str], embedder: LetterEmbedder) -> None:
        document = Document("0" * 64, "\n".join(texts), Format.TEXT, "test-1")
        starts = [sum(len(t) + 1 for t in texts[:i]) for i in range(len(texts))]
        self.stored = [Passage.cut(document, Span(s, s + len(t)), "test-1") for s, t in zip(starts, texts, strict=True)]
        self.vectors = embedder.embed_passages(texts)
        self.keyword_calls = 0

    def keyword_search(self, query: str, k: int) -> list[Scored]:
        self.keyword_calls += 1
        asked = set(query.lower().replace("?", "").split())
        scores = [Scored(key, float(len(asked & set(p.text.lower().split())))) for key, p in enumerate(self.stored)]
        return sorted((s for s in scores if s.score > 0), key=lambda s: -s.score)[:k]

    def vector_search(self, vector: Vectors, k: int) -> list[Scored]:
        cosines = self.vectors @ vector
        return [Scored(int(key), float(cosines[key])) for key in np.argsort(-cosines)[:k]]

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        return {key: StoredPassage(self.stored[key], Location("/a.txt", b"/a.txt")) for key in keys}

    def document(self, document_id: str) -> Document | None:
        return None

    def counts(self) -> Counts:
        return Counts(1, 0, 1, len(self.stored))

    def files(self) -> Iterator[FileRecord]:
        return iter(())


@pytest.fixture
def embedder() -> LetterEmbedder:
    return LetterEmbedder()


@pytest.fixture
def library(embedder: LetterEmbedder) -> Callable[[Sequence[str]], MemorySnapshot]:
    return lambda texts: MemorySnapshot(texts, embedder)
