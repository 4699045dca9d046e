"""Citation markers: every form that models write, and what only looks like one.

A marker is brackets around source numbers: `[1]`, `[1, 2]`, `[1-3]`, `【1】`, `[Source 1]`, `(Source 2)`, `[^1]`.
Not markers: an index in code (`a[1]`), a year (`[2021]`), a word (`[sic]`), a decimal (`[3.5]`), an interval.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragcite.types import Span

OPENERS = "[(【［〔（"
CLOSERS = "])】］〕）"
LONGEST = 60  # characters: a bracket that closes later is not a marker

_WORD = (
    r"(?:sources?|src|passages?|docs?|documents?|refs?|references?|citations?|quellen?|fuentes?|fontes?"
    r"|来源|來源|资料|文献|出处)"
)
_B = r"[^\S\n]*"  # blanks, but no new line
_NUMBER = r"\d{1,4}(?!\d|\.\d|,\d{3})"
_RANGE = rf"(?:{_B}[-‐‑‒–—−~]{_B}[\^#]?{_NUMBER})?"
_SEPARATOR = rf"{_B}(?:[,;、，；&+]{_B}(?:and\b|und\b|y\b|et\b)?|and\b|und\b|y\b|et\b|e\b|和|及){_B}"
_ITEM = rf"(?:{_WORD}{_B}[:#.]?{_B})?[\^#]?{_B}{_NUMBER}{_RANGE}(?:†[^\]】\n]{{0,40}})?"
_LIST = rf"{_B}{_ITEM}(?:{_SEPARATOR}{_ITEM})*{_B}"
_MARKER = re.compile(
    rf"\^?(?:\[\[{_LIST}\]\]|\[{_LIST}\]|【{_LIST}】|［{_LIST}］|〔{_LIST}〕"
    rf"|[(（]{_B}{_WORD}{_B}[:#.]?{_B}{_NUMBER}{_RANGE}(?:{_SEPARATOR}{_ITEM})*{_B}[)）])",
    re.IGNORECASE,
)
_NUMBERS = re.compile(rf"({_NUMBER})(?:{_B}[-‐‑‒–—−~]{_B}[\^#]?({_NUMBER}))?")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_INTERVAL = re.compile(
    r"(?:\binterval|\brange|\bintervall|\bintervalo|\bintervalle|区间|∈|\[\w*\]\s*[×x*])\s*$", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"(?:^|[^\w])([a-z]|\w*_\w*|[a-z]+[A-Z]\w*|arr|array|list|args|argv|vec|matrix|\w+[)\]])$")
_TOO_MANY = 50


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker at `span`, naming `numbers` in the order written (ranges filled in)."""

    span: Span
    numbers: tuple[int, ...]


def marker_at(text: str, position: int) -> Marker | None:
    """The marker that starts exactly at `position`, read without regard to code around it."""
    match = _MARKER.match(text, position)
    if match is None or len(match.group()) > LONGEST:
        return None
    numbers = _numbers(match.group())
    return Marker(Span(match.start(), match.end()), numbers) if numbers else None


def markers(text: str) -> list[Marker]:
    """Every marker of `text`, in order, code spans left out."""
    code = [Span(match.start(), match.end()) for match in _CODE.finditer(text)]
    found = []
    for match in _MARKER.finditer(text):
        span = Span(match.start(), match.end())
        numbers = _numbers(match.group())
        if numbers and len(span) <= LONGEST and not any(c.overlap(span) for c in code) and not _is_index(text, span):
            found.append(Marker(span, numbers))
    return found


def split_numbers(found: list[Marker], sources: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(numbers within 1..`sources`, numbers outside), each once, in order of appearance."""
    named = list(dict.fromkeys(number for marker in found for number in marker.numbers))
    cited = tuple(number for number in named if 1 <= number <= sources)
    return cited, tuple(number for number in named if not 1 <= number <= sources)


def _numbers(body: str) -> tuple[int, ...]:
    out: list[int] = []
    body = re.sub(r"†[^\]】]*", "", body)
    for match in _NUMBERS.finditer(body):
        first = int(match.group(1))
        last = int(match.group(2) or first)
        if max(first, last) > 999:  # a year or a quantity, no source
            continue
        if first <= last < first + _TOO_MANY:
            out.extend(range(first, last + 1))
        else:
            out.extend((first, last))
    return tuple(dict.fromkeys(out))


def _is_index(text: str, span: Span) -> bool:
    before = text[max(0, span.start - 40) : span.start]
    if _INTERVAL.search(before):
        return True
    attached = bool(before) and not before[-1].isspace() and text[span.start] == "["
    return attached and _IDENTIFIER.search(before) is not None and not before.endswith(("]", ")"))
