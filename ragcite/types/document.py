"""What a file says: its text, and where pages and headings lie in it.

There is one coordinate system: characters (code points) of `Document.text`. Every span in ragcite counts in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_STEP = 1_000_000  # characters


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters, `start` inclusive, `end` exclusive.

    Raises `ValueError` when `0 <= start <= end` does not hold.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def shifted(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Span) -> int:
        """How many characters both spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its place in the file (`index`, from 0), the `label` printed on it ("iv", "12"), its characters."""

    index: int
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of `level` 1..6; `span` covers its characters in `Document.text`."""

    level: int
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a person who opens the file would not see, and which `Document.text` therefore leaves out.

    `characters` without blanks; `ways` says how it was hidden ("white text"), each once, in order. False: nothing was.
    """

    characters: int = 0
    ways: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.characters > 0

    def __add__(self, other: Hidden) -> Hidden:
        return Hidden(self.characters + other.characters, tuple(sorted({*self.ways, *other.ways})))


@dataclass(frozen=True, slots=True)
class Document:
    """One file's content. `id` is the SHA-256 of its bytes (hex); where it lies is not part of it.

    `layer` identifies the text layer: the same text, structure, hidden part and reader give the same layer.
    `parents` is the place in `headings` of the heading that each lies under, -1 for none.
    Raises `ValueError` when a page or heading lies outside the text or pages are out of order.
    """

    id: str
    text: str
    format: Format
    reader: str
    title: str | None = None
    language: str | None = None
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)
    layer: str = field(init=False)
    parents: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        whole = Span(0, len(self.text))
        spans = [page.span for page in self.pages] + [heading.span for heading in self.headings]
        if not all(whole.contains(span) for span in spans):
            raise ValueError("a page or heading lies outside the text")
        starts, ends = [page.span.start for page in self.pages], [page.span.end for page in self.pages]
        if starts != sorted(starts) or ends != sorted(ends):
            raise ValueError("pages are out of order")
        object.__setattr__(self, "layer", self._layer_hash())
        object.__setattr__(self, "parents", _parents(self.headings))

    def _layer_hash(self) -> str:
        structure: list[object] = [
            self.reader,
            self.format,
            self.title,
            [(page.index, page.label, page.span.start, page.span.end) for page in self.pages],
            [(heading.level, heading.title, heading.span.start, heading.span.end) for heading in self.headings],
        ]
        structure += [[self.hidden.characters, self.hidden.ways]] if self.hidden else []
        digest = hashlib.sha256(json.dumps(structure, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        for start in range(0, len(self.text), _STEP):  # no second copy of a large text
            digest.update(self.text[start : start + _STEP].encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _parents(headings: Sequence[Heading]) -> tuple[int, ...]:
    parents: list[int] = []
    above: list[int] = []
    for index, heading in enumerate(headings):
        while above and headings[above[-1]].level >= heading.level:
            above.pop()
        parents.append(above[-1] if above else -1)
        above.append(index)
    return tuple(parents)
