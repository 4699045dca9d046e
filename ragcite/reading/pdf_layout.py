"""From lines to one text: paragraphs apart, headings on their own, and where each page lies."""

from __future__ import annotations

from dataclasses import dataclass

from ragcite.reading.pdf_headings import Found
from ragcite.reading.pdf_lines import Line
from ragcite.types import Heading, Page, Span

_SHORT = 0.8  # of the page's usual line: a line that ends a sentence before that ends the paragraph
_ENDS = tuple(".!?:;。！？：…")
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True, slots=True)
class Laid:
    text: str
    pages: tuple[Page, ...]
    headings: tuple[Heading, ...]


def lay_out(pages: list[list[Line]], found: list[Found], labels: list[str]) -> Laid:
    """`found` in order, from `find_headings`; `labels`: one for each page. A page without text has an empty span."""
    heading_at = {(item.page, place): item for item in found for place in range(item.first, item.last + 1)}
    pieces: list[str] = []
    starts: dict[tuple[int, int], Span] = {}
    spans: list[Span] = []
    position = 0
    before: tuple[int, int] | None = None
    for page, lines in enumerate(pages):
        page_start: int | None = None
        for place, line in enumerate(lines):
            here = (page, place)
            lead = _between(pages, heading_at, before, here) if before else ""
            pieces += [lead, line.text]
            starts[here] = Span(position + len(lead), position + len(lead) + len(line.text))
            position = starts[here].end
            page_start = starts[here].start if page_start is None else page_start
            before = here
        spans.append(Span(position if page_start is None else page_start, position))
    text = "".join(pieces)
    return Laid(
        text,
        tuple(Page(index, label, span) for index, (label, span) in enumerate(zip(labels, spans, strict=True))),
        tuple(_heading(text, starts, item) for item in found),
    )


def _heading(text: str, starts: dict[tuple[int, int], Span], item: Found) -> Heading:
    span = Span(starts[item.page, item.first].start, starts[item.page, item.last].end)
    return Heading(item.level, " ".join(span.of(text).split()), span)


def _between(
    pages: list[list[Line]],
    heading_at: dict[tuple[int, int], Found],
    before: tuple[int, int],
    here: tuple[int, int],
) -> str:
    above, below = heading_at.get(before), heading_at.get(here)
    if above or below:
        return "\n" if above is below else "\n\n"
    line, following = pages[before[0]][before[1]], pages[here[0]][here[1]]
    ended = line.text.rstrip(_CLOSERS).endswith(_ENDS)
    if not ended and following.text[:1].islower():
        return "\n"  # the sentence goes on, whatever lies between
    if before[0] != here[0] or following.gap:
        return "\n\n"
    usual = sorted(len(each.text) for each in pages[before[0]])[int(0.8 * (len(pages[before[0]]) - 1))]
    return "\n\n" if ended and len(line.text) < _SHORT * usual else "\n"
