"""Vetoes by name, a scripted support model, sources of a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ragcite.types import Document, Format, Location, Passage, Prompt, Source, Span, SupportScore
from ragcite.verification.alignment import align
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes import (
    Finding,
    antonym_veto,
    date_veto,
    identifier_veto,
    modality_veto,
    name_veto,
    number_veto,
    polarity_veto,
    quotation_veto,
)


@pytest.fixture
def veto() -> Callable[[str, str, str], Finding]:
    """(name, claim, evidence) → what that veto finds."""

    def run(name: str, claim: str, evidence: str) -> Finding:
        source = Reading(evidence)
        said = Reading(claim, source.language)
        aligned = align(said, source)
        by_name = {
            "number": lambda: number_veto(said, source),
            "date": lambda: date_veto(said, source),
            "identifier": lambda: identifier_veto(said, source),
            "name": lambda: name_veto(said, source),
            "polarity": lambda: polarity_veto(said, source, aligned),
            "modality": lambda: modality_veto(said, source, aligned),
            "antonym": lambda: antonym_veto(said, source),
            "quotation": lambda: quotation_veto(claim, [evidence]),
        }
        return by_name[name]()

    return run


class CoveringModel:
    """Scores by the share of the claim's words in the evidence, and remembers how often it was called."""

    name = "covering"
    threshold = 0.7

    def __init__(self) -> None:
        self.calls: list[list[tuple[str, str]]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        self.calls.append(list(pairs))
        return [SupportScore(self._share(evidence, claim)) for evidence, claim in pairs]

    @staticmethod
    def _share(evidence: str, claim: str) -> float:
        wanted = {word.strip(".,").lower() for word in claim.split()}
        given = {word.strip(".,").lower() for word in evidence.split()}
        return len(wanted & given) / max(1, len(wanted))


@pytest.fixture
def model() -> CoveringModel:
    return CoveringModel()


@pytest.fixture
def make_prompt() -> Callable[..., Prompt]:
    """Sources from texts, numbered from 1; `shown` limits source 1 to some of its characters."""

    def make(*texts: str, shown: tuple[tuple[int, int], ...] | None = None) -> Prompt:
        sources = []
        for number, text in enumerate(texts, start=1):
            whole = f"Preface {number}. {text}"
            document = Document(id=f"{number:064x}", text=whole, format=Format.TEXT, reader="t-1")
            start = len(whole) - len(text)
            passage = Passage.cut(document, Span(start, len(whole)), "test-1")
            spans = [passage.span]
            if shown is not None and number == 1:
                spans = [Span(a, b).shifted(start) for a, b in shown]
            location = Location(f"/docs/{number}.txt", f"/docs/{number}.txt".encode())
            sources.append(Source(number, passage, location, tuple(spans)))
        return Prompt((), tuple(sources))

    return make
