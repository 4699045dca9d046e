"""What an ingest needs from others, and what it tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ragcite.types import Document, Passage


class DocumentReaders(Protocol):
    def reader_name(self, name: str) -> str | None:
        """The reader, with its version, for a file of this name; None where no reader knows the type."""

    def read(self, name: str, data: bytes) -> Document:
        """Raises a `ReadingError`."""


class Splitter(Protocol):
    @property
    def name(self) -> str:
        """Carries the version: another name cuts every document anew."""

    def split(self, document: Document) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """`phase` is "looking", "reading", "embedding", "stored", "removed" or "tidying"; `done` of `total` files (0: not
    known yet). "stored" and "removed" are told of a file once that is committed: it survives a kill from then on."""

    phase: str
    done: int
    total: int
    path: str | None = None


Progress = Callable[[IngestProgress], None]
