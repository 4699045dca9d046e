"""The smallest pieces a passage is made of: sentences, and the clauses and words of those that are too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ragcite.splitting.sections import Section
from ragcite.text import sentences
from ragcite.text.scripts import UNSPACED, marks
from ragcite.types import Span

# What it costs to end a passage there, in units of one passage more.
HEADING = 20.0
WORD, SPACE, CLAUSE = 8.0, 5.0, 4.0  # inside a sentence
ROW, CODE, INTRODUCTION, ITEM, SENTENCE, PARAGRAPH = 3.0, 2.5, 1.0, 0.4, 0.2, 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A trimmed stretch of the document; `penalty` is the price of ending a passage after it."""

    span: Span
    penalty: float


def units_of(text: str, section: Section, language: str) -> list[Unit]:
    """The sentences of a section in order, its headings first."""
    borders = sorted({section.span.start, *(h.end for h in section.headings), *(h.start for h in section.headings)})
    spans: list[tuple[Span, bool]] = []
    for start, end in zip(borders, [*borders[1:], section.span.end], strict=True):
        heading = any(h.start <= start < h.end for h in section.headings)
        spans += [(span.shifted(start), heading) for span in sentences(text[start:end], language)]
    ends = [*(span.start for span, _ in spans[1:]), section.span.end][: len(spans)]
    code = _in_code(text, [span for span, _ in spans])
    return [
        Unit(span, max(CODE if fenced else 0.0, _penalty(text, span, end, heading)))
        for (span, heading), end, fenced in zip(spans, ends, code, strict=True)
    ]


def _in_code(text: str, spans: Sequence[Span]) -> list[bool]:
    """Whether the next of the sentences belongs to the same fenced block of code as this one."""
    inside = False
    found = []
    for span in spans:
        inside ^= text.startswith(("```", "~~~"), span.start)
        found.append(inside)
    return found


def _penalty(text: str, span: Span, following: int, heading: bool) -> float:
    if heading:
        return HEADING
    gap = text[span.end : following].replace("\r\n", "\n").replace("\r", "\n")
    start = text[following : following + 2]
    if gap.count("\n") > 1:
        return INTRODUCTION if text[span.end - 1] in ":：" else PARAGRAPH
    if "\n" not in gap:
        return SENTENCE
    if _is_row(text, span.start, span.end) and _is_row(text, following, following + 200):
        return ROW
    if text[span.end - 1] in ":：":
        return INTRODUCTION
    return ITEM if _item().match(start) else SENTENCE


@cache
def _item() -> re.Pattern[str]:
    return re.compile(r"[-*+•‣◦▪·–\d(]")


def _is_row(text: str, start: int, end: int) -> bool:
    line = text[start:end].partition("\n")[0]
    return line.startswith("|") or "\t" in line or line.count(" | ") > 1


@cache
def _words() -> re.Pattern[str]:
    closing = "，、；：。！？）」』】》”’"
    return re.compile(rf"[{UNSPACED}][{marks()}]*[{closing}]*\s*|[^\s{UNSPACED}]+\s*")


def words_of(text: str, span: Span) -> list[Span]:
    """The breakable stretches of a sentence: words, or characters of scripts without blanks; trimmed."""
    found = []
    for match in _words().finditer(text, span.start, span.end):
        found.append(Span(match.start(), match.start() + len(match[0].rstrip())))
    return found


def sliced(text: str, span: Span, parts: int) -> Iterator[Span]:
    """A word cut into about `parts` stretches, none of which starts with a combining mark."""
    step = max(1, len(span) // parts)
    start = span.start
    while start < span.end:
        end = min(start + step, span.end)
        while end < span.end and _mark().match(text, end):
            end += 1
        yield Span(start, end)
        start = end


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(f"[{marks()}\u200d]")


def clauses(text: str, words: Sequence[Span], sizes: Sequence[int], most: int) -> Iterator[tuple[Unit, int]]:
    """Words gathered into units of at most `most` tokens (or one word), ended at clause borders where there are any."""
    start, size = 0, 0
    for index, word in enumerate(words):
        if size and size + sizes[index] > most:
            yield _clause(text, words, start, index), size
            start, size = index, 0
        size += sizes[index]
        if text[word.end - 1] in ";:,，、；：—–)）" and size * 3 > most:
            yield _clause(text, words, start, index + 1), size
            start, size = index + 1, 0
    if start < len(words):
        yield _clause(text, words, start, len(words)), size


def _clause(text: str, words: Sequence[Span], start: int, end: int) -> Unit:
    span = Span(words[start].start, words[end - 1].end)
    if text[span.end - 1] in ";:,，、；：—–)）":
        return Unit(span, CLAUSE)
    at_blank = end < len(words) and words[end].start > span.end
    unspaced = re.match(f"[{UNSPACED}]", text[span.end - 1])
    return Unit(span, SPACE if at_blank or unspaced else WORD)
