"""Lines of PDF pages: cleaned, rid of running heads and page numbers, words split at line ends joined again.

"Verbatim" for a PDF means this cleaned text. What cleaning does, and nothing else: control characters and soft hyphens
go, runs of blanks become one, a running head or foot stays only where it first occurs, page numbers go, a word divided
at a line end is joined. Ligatures and quotation marks stay as they are; matching takes care of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ragcite.reading.unseen import seen
from ragcite.types import Hidden

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_BOLD = re.compile(r"bold|black|heavy|demi|medi\b|cmbx|sfbx|ecbx|-b\b|,b\b", re.I)

_MIN_PAGES = 4  # fewer pages repeat nothing reliably
_EDGE = 2  # lines at the top and at the bottom of a page that can be furniture
_SHARE = 0.4  # of the pages; alternating heads of left and right pages reach half
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|p|seite|s|página|pág|страница|стр|第)?[\W_]*(\d{1,4}|[ivxlc]{1,8})"
    r"(?:[\W_]*(?:of|von|de|sur|из|/|页|頁|ページ)?[\W_]*\d{0,4}[\W_]*页?)",
    re.I,
)
_EDGE_NUMBER = re.compile(r"^(\d{1,4})\b[\W_]*|[\W_]*\b(\d{1,4})$")
_MIN_HEAD_WORDS = 3

_DIVIDED = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]$")
_REST = re.compile(r"([^\W\d_]+)(.*)$", re.S)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; `size` in points, of most of its characters; `gap`: an empty line stood before it."""

    text: str
    size: float
    bold: bool = False
    gap: bool = False


Piece = tuple[str, float, str]  # text, size in points, name of the font


def lines_of(pieces: Iterable[Piece]) -> list[Line]:
    """The pieces of text that a page draws, put together to lines."""
    lines: list[Line] = []
    row: list[Piece] = []
    gap = False
    for text, size, font in [*pieces, ("\n", 0.0, "")]:
        first, *more = text.split("\n")
        row.append((first, size, font))
        for part in more:
            line = _line(row, gap)
            gap = line is None
            lines += [line] if line else []
            row = [(part, size, font)]
    return lines


def _line(row: list[Piece], gap: bool) -> Line | None:
    text = "".join(piece[0] for piece in row).replace("\t", " ")
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text.replace("\x00", "")))
    words = " ".join(text.split())
    words = words[:-1].replace("\u00ad", "") + words[-1:]
    if not words:
        return None
    sizes: Counter[float] = Counter()
    for part, size, _ in row:
        sizes[round(size * 2) / 2] += len(part.strip())
    bold = sum(len(part.strip()) for part, _, font in row if _BOLD.search(font))
    return Line(words, sizes.most_common(1)[0][0], bold > 0.9 * sizes.total(), gap)


def seen_lines(lines: list[Line]) -> tuple[list[Line], Hidden]:
    """The lines without characters that nobody sees, and what those were."""
    kept: list[Line] = []
    total = Hidden()
    for line in lines:
        text, hidden = seen(line.text)
        total += hidden
        if text.strip():
            kept.append(replace(line, text=" ".join(text.split())) if hidden else line)
    return kept, total


def without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without repeated running heads and feet; short documents unchanged."""
    if len(pages) < _MIN_PAGES:
        return pages
    for at_top in (True, False):
        for _ in range(_EDGE):
            pages = _peel(pages, at_top)
    return pages


def _peel(pages: list[list[Line]], at_top: bool) -> list[list[Line]]:
    """Drop the outermost line of the pages where it is furniture."""
    where: dict[str, list[int]] = defaultdict(list)
    numbered: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, lines in enumerate(pages):
        if lines:
            text = lines[0 if at_top else -1].text
            where[text.casefold()].append(index)
            for key in _numbering(text, index):
                numbered[key].append(index)
    doomed: set[int] = set()
    for places in where.values():
        if _is_running(places, len(pages)):
            doomed.update(places[1:])
    for places in numbered.values():
        if _is_running(places, len(pages)):
            doomed.update(places)
    return [
        (lines[1:] if at_top else lines[:-1]) if index in doomed and len(lines) > 1 else lines
        for index, lines in enumerate(pages)
    ]


def _is_running(places: list[int], pages: int) -> bool:
    """On many pages; or, as a chapter's head in a long book, on four or more of neighbouring ones."""
    if len(places) < _MIN_PAGES - 1:
        return False
    dense = len(places) >= _MIN_PAGES and places[-1] - places[0] <= 2.5 * len(places)
    return len(places) >= _SHARE * pages or dense


def _numbering(text: str, index: int) -> Iterable[tuple[str, int]]:
    """What stays the same from page to page when a line holds the page's number: its words, and number minus index."""
    alone = _PAGE_NUMBER.fullmatch(text)
    if alone:
        number = int(alone.group(1)) if alone.group(1).isdigit() else _roman(alone.group(1).lower())
        yield "", number - index
        return
    for match in _EDGE_NUMBER.finditer(text):
        words = (text[: match.start()] + text[match.end() :]).casefold()
        # "Exercise 3" is a heading and counts up as well; a running head has more words than that.
        if len(words.split()) >= _MIN_HEAD_WORDS:
            yield words, int(match.group(1) or match.group(2)) - index


def _roman(numeral: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[char] for char in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def join_divided_words(pages: list[list[Line]]) -> list[list[Line]]:
    """Words divided at a line end, also across pages, become whole at the end of the first line.

    Only letters, hyphen, line end, small letter count as divided. The hyphen stays where the document writes the word
    with it elsewhere, or where both halves are words of the document and the whole is not.
    """
    known: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            known.update(word.casefold() for word in _WORD.findall(line.text))
    joined: list[list[Line]] = [[] for _ in pages]
    last: list[Line] = []  # the list whose last line may end in half a word
    for lines, target in zip(pages, joined, strict=True):
        for line in lines:
            rest = _complete(last, line, known) if last else line.text
            if rest:
                target.append(replace(line, text=rest))
                last = target
    return joined


def _complete(last: list[Line], line: Line, known: Counter[str]) -> str:
    """Move the rest of a divided word to the last line; returns what remains of `line`."""
    head, tail = _DIVIDED.search(last[-1].text), _REST.match(line.text)
    if not head or not tail or not tail.group(1)[0].islower() or last[-1].size != line.size:
        return line.text
    first, second = head.group(1), tail.group(1)
    hyphen = "-" if last[-1].text[-1] != "\u00ad" and _keeps_hyphen(first.casefold(), second, known) else ""
    rest = tail.group(2)
    # Punctuation that follows the word belongs to it.
    cut = len(rest) - len(rest.lstrip(".,;:!?)]}”’\"'-")) if not rest[:1].isspace() else 0
    whole = last[-1].text[: head.end(1)] + hyphen + second + rest[:cut]
    last[-1] = replace(last[-1], text=whole)
    return rest[cut:].strip()


def _keeps_hyphen(first: str, second: str, known: Counter[str]) -> bool:
    if known[f"{first}-{second}"]:
        return True
    return not known[first + second] and known[first] > 0 and known[second] > 1
