"""Numbers are given by first citation and never change once shown."""

from __future__ import annotations

from collections.abc import Iterable

from ragcite.types import Citation, Quote


class Numbering:
    """Gives each cited source its number for one answer."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, quotes: Iterable[tuple[int, Quote]]) -> tuple[Citation, ...]:
        """Citations for (number in the prompt, quote) pairs. One number a passage: two quotes of it share theirs."""
        citations = []
        for source, quote in quotes:
            number = self._numbers.setdefault(quote.passage_id, len(self._numbers) + 1)
            citations.append(Citation(number=number, source=source, quote=quote))
        return tuple(citations)
