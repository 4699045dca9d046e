"""The parts that can be swapped. Write one small class with these methods and pass it in; nothing is inherited.

Shapes: n texts, d = `Embedder.dimension`. All vectors are float32 and L2-normalised, so a dot product is a cosine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ragcite.types import (
    Document,
    FileRecord,
    Location,
    Passage,
    Prompt,
    Sampling,
    Scored,
    SupportScore,
)

Vectors = NDArray[np.float32]


class Reader(Protocol):
    """Turns the bytes of one file into a Document. `name` carries the version: "pdf-1"."""

    @property
    def name(self) -> str: ...

    @property
    def suffixes(self) -> frozenset[str]:
        """File name endings with the dot, lower case."""

    def read(self, data: bytes) -> Document:
        """Raises a `ReadingError` without naming the file (the caller knows its name)."""


class Tokenizer(Protocol):
    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens apart."""


class Embedder(Protocol):
    """`name` identifies the weights; a library is tied to it."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Tokens of a passage that are embedded; the rest is cut off."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text (an embedder is a Tokenizer)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d)."""

    def embed_query(self, text: str) -> Vectors:
        """(d,)."""


class Generator(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text (a generator is a Tokenizer)."""

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Streams the answer's text in pieces; closing the iterator stops the generation.

        Untrusted parts of the prompt never become control tokens. Raises `PromptOverflow`.
        """


@runtime_checkable
class Remote(Protocol):
    """What a Generator also has if it sends text away."""

    @property
    def sends_to(self) -> str:
        """host:port that text is sent to, "" where that is this machine."""


class SupportModel(Protocol):
    """Judges whether evidence supports a claim. Never the generator."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float:
        """A claim is supported iff its score is strictly above this."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        """One score for each (evidence, claim)."""


class Reranker(Protocol):
    @property
    def name(self) -> str: ...

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score for each text, higher is better: the log odds that it holds the answer."""


class KeywordIndex(Protocol):
    def keyword_search(self, query: str, k: int) -> list[Scored]:
        """At most k passages by BM25, best first."""


class VectorIndex(Protocol):
    def vector_search(self, vector: Vectors, k: int) -> list[Scored]:
        """At most k passages by cosine with `vector` (d,), best first."""


class VectorCodec(Protocol):
    """Turns vectors into an index file's bytes and back; the store owns files, generations and checksums."""

    @property
    def name(self) -> str: ...

    def encode(self, vectors: Vectors) -> bytes:
        """(n, d) → bytes."""

    def decode(self, data: bytes) -> VectorSearcher:
        """Only ever called on bytes whose checksum was verified."""


class VectorSearcher(Protocol):
    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """(row, cosine) of at most k rows, best first."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    passage: Passage
    location: Location


@dataclass(frozen=True, slots=True)
class Counts:
    files: int
    failed: int
    documents: int
    passages: int


class Snapshot(KeywordIndex, VectorIndex, Protocol):
    """One consistent view: rows and vectors of the same generation, whatever is written meanwhile."""

    @property
    def generation(self) -> int: ...

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]: ...

    def document(self, document_id: str) -> Document | None:
        """A stored document restored whole, or None."""

    def counts(self) -> Counts: ...

    def files(self) -> Iterator[FileRecord]: ...


class StoreWriter(Protocol):
    """The one writer. Everything since the last `commit` is lost if the block is left by an exception."""

    @property
    def purged(self) -> bool:
        """After the block: whether no trace of a removed text is left in the library's files."""

    def known(self, root: bytes) -> dict[bytes, FileRecord]:
        """Every file recorded under `root`, by path."""

    def has_document(self, document_id: str, reader: str, splitter: str) -> bool:
        """Whether these bytes are already stored as read by `reader` and cut by `splitter`."""

    def put(self, document: Document, splitter: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store a document with its passages; vectors (n, d) in the passages' order. Replaces an older reading."""

    def record(self, file: FileRecord) -> None:
        """Record a file: linked to a stored document, or failed with a reason. Replaces what was known of its path."""

    def forget(self, paths: Iterable[bytes]) -> None:
        """Drop files, and the documents that lie nowhere else any more."""

    def copies(self, path: bytes) -> list[bytes]:
        """Other files with the same text, by path."""

    def commit(self) -> None: ...


class Store(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def writer(self) -> AbstractContextManager[StoreWriter]:
        """Raises `LibraryLocked`. Leaving the block purges what was removed and renews the vector base when due."""

    def discard_set_aside(self) -> list[Path]:
        """Within a writer's block: delete the damaged databases that repairs set aside; says which."""

    def info(self) -> Mapping[str, str]:
        """Facts for `status`: schema, generation, embedder, sizes."""
