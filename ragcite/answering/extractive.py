"""The extractive answer: the one to three sentences that answer, each exactly as it stands in its document."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.answering.answer_type import asks_two_things
from ragcite.answering.gate import GateDecision, Window
from ragcite.answering.lead_in import completed
from ragcite.text import content_words
from ragcite.types import Hit, Span

MOST = 3
# A further sentence must have so much of the best one's odds: of 24 on kestrel's tune half 18 are gold then, at three
# fifths 18 of 31. Where two things were asked it may be weaker, by its score.
_NEAR_BEST = 0.82
_NEAR_ENOUGH = 0.6
_SAME = 0.6  # shared words from which on two sentences say the same


def choose_sentences(question: str, decision: GateDecision) -> list[tuple[Hit, Span]]:
    """One to three of the decision's windows, best first, spans in document coordinates; none when there are none. One
    that ends on a colon is quoted with what it introduces.

    The best sentence always; another one if it is nearly as good and says something else. Where the question asks for
    two things, sentences of other documents come first and may be weaker.
    """
    if not decision.best:
        return []
    chosen = [decision.best[0]]
    double = asks_two_things(question)
    rest = list(decision.best[1:])
    if double:
        rest.sort(key=lambda window: window.hit.passage.document_id == chosen[0].hit.passage.document_id)
    best = chosen[0].score
    least = best * _NEAR_ENOUGH if double else _probability(_NEAR_BEST * best, 1 - best)
    for window in rest:
        if len(chosen) < MOST and window.score >= least and not _repeats(window, chosen):
            chosen.append(window)
    found: list[tuple[Hit, Span]] = []
    for window in chosen:
        if not any(window.hit is hit and span.contains(window.span) for hit, span in found):
            found.append((window.hit, completed(window.hit, window.span)))
    return found


def _probability(yes: float, no: float) -> float:
    """From odds, yes to no."""
    return yes / (yes + no)


def _repeats(window: Window, chosen: Sequence[Window]) -> bool:
    return any(_say_the_same(_text(window), _text(other)) for other in chosen)


def _say_the_same(one: str, other: str) -> bool:
    """Two sentences with other figures do not, however alike they are."""
    if one == other:
        return True
    first, second = ({word.text for word in content_words(text)} for text in (one, other))
    return _figures(first) == _figures(second) and len(first & second) >= _SAME * max(1, min(len(first), len(second)))


def _figures(words: set[str]) -> set[str]:
    return {word for word in words if any(map(str.isdigit, word))}


def _text(window: Window) -> str:
    return window.span.shifted(-window.hit.passage.span.start).of(window.hit.passage.text)
