"""Reads a draft: sentences with the sources they cite, whole or while it is being written.

Every decision looks at a window of text whose extent the text itself fixes, never at where a piece happened to
end; so any chunking of a draft gives the same sentences.
"""

from __future__ import annotations

import re

from ragcite.prompting.markers import CLOSERS, LONGEST, OPENERS, Marker, marker_at, markers, split_numbers
from ragcite.text import sentences
from ragcite.types import Draft, DraftSentence, Span

LOOKAHEAD = 16  # characters after a full stop that the sentence splitter gets to see

_BULLET = re.compile(r"(?:[-*•‣–+]|\(?\d{1,3}[.)])[ \t]+")
_BULLET_REACH = 8
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|[\[【［〔(（^]|\Z)|[。！？｡]+[”’」』）]*")
_AFTER_MARKER = re.compile(r"[.,;!?。，]")
_WORDLIKE = re.compile(r"[^\W_]")
_FENCE = "```"
_OPENING = " \t\u00a0" + OPENERS + "^"


def parse_draft(text: str, sources: int, language: str | None = None) -> Draft:
    """The sentences of a whole draft; `sources` is k, the highest number that names a source."""
    stream = DraftStream(sources, language)
    return Draft(text, (*stream.feed(text), *stream.finish()))


class DraftStream:
    """Gives each sentence as soon as what follows cannot change it any more."""

    def __init__(self, sources: int, language: str | None = None) -> None:
        self._sources = sources
        self._language = language
        self._text = ""
        self._start = 0

    @property
    def text(self) -> str:
        """All that was fed so far."""
        return self._text

    def feed(self, piece: str) -> list[DraftSentence]:
        """The sentences that `piece` completed."""
        self._text += piece
        return self._advance(final=False)

    def finish(self) -> list[DraftSentence]:
        """What is left when the generator has stopped."""
        return self._advance(final=True)

    def _advance(self, final: bool) -> list[DraftSentence]:
        out: list[DraftSentence] = []
        while (unit := _next_unit(self._text, self._start, self._language, final)) is not None:
            self._start = unit.end
            sentence = _sentence(self._text, unit, self._sources)
            if sentence is not None:
                out.append(sentence)
        return out


def _next_unit(text: str, start: int, language: str | None, final: bool) -> Span | None:
    """The next sentence's extent, markers behind it included; None while that is not certain or at the end."""
    at_line_start = start == 0 or "\n" in text[max(0, start - 1) : _skip(text, start)]
    start = _skip(text, start)
    if start >= len(text):
        return None
    if at_line_start:
        if len(text) <= start + _BULLET_REACH and "\n" not in text[start:] and not final:
            return None
        if text.startswith(_FENCE, start):
            return _fence(text, start, final)
        bullet = _BULLET.match(text, start, start + _BULLET_REACH)
        start = bullet.end() if bullet and text[bullet.end() : bullet.end() + 1].strip() else start
    end = _sentence_end(text, start, language, final)
    if end is None:
        return None
    if marker_at(text, start) is None:  # a draft that numbers in front: the next marker is the next sentence's
        end = _trailing_markers(text, end, final)
    return None if end is None else Span(start, end)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _fence(text: str, start: int, final: bool) -> Span | None:
    close = text.find(_FENCE, start + len(_FENCE))
    if close >= 0:
        return Span(start, close + len(_FENCE))
    return Span(start, len(text)) if final else None


def _sentence_end(text: str, start: int, language: str | None, final: bool) -> int | None:
    newline = text.find("\n", start)
    line_end = newline if newline >= 0 else len(text)
    whole_line = text[start] in "|#"
    position = start
    while not whole_line and (match := _STOP.search(text, position, line_end)) is not None:
        if newline < 0 and not final and len(text) < match.end() + LOOKAHEAD:
            return None
        if _is_boundary(text[start : min(match.end() + LOOKAHEAD, line_end)], match.end() - start, language):
            return match.end()
        position = match.end()
    return line_end if newline >= 0 or final else None


def _is_boundary(window: str, end: int, language: str | None) -> bool:
    """Whether the splitter starts a new sentence after `end`, once markers are out of its way."""
    found = markers(window)
    if any(marker.span.start < end <= marker.span.end for marker in found):
        return False
    rest = _without(window[end:], [_shifted(m, -end) for m in found if m.span.start >= end]).lstrip(_OPENING)
    before = [marker for marker in found if marker.span.end <= end]
    head = _without(window[:end], before).rstrip()
    if not _WORDLIKE.search(head):
        return False
    if before and not _WORDLIKE.search(stop := window[before[-1].span.end : end].strip()):
        head = f"word{stop}"  # "zone K [1].": a stop behind a marker belongs to no abbreviation
    return not rest or any(span.start >= len(head) for span in sentences(f"{head} {rest}", language))


def _shifted(marker: Marker, by: int) -> Marker:
    return Marker(marker.span.shifted(by), marker.numbers)


def _trailing_markers(text: str, end: int, final: bool) -> int | None:
    """`end` moved past markers behind the sentence, on its line or alone on the lines below."""
    while True:
        position = _skip(text, end)
        if position >= len(text):
            return end if final else None
        if text[position] not in OPENERS + "^":
            return end
        if "\n" in text[end:position]:
            return _marker_line(text, end, position, final)
        if not final and not _decided(text, position):
            return None
        marker = marker_at(text, position)
        if marker is None:
            return end
        if not final and marker.span.end >= len(text):
            return None
        stop = _AFTER_MARKER.match(text, marker.span.end)
        end = stop.end() if stop else marker.span.end


def _marker_line(text: str, end: int, position: int, final: bool) -> int | None:
    """A line below that holds nothing but markers belongs to the sentence above; any other does not."""
    newline = text.find("\n", position)
    if newline < 0 and not final:
        return None
    line = text[position : newline if newline >= 0 else len(text)]
    found = markers(line)
    if not found or _WORDLIKE.search(_without(line, found)):
        return end
    return position + len(line.rstrip())


def _decided(text: str, position: int) -> bool:
    """Whether more text can no longer make or unmake a marker at `position`."""
    reach = text[position : position + LONGEST]
    if len(reach) == LONGEST or "\n" in reach:
        return True
    closing = min((place for bracket in CLOSERS if (place := reach.find(bracket)) >= 0), default=-1)
    return 0 <= closing < len(reach) - 2


def _sentence(text: str, unit: Span, sources: int) -> DraftSentence | None:
    raw = unit.of(text).rstrip()
    found = [] if raw.startswith(_FENCE) else markers(raw)
    clean = tidy(_without(raw, found))
    if not _WORDLIKE.search(clean):
        return None
    cited, fabricated = split_numbers(found, sources)
    return DraftSentence(raw, clean, Span(unit.start, unit.start + len(raw)), cited, fabricated)


def _without(text: str, found: list[Marker]) -> str:
    """`text` with each marker, and the blanks before it, taken out."""
    out: list[str] = []
    position = 0
    for marker in found:
        out.append(text[position : marker.span.start].rstrip(" \t\u00a0"))
        position = marker.span.end
        if text[position : position + 1].isalnum():
            out.append(" ")
    return "".join([*out, text[position:]])


_DOUBLED = re.compile(r"([.!?。])\s*([.,;。])(?!\.)(?=\s*$)")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?…)\]}»”。，；：！？](?:\s|$))")


def tidy(text: str) -> str:
    """White space collapsed, none before punctuation, no second full stop where a marker stood between two."""
    text = " ".join(text.split())
    text = _BEFORE_STOP.sub(r"\1", text)
    return _DOUBLED.sub(r"\1", text).strip()
