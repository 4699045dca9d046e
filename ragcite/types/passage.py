"""A passage: a stretch of one document that is indexed, found, shown and quoted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ragcite.types.document import Document, Page, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` is exactly `document.text[span]`; `pages` are the pages it touches, `heading_path` the headings above it.

    `id` is content: the text layer, the span and the splitter's version.
    """

    id: str
    document_id: str
    span: Span
    text: str
    title: str | None = None
    heading_path: tuple[str, ...] = ()
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
            pages=tuple(page for page in document.pages if page.span.overlap(span)),
            language=document.language,
        )


def _heading_path(document: Document, span: Span) -> tuple[str, ...]:
    path: list[tuple[int, str]] = []
    for heading in document.headings:
        if heading.span.start > span.start:
            break
        path = [(level, title) for level, title in path if level < heading.level]
        path.append((heading.level, heading.title))
    return tuple(title for _, title in path)
