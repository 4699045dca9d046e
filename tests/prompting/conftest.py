"""Passages and hits made from plain text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.types import Document, Format, Hit, Location, Passage, Span


@pytest.fixture
def make_hit() -> Callable[..., Hit]:
    """Makes a hit on the whole of a text, or on its characters from `start`."""

    def make(text: str, *, title: str | None = None, start: int = 0, score: float = 0.9) -> Hit:
        document = Document(
            id=f"{hash(text) & 0xFFFFFF:064x}", text=text, format=Format.TEXT, reader="t-1", title=title
        )
        passage = Passage.cut(document, Span(start, len(text)), "test-1")
        return Hit(passage, Location("/docs/a.txt", b"/docs/a.txt"), score)

    return make
