"""The extractive answer: the one to three sentences that answer, each exactly as it stands in its document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ragcite.answering.gate import GateDecision, Window
from ragcite.text import content_words
from ragcite.types import Hit, Span

MOST = 3
_NEAR_BEST = 0.8  # of the best score: a further sentence must be nearly as good …
_NEAR_ENOUGH = 0.6  # … or this good where two things were asked
_SAME = 0.6  # shared words from which on two sentences say the same


@cache
def _two_things() -> re.Pattern[str]:
    return re.compile(
        r"\b(and|compare|compared|versus|vs|both|difference|differ|und|vergleiche?|unterschied|beide|y|e|compara|diferencia"
        r"|ambos|et|comparer?|différence)\b|和|与|比较|区别|и",
        re.IGNORECASE,
    )


def choose_sentences(question: str, decision: GateDecision) -> list[tuple[Hit, Span]]:
    """One to three of the decision's windows, best first, spans in document coordinates; none when there are none.

    The best sentence always; another one if it is nearly as good and says something else. Where the question asks for
    two things, sentences of other documents come first and may be weaker.
    """
    if not decision.best:
        return []
    chosen = [decision.best[0]]
    double = bool(_two_things().search(question))
    rest = list(decision.best[1:])
    if double:
        rest.sort(key=lambda window: window.hit.passage.document_id == chosen[0].hit.passage.document_id)
    least = chosen[0].score * (_NEAR_ENOUGH if double else _NEAR_BEST)
    for window in rest:
        if len(chosen) < MOST and window.score >= least and not _repeats(window, chosen):
            chosen.append(window)
    return [(window.hit, window.span) for window in chosen]


def _repeats(window: Window, chosen: Sequence[Window]) -> bool:
    text = _text(window)
    said = frozenset(word.text for word in content_words(text))
    for other in map(_text, chosen):
        if text == other or _overlap(said, frozenset(word.text for word in content_words(other))) >= _SAME:
            return True
    return False


def _text(window: Window) -> str:
    return window.span.shifted(-window.hit.passage.span.start).of(window.hit.passage.text)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
