"""Text made comparable, with a map back to the characters it came from."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from ragcite.text.scripts import HAN, KANA
from ragcite.types import Span

_DOUBLE = "“”„‟«»＂″〝〞〟「」『』"
_SINGLE = "‘’‚‛‹›′`´＇ʼ"
_DASHES = "‐‑‒–—―−﹘﹣－"
_UNIFIED = {**dict.fromkeys(_DOUBLE, '"'), **dict.fromkeys(_SINGLE, "'"), **dict.fromkeys(_DASHES, "-")}

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_BREAK = r"[^\S\r\n]*(?:\r\n?|\n)[^\S\r\n]*"


@dataclass(frozen=True, slots=True)
class MappedText:
    """`text` after normalising; character i of it came from characters `starts[i]` to `ends[i]` of the original.

    Several characters may share one origin (a ligature), and one may stand for many (a run of white space).
    """

    text: str
    starts: array[int]
    ends: array[int]

    def source(self, span: Span) -> Span:
        """The stretch of the original that `span` of `text` came from. Raises `ValueError` when it lies outside."""
        if span.end > len(self.text):
            raise ValueError(f"{span} lies outside a text of {len(self.text)} characters")
        if len(span):
            return Span(self.starts[span.start], self.ends[span.end - 1])
        if span.start < len(self.text):
            at = self.starts[span.start]
        else:
            at = self.ends[-1] if self.ends else 0
        return Span(at, at)

    def whole(self, span: Span) -> bool:
        """Whether no origin (a ligature, a letter with its accents) is cut in two by `span`'s ends."""
        first, last = span.start, span.end
        return not (
            (0 < first < len(self.text) and self.starts[first] < self.ends[first - 1])
            or (0 < last < len(self.text) and self.starts[last] < self.ends[last - 1])
        )


def collapse(text: str, *, join_hyphens: bool = True) -> MappedText:
    """NFKC with white space collapsed and trimmed, quotes and dashes unified, invisible characters dropped.

    A word hyphenated over a line break is joined without its hyphen (`join_hyphens=False`: with it), and a line
    break between Chinese or Japanese characters vanishes. Linear in the length of `text`.
    """
    out: list[str] = []
    starts, ends = array("q"), array("q")
    blank: tuple[int, int] | None = None
    for start, end, piece in _units(text, join_hyphens):
        for character in piece:
            if character.isspace():
                blank = (blank[0] if blank else start, end)
                continue
            if blank and out:
                out.append(" ")
                starts.append(blank[0])
                ends.append(blank[1])
            blank = None
            out.append(character)
            starts.append(start)
            ends.append(end)
    return MappedText("".join(out), starts, ends)


def find_quote(quote: str, text: str) -> Span | None:
    """The first place in `text` that equals `quote` once both are collapsed, as a span of `text`; None if none does.

    Neither letters with their accents nor numbers are cut: "rose by 5" is not found in "rose by 50".
    """
    for join_hyphens in (True, False):
        wanted = collapse(quote, join_hyphens=join_hyphens).text
        if not wanted:
            return None
        mapped = collapse(text, join_hyphens=join_hyphens)
        at = mapped.text.find(wanted)
        while at >= 0:
            found = Span(at, at + len(wanted))
            if mapped.whole(found) and not _cuts_a_number(mapped.text, found):
                return mapped.source(found)
            at = mapped.text.find(wanted, _next_start(mapped.text, at))
    return None


def _next_start(text: str, at: int) -> int:
    """The next place where a quote may start: never amid digits, so that long runs of them are passed at once."""
    following = at + 1
    while text[at].isdigit() and following < len(text) and text[following].isdigit():
        following += 1
    return following


def _cuts_a_number(text: str, span: Span) -> bool:
    return any(
        text[at].isdigit() and _continues_number(text, at - step, -step)
        for at, step in ((span.start, 1), (span.end - 1, -1))
    )


def _continues_number(text: str, at: int, step: int) -> bool:
    """Whether, going by `step`, the character at `at` is a digit or a separator with a digit behind it."""
    if not 0 <= at < len(text):
        return False
    behind = at + step
    separates = text[at] in ".," and 0 <= behind < len(text) and text[behind].isdigit()
    return text[at].isdigit() or separates


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{_INVISIBLE}]+")


@cache
def _line_breaks() -> re.Pattern[str]:
    cjk = f"[{HAN}{KANA}\u3001\u3002\uff0c]"
    return re.compile(rf"(?<=\w)(?P<hyphen>[-\u2010\u00ad])(?P<break>{_BREAK})(?=\w)|(?<={cjk}){_BREAK}(?={cjk})")


def _dropped(text: str, join_hyphens: bool) -> list[tuple[int, int]]:
    """Stretches of `text` that leave no trace, in order; they may overlap."""
    spans = [match.span() for match in _invisible().finditer(text)] if not text.isascii() else []
    for match in _line_breaks().finditer(text):
        hyphen = match["hyphen"]
        joined = hyphen and (join_hyphens or hyphen == "\u00ad") and text[match.end()].islower()
        joined = joined and text[match.start() - 1].isalpha()
        spans.append(match.span() if joined or not hyphen else match.span("break"))
    return sorted(spans)


def _units(text: str, join_hyphens: bool) -> Iterator[tuple[int, int, str]]:
    """Start, end and normalised form of every letter with its combining marks, dropped stretches left out."""
    base, start, end = "", 0, 0
    at = 0
    for stop, resume in [*_dropped(text, join_hyphens), (len(text), len(text))]:
        for position in range(at, stop):
            character = text[position]
            if base and _combines(character):
                base, end = base + character, position + 1
                continue
            if base:
                yield start, end, _unified(base)
            base, start, end = character, position, position + 1
        at = max(at, resume)
    if base:
        yield start, end, _unified(base)


@lru_cache(maxsize=8192)
def _combines(character: str) -> bool:
    """Whether NFKC may fuse `character` with the one before it."""
    if character < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=8192)
def _unified(cluster: str) -> str:
    mapped = "".join(_UNIFIED.get(character, character) for character in cluster)
    normal = unicodedata.normalize("NFKC", mapped)
    return "".join(_UNIFIED.get(character, character) for character in normal)
