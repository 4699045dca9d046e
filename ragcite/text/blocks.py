"""Where a text breaks whatever its words say: blank lines, headings, list items, table rows, lines of code.

A single line break inside a paragraph is no break: text files and PDF pages wrap their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ragcite.types import Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, item or row, trimmed. No sentence ends before `body` (after the item's marker).

    An `atomic` block (a table row, a line of code) is not looked into for sentences.
    """

    span: Span
    body: int
    atomic: bool


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    marker_end: int
    kind: str
    text: str


_LINE = r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+"
_KINDS = (  # first match wins; possessive where giving back would take quadratic time
    ("fence", r"\s*(?:```|~~~)"),
    ("heading", r" {0,3}#{1,6}(?:\s+(?:\d+\.)*\d*[.)]?\s*|$)"),
    ("rule", r"\s*+(?:[-=_*~] ?){3,}+\s*+$|(?=[\s:|+=-]*+$).*--"),
    ("row", r"\s*\|.*\||[^|]*[^|\s]\s+\|\s.*\s\|\s"),
    ("bullet", r"\s*(?:[-*+•‣⁃◦▪▫■□●○·➢➤✓✔–—]|\\-)\s+(?:\[[ xX]\]\s+)?"),
    ("ordered", r"\s*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}\.)+|\d{1,3}(?:\.\d{1,3})+)\s+"),
    ("row", r"[^\t]*+(?<=\S)\t\s*+\S"),
    ("pair", r"\s*\**\w[^\s:.,;]*(?: [^\s:.,;]+){0,3}:\**\s+\S"),
)
_MARKED = {"heading", "bullet", "ordered"}
_ROW = 1_000  # a longer "row" is rather a paragraph with a tab or bar in it
_ENDED = ".:;!?。！？：；"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of `text` in order; every character that is not white space is in exactly one."""
    group: list[_Line] = []
    previous = -1
    fenced = False
    for line in _lines(text):
        blank_before = "\n" in text[previous : line.start].replace("\r\n", "\n").replace("\r", "\n")[1:]
        if group and (blank_before or fenced or _breaks(group, line)):
            yield _block(group, fenced)
            group = []
        group.append(line)
        previous = line.end
        if line.kind == "fence":
            yield _block(group, True)
            group = []
            fenced = not fenced
    if group:
        yield _block(group, fenced)


def _lines(text: str) -> Iterator[_Line]:
    """Every line that is not blank."""
    for match in re.finditer(_LINE, text):
        content = match[0]
        if content.isspace():
            continue
        kind, marker_end = _kind(content)
        yield _Line(match.start(), match.end(), match.start() + marker_end, kind, content)


def _kind(content: str) -> tuple[str, int]:
    for kind, pattern in _patterns():
        if match := pattern.match(content):
            return kind, match.end() if kind in _MARKED else 0
    return "plain", 0


def _breaks(group: list[_Line], line: _Line) -> bool:
    """Whether `line`, which follows `group` without a blank line, starts a block of its own."""
    first, last = group[0], group[-1]
    if last.kind in {"heading", "rule", "row"} or line.kind in {"fence", "heading", "rule", "row"}:
        return True
    if last.text.endswith(("  ", "\\")):  # Markdown's hard line break
        return True
    ended = last.text.rstrip()[-1:] in _ENDED
    if line.kind == "bullet":
        return ended or first.kind == "bullet" or line.text.lstrip()[0] not in "–—·"
    if line.kind == "ordered":
        return ended or first.kind in {"bullet", "ordered"}
    return line.kind == "pair" and (first.kind == "pair")


def _block(group: list[_Line], code: bool) -> Block:
    first, last = group[0], group[-1]
    start = first.start + len(first.text) - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    body = min(max(start, first.marker_end), end)
    return Block(Span(start, end), body, atomic=code or (first.kind in {"row", "rule"} and end - start <= _ROW))
