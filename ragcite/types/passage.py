"""A passage: a stretch of one document that is indexed, found, shown and quoted."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ragcite.types.document import Document, Heading, Page, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` is exactly `document.text[span]`; `pages` are the pages it touches.

    `heading_path` are the headings above all of it, outermost first; `headings` those above or inside any of it, in
    order. `id` is content: the text layer, the span and the splitter's version.
    """

    id: str
    document_id: str
    span: Span
    text: str
    title: str | None = None
    heading_path: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    language: str | None = None

    @property
    def header(self) -> str:
        """Title and headings, outermost first: what stands in front of the text in both indexes."""
        parts = list(self.heading_path)
        if self.title and self.title not in parts[:1]:
            parts.insert(0, self.title)
        return " › ".join(parts)

    def page_of(self, span: Span) -> Page | None:
        """The page on which `span` (document coordinates) starts."""
        started = [page for page in self.pages if page.span.start <= span.start]
        return started[-1] if started else None

    def heading_path_of(self, span: Span) -> tuple[str, ...]:
        """The headings above `span` (document coordinates), outermost first."""
        path: list[Heading] = []
        for heading in self.headings:
            if heading.span.start <= span.start:
                path = [above for above in path if above.level < heading.level] + [heading]
        return tuple(heading.title for heading in path)

    @classmethod
    def cut(cls, document: Document, span: Span, splitter: str) -> Passage:
        """Cut `span` out of `document`; the only way a passage is first made."""
        key = f"{document.layer}:{span.start}:{span.end}:{splitter}"
        return cls(
            id=hashlib.sha256(key.encode()).hexdigest()[:32],
            document_id=document.id,
            span=span,
            text=span.of(document.text),
            title=document.title,
            heading_path=_heading_path(document, span),
            headings=_headings(document, span),
            pages=_pages(document.pages, span),
            language=document.language,
        )


def _pages(pages: Sequence[Page], span: Span) -> tuple[Page, ...]:
    first = bisect_right(pages, span.start, key=lambda page: page.span.end)
    past = bisect_left(pages, span.end, key=lambda page: page.span.start)
    return tuple(page for page in pages[first:past] if page.span.overlap(span))


def _headings(document: Document, span: Span) -> tuple[Heading, ...]:
    start = bisect_right(document.headings, span.start, key=lambda heading: heading.span.start)
    past = bisect_left(document.headings, span.end, key=lambda heading: heading.span.start)
    return (*_above(document, start), *document.headings[start:past])


def _heading_path(document: Document, span: Span) -> tuple[str, ...]:
    """The headings above all of the span's words: of a passage over two sections, those that both share."""
    headings = document.headings
    index = bisect_right(headings, span.start, key=lambda heading: heading.span.start)
    path = _above(document, index)
    paths = []
    body = max(span.start, headings[index - 1].span.end) if index else span.start
    while index < len(headings) and headings[index].span.start < span.end:
        heading = headings[index]
        if any(map(str.isalnum, document.text[body : heading.span.start])):
            paths.append(path)
        path = [above for above in path if above.level < heading.level] + [heading]
        index, body = index + 1, heading.span.end
    if not paths or any(map(str.isalnum, document.text[body : span.end])):
        paths.append(path)
    levels = zip(*paths, strict=False)
    return tuple(above[0].title for above in takewhile(lambda above: len(set(above)) == 1, levels))


def _above(document: Document, count: int) -> list[Heading]:
    """The headings that hold after the first `count` of them, outermost first."""
    path: list[Heading] = []
    index = count - 1
    while index >= 0:
        path.append(document.headings[index])
        index = document.parents[index]
    return path[::-1]
