"""A document's sections: what stands between one heading and the next, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ragcite.types import Document, Span


@dataclass(frozen=True, slots=True)
class Section:
    """`span` starts with the heading, which ends at `body`; `parent` tells siblings from others."""

    span: Span
    body: int
    path: tuple[str, ...]
    parent: int
    headings: tuple[Span, ...]


def sections(document: Document) -> list[Section]:
    """The sections of `document` in order; together they are the whole text.

    A heading with nothing under it but another, deeper heading belongs to the section of that one.
    """
    found: list[Section] = []
    waiting: tuple[Span, ...] = ()
    for section, has_child in _plain(document):
        own = replace(section, headings=waiting + section.headings)
        if waiting:
            own = replace(own, span=Span(waiting[0].start, section.span.end))
        if has_child and section.headings and _is_empty(document.text[section.body : section.span.end]):
            waiting = own.headings
            continue
        waiting = ()
        found.append(own)
    return found


def _plain(document: Document) -> Iterator[tuple[Section, bool]]:
    """One section a heading, in order, and whether the next is its child."""
    length = len(document.text)
    headings = sorted(document.headings, key=lambda heading: heading.span.start)
    if not headings or headings[0].span.start > 0:
        end = headings[0].span.start if headings else length
        yield Section(Span(0, end), 0, (), -1, ()), False
    above: list[tuple[int, str, int]] = []
    for index, heading in enumerate(headings):
        following = headings[index + 1] if index + 1 < len(headings) else None
        end = following.span.start if following else length
        above = [entry for entry in above if entry[0] < heading.level]
        parent = above[-1][2] if above else -1
        above.append((heading.level, heading.title, index))
        span = Span(heading.span.start, end)
        body = min(heading.span.end, end)
        path = tuple(title for _, title, _ in above)
        has_child = following is not None and following.level > heading.level
        yield Section(span, body, path, parent, (Span(span.start, body),)), has_child


def _is_empty(text: str) -> bool:
    return not re.search(r"\w", text)


def runs(found: Sequence[Section], sizes: Sequence[int], smallest: int, largest: int) -> list[list[int]]:
    """Indices of sections that share passages: those below `smallest` tokens join a neighbour under the same parent.

    `sizes` are the sections' tokens; what is joined never exceeds `largest`.
    """
    joined: list[list[int]] = []
    size = 0
    for index, section in enumerate(found):
        sibling = bool(joined) and found[joined[-1][-1]].parent == section.parent and bool(section.path)
        sibling = sibling and len(found[joined[-1][-1]].path) == len(section.path)
        fits = sibling and size + sizes[index] <= largest
        last = index + 1 == len(found) or found[index + 1].parent != section.parent
        if fits and (size < smallest or (sizes[index] < smallest and last)):
            joined[-1].append(index)
            size += sizes[index]
        else:
            joined.append([index])
            size = sizes[index]
    return joined
