"""What a search returns."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import PurePath

from ragcite.types.passage import Passage


@dataclass(frozen=True, slots=True)
class Location:
    """Where a document lies: `path` absolute, as text for people and programs; `raw` the same as the system's bytes."""

    path: str
    raw: bytes

    @classmethod
    def of(cls, raw: bytes) -> Location:
        """The location of the system's path `raw`; bytes that are no text are shown as backslash escapes."""
        return cls(path=raw.decode(sys.getfilesystemencoding(), "backslashreplace"), raw=raw)

    @property
    def name(self) -> str:
        """The file's name as words."""
        return PurePath(self.path).stem.replace("_", " ").replace("-", " ")


def header_of(passage: Passage, location: Location) -> str:
    """What a passage is read under: the file's name, unless the title says the same, then title and headings."""
    first, _, _ = passage.header.partition(" › ")
    named = location.name.casefold() != first.casefold()
    return " › ".join(part for part in (location.name if named else "", passage.header) if part)


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage's key in the store and its score in one index, higher is better."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` is the fused one in [0, 1]; `dense` is a cosine, `keyword` a BM25 score."""

    passage: Passage
    location: Location
    score: float
    dense: float | None = None
    keyword: float | None = None
