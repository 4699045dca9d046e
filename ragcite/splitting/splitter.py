"""Documents cut into passages: whole sentences of one section, similar in size, within a token limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ragcite.errors import UsageError
from ragcite.protocols import Tokenizer
from ragcite.splitting.partition import partition
from ragcite.splitting.sections import Section, runs, sections
from ragcite.splitting.units import Unit, clauses, sliced, units_of, words_of
from ragcite.text import detect_language
from ragcite.types import Document, Passage, Span

_VERSION = "sentences-1"
_SPECIAL = 2  # tokens an encoder puts around a text
Count = Callable[[Sequence[str]], list[int]]
_Sized = tuple[Unit, int]


@dataclass(frozen=True, slots=True)
class Splitter:
    """Cuts documents into passages of at most `max_tokens`, as `count` counts them (a Tokenizer or a function).

    A passage holds whole sentences of one section, its heading line included; sections below `smallest` tokens join
    a neighbour under the same parent, and only a sentence over the limit is cut. Where a passage's header would not
    fit beside it into the embedder's `window`, the limit of its section is lower, down to half of `max_tokens`.
    `count` must not count a text higher than the sum of its parts, white space included.
    Raises `UsageError` when a limit is not positive.
    """

    count: Count | Tokenizer
    max_tokens: int = 220
    window: int = 256
    smallest: int = 40

    def __post_init__(self) -> None:
        if min(self.max_tokens, self.window) < 1 or self.smallest < 0:
            raise UsageError("splitter", "its limits must be positive", "Set max_tokens and window to 1 or more.")

    @property
    def name(self) -> str:
        """Version and parameters: part of every passage's identity."""
        return f"{_VERSION}/{self.max_tokens}-{self.window}-{self.smallest}"

    def split(self, document: Document) -> list[Passage]:
        """The passages of `document`: ordered, disjoint; every character that is not white space is in exactly one.

        Counts once for the whole document, and again only for what is longer than the limit.
        """
        text = document.text
        found = sections(document)
        language = document.language or detect_language(text) or "en"
        units = [units_of(text, section, language) for section in found]
        headers = [_header(document, section.path) for section in found]
        sizes = self._sizes(text, found, units, headers)
        sized = [list(zip(of, size, strict=True)) for of, size in zip(units, sizes[:-1], strict=True)]
        limits = [self._limit(header) for header in sizes[-1]]
        passages: list[Passage] = []
        for run in runs(found, [sum(size) for size in sizes[:-1]], self.smallest, self.max_tokens):
            limit = min(limits[index] for index in run)
            items = self._fitting(text, [item for index in run for item in sized[index]], limit)
            passages += [Passage.cut(document, span, self.name) for span in _grouped(items, limit)]
        return passages

    def _count(self, texts: Sequence[str]) -> list[int]:
        counted = self.count.count(texts) if hasattr(self.count, "count") else self.count(texts)
        return [max(1, tokens) for tokens in counted]

    def _limit(self, header_tokens: int) -> int:
        return max(1, min(self.max_tokens, max(self.window - _SPECIAL - header_tokens, self.max_tokens // 2)))

    def _sizes(self, text: str, found: list[Section], units: list[list[Unit]], headers: list[str]) -> list[list[int]]:
        """Tokens of every unit, white space after it included, section by section; last those of the headers."""
        texts: list[str] = []
        for section, of in zip(found, units, strict=True):
            ends = [*(unit.span.start for unit in of[1:]), section.span.end]
            texts += [text[unit.span.start : end] for unit, end in zip(of, ends, strict=False)]
        counted = iter(self._count([*texts, *headers]))
        return [[next(counted) for _ in of] for of in units] + [list(counted)]

    def _fitting(self, text: str, items: list[_Sized], limit: int) -> list[_Sized]:
        """`items` with those above `limit` cut into clauses and words, and tiny neighbours joined."""
        long = [unit for unit, size in items if size > limit]
        words = [words_of(text, unit.span) for unit in long]
        counted = iter(self._count([word.of(text) for of in words for word in of]) if long else [])
        fitting: list[_Sized] = []
        pieces = iter(words)
        for unit, size in items:
            if size <= limit:
                fitting.append((unit, size))
                continue
            of = next(pieces)
            fine, sizes = self._breakable(text, of, [next(counted) for _ in of], limit)
            cut = list(clauses(text, fine, sizes, max(1, limit // 8)))
            last, tokens = cut[-1]
            fitting += [*cut[:-1], (replace(last, penalty=unit.penalty), tokens)]
        return _dense(fitting, limit // 24)

    def _breakable(self, text: str, words: list[Span], sizes: list[int], limit: int) -> tuple[list[Span], list[int]]:
        """Words above `limit` cut into stretches of characters."""
        fine: list[Span] = []
        for word, size in zip(words, sizes, strict=True):
            fine += [word] if size <= limit else sliced(text, word, 2 * size // limit + 1)
        return (words, sizes) if len(fine) == len(words) else (fine, self._count([span.of(text) for span in fine]))


def _dense(items: list[_Sized], most: int) -> list[_Sized]:
    """Neighbours of at most `most` tokens together become one: a thousand one-word lines need no thousand choices."""
    dense: list[_Sized] = []
    for unit, size in items:
        if dense and dense[-1][1] + size <= most:
            before, tokens = dense.pop()
            unit, size = Unit(Span(before.span.start, unit.span.end), unit.penalty), tokens + size
        dense.append((unit, size))
    return dense


def _grouped(items: list[_Sized], limit: int) -> list[Span]:
    ends = partition([size for _, size in items], [unit.penalty for unit, _ in items], limit)
    starts = [0, *ends][: len(ends)]
    return [
        Span(items[start][0].span.start, items[end - 1][0].span.end) for start, end in zip(starts, ends, strict=True)
    ]


def _header(document: Document, path: tuple[str, ...]) -> str:
    return " › ".join([document.title or "", *path])
