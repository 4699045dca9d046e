"""Headings of a PDF: from its outline where that names lines of the text, else from type size and numbering."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ragcite.reading.pdf_lines import Line

_LARGER = 1.12  # times the size of most of the text
_MAX_LENGTH = 120
_MAX_WORDS = 15
_MAX_LINES = 3
_MAX_SHARE = 0.3  # of all lines; above it type size says nothing (slides, posters, forms)
_MAX_LEVEL = 6
_MAX_STACK = 3

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_])")
_DIVISION = re.compile(
    r"(chapter|section|part|appendix|annex|article|kapitel|abschnitt|teil|anhang|artikel|capítulo|sección|anexo"
    r"|artículo|chapitre|annexe|partie)\s+(\d{1,3}|[IVXLC]{1,6}|[A-Z])\b|第\s*[\d一二三四五六七八九十百]{1,4}\s*[章节節条條部]",
    re.I,
)
_LEADERS = re.compile(r"\.{3,}|(\.\s){3,}|…|\s\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Found:
    """A heading that covers lines `first`..`last` (inclusive) of a page."""

    page: int
    first: int
    last: int
    level: int


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of the PDF's outline; `level` from 1, `page` is an index."""

    level: int
    title: str
    page: int


def find_headings(pages: list[list[Line]], outline: Iterable[OutlineItem]) -> list[Found]:
    """In order, never overlapping."""
    found = list(_from_outline(pages, outline))
    if len(found) < 2:
        found = _from_type(pages)
    unique: list[Found] = []
    for item in sorted(found, key=lambda item: (item.page, item.first, -item.last)):
        if not unique or (item.page, item.first) > (unique[-1].page, unique[-1].last):
            unique.append(item)
    return unique


def _from_outline(pages: list[list[Line]], outline: Iterable[OutlineItem]) -> Iterator[Found]:
    taken: set[tuple[int, int]] = set()
    for item in outline:
        lines = pages[item.page] if 0 <= item.page < len(pages) else []
        free = [place for place in _places(lines, _key(item.title)) if (item.page, place[0]) not in taken]
        # A running head may say the same as the heading, in smaller type.
        place = max(free, key=lambda place: lines[place[0]].size, default=None)
        if place:
            taken.add((item.page, place[0]))
            yield Found(item.page, *place, min(item.level, _MAX_LEVEL))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _places(lines: list[Line], title: str) -> Iterator[tuple[int, int]]:
    """Line ranges whose words are those of `title`, a section number in front apart."""
    if not title:
        return
    keys = [_key(line.text) for line in lines]
    for first in range(len(keys)):
        joined = ""
        for last in range(first, min(first + _MAX_LINES, len(keys))):
            joined += keys[last]
            if len(joined) > len(title) + 16:
                break
            if _same(joined, title):
                yield first, last
                break


def _same(line: str, title: str) -> bool:
    if line == title:
        return True
    longer, shorter = (line, title) if len(line) > len(title) else (title, line)
    number = longer.removesuffix(shorter)
    return len(shorter) > 2 and number != longer and number[-1:].isdigit()


def _from_type(pages: list[list[Line]]) -> list[Found]:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    large = [item for page, lines in enumerate(pages) for item in _unstacked(list(_large(page, lines, body)))]
    if sum(item.last - item.first + 1 for item in large) > _MAX_SHARE * sum(map(len, pages)):
        large = []
    ranks = _ranks([pages[item.page][item.first].size for item in large])
    found = [
        Found(item.page, item.first, item.last, min(ranks[pages[item.page][item.first].size], _MAX_LEVEL))
        for item in large
    ]
    offset = min((item.level for item in found if _numbers(pages[item.page][item.first].text)), default=0)
    offset = offset or (max((item.level for item in found), default=0) + 1)
    return found + list(_numbered(pages, body, offset))


def _unstacked(found: list[Found]) -> Iterator[Found]:
    """Without stacks of headings that have nothing between them: those are the labels of a drawing."""
    stack: list[Found] = []
    for item in found:
        if stack and item.first != stack[-1].last + 1:
            yield from stack if len(stack) <= _MAX_STACK else ()
            stack = []
        stack.append(item)
    yield from stack if len(stack) <= _MAX_STACK else ()


def _ranks(sizes: list[float]) -> dict[float, int]:
    """Sizes to levels, largest first; sizes half a point apart are one level."""
    ranks: dict[float, int] = {}
    rank, last = 0, float("inf")
    for size in sorted(set(sizes), reverse=True):
        if last - size > 0.5:
            rank, last = rank + 1, size
        ranks[size] = rank
    return ranks


def _large(page: int, lines: list[Line], body: float) -> Iterator[Found]:
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and _goes_on(lines[end - 1], lines[end]):
            end += 1
        text = " ".join(line.text for line in lines[start:end])
        if lines[start].size >= _LARGER * body and end - start <= _MAX_LINES and _fits(text):
            yield Found(page, start, end - 1, 1)
        start = end


def _goes_on(line: Line, following: Line) -> bool:
    same = following.size == line.size and following.bold == line.bold and not following.gap
    return same and not _numbers(following.text)


def _fits(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return (
        letters >= 2
        and letters >= 0.5 * len(text.replace(" ", ""))
        and len(text) <= _MAX_LENGTH
        and len(text.split()) <= _MAX_WORDS
        and not text.endswith((".", ",", ";", "。", "，"))
        and not _LEADERS.search(text)
    )


def _numbers(text: str) -> tuple[int, ...]:
    match = _NUMBERED.match(text)
    return tuple(map(int, match.group(1).split("."))) if match else ()


def _numbered(pages: list[list[Line]], body: float, offset: int) -> Iterator[Found]:
    """Lines of body size such as "2 Operations" and "3.1 Sampling", where the numbers count on."""
    current: tuple[int, ...] = ()
    for page, lines in enumerate(pages):
        for place, line in enumerate(lines):
            numbers = _numbers(line.text)
            if not _may_head(lines, place) or not body <= line.size < _LARGER * body:
                # A larger line is a heading already, but it counts.
                current = numbers if numbers and line.size >= _LARGER * body else current
            elif _DIVISION.match(line.text) and (line.bold or _starts_afresh(lines, place)):
                yield Found(page, place, place, min(offset, _MAX_LEVEL))
            elif numbers and _counts_on(current, numbers, skipping=2 if line.bold else 0):
                current = numbers
                yield Found(page, place, place, min(offset + len(numbers) - 1, _MAX_LEVEL))


def _may_head(lines: list[Line], place: int) -> bool:
    """Short, a capital first, not one of a list, not the first line of a sentence that goes on below."""
    text = lines[place].text
    below = lines[place + 1].text if place + 1 < len(lines) else ""
    around = [lines[near].text for near in (place - 1, place + 1) if 0 <= near < len(lines)]
    listed = any(len(_numbers(near)) == len(_numbers(text)) > 0 and not _goes_small(near) for near in around)
    return _fits(text) and len(text) <= 80 and not _goes_small(text) and not below[:1].islower() and not listed


def _goes_small(text: str) -> bool:
    """Whether a small letter follows the number, as in "3 pumps were sold"."""
    match = _NUMBERED.match(text)
    return text[match.end() if match else 0 :][:1].islower()


def _starts_afresh(lines: list[Line], place: int) -> bool:
    return place == 0 or lines[place].gap or lines[place - 1].text.endswith((".", "!", "?", ":", "。"))


def _counts_on(current: tuple[int, ...], numbers: tuple[int, ...], skipping: int) -> bool:
    """1 → 2, 1 → 1.1, 1.1 → 1.2, 1.2 → 2; `skipping` numbers may be missing between."""
    if not current:
        return numbers == (1,)
    if len(numbers) > len(current):
        return numbers == (*current, 1)
    kept = len(numbers) - 1
    return numbers[:kept] == current[:kept] and 1 <= numbers[kept] - current[kept] <= 1 + skipping
