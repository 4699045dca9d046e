"""The gate: is there enough in the passages to answer? Decided before anything is presented as an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ragcite.answering.answer_type import AnswerType
from ragcite.answering.gate_features import COSINE, Asked, Evidence, gather, read_question
from ragcite.answering.gate_weights import LATIN, OTHER, GateWeights
from ragcite.protocols import Embedder
from ragcite.types import Hit, Span

EMBEDDED = 16  # sentences that the embedder sees: the best by words
_SEEN = 400  # characters of each
KEPT = 8
# Words of a question whose absence explains nothing to a person.
_SAY_NOTHING = frozenset(
    "many much often long old far off per out get got use used need take taken make made give given put keep kept want"
    " soon late early way thing something viel viele lange oft mucho muchos cuánto cuántos combien souvent".split()
)


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence that may answer: `span` in document coordinates, `score` in [0, 1]."""

    hit: Hit
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class GateDecision:
    """`score` in [0, 1] is that of the best window, `reason` is for a person, `best` the windows, best first."""

    sufficient: bool
    score: float
    reason: str
    best: tuple[Window, ...] = ()


class Gate:
    """Decides by the best single sentence, seen with what stands around it.

    `latin` is used for scripts that the embedder reads, `other`, which ignores the cosine, for the rest. `threshold`,
    in [0, 1], replaces the fitted ones: lower answers more questions, the unanswerable among them.
    """

    def __init__(
        self,
        embedder: Embedder,
        latin: GateWeights = LATIN,
        other: GateWeights = OTHER,
        threshold: float | None = None,
    ) -> None:
        self._embedder = embedder
        self._latin = latin
        self._other = other
        self._threshold = threshold

    def decide(self, question: str, hits: Sequence[Hit]) -> GateDecision:
        """Whether `hits` hold an answer to `question`. No hits: not."""
        asked = read_question(question)
        evidence = gather(asked, hits)
        if not evidence:
            return GateDecision(False, 0.0, "Nothing was found that has to do with the question.")
        weights = self._latin if asked.script == "latin" else self._other
        scored = self._scored(question, evidence, weights)
        top_score, top = scored[0]
        windows = tuple(Window(e.sentence.hit, e.sentence.span, score) for score, e in scored[:KEPT])
        sufficient = top_score >= (weights.threshold if self._threshold is None else self._threshold)
        return GateDecision(sufficient, top_score, _reason(asked, top, evidence, sufficient), windows)

    def _scored(
        self, question: str, evidence: Sequence[Evidence], weights: GateWeights
    ) -> list[tuple[float, Evidence]]:
        coefficients = np.array(weights.features)
        figures = np.stack([item.figures for item in evidence])
        order = np.argsort(-(figures @ coefficients), kind="stable")
        if coefficients[COSINE]:
            order = order[:EMBEDDED]
            figures[order, COSINE] = self._cosines(question, [evidence[i] for i in order])
        logits = figures[order] @ coefficients + weights.intercept
        ranked = np.argsort(-logits, kind="stable")
        return [(_sigmoid(float(logits[place])), evidence[order[place]]) for place in ranked]

    def _cosines(self, question: str, evidence: Sequence[Evidence]) -> NDArray[np.float32]:
        texts = [item.sentence.text[:_SEEN] for item in evidence]
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))  # batches need little padding
        vectors = self._embedder.embed_passages([texts[place] for place in by_length])
        cosines = np.empty(len(texts), dtype=np.float32)
        cosines[by_length] = vectors @ self._embedder.embed_query(question)
        return cosines


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _reason(asked: Asked, best: Evidence, evidence: Sequence[Evidence], sufficient: bool) -> str:
    if sufficient:
        return "A sentence of the documents answers it."
    nowhere = set(asked.shown).intersection(*(item.missing for item in evidence))
    lacking = [word for word in asked.shown if word in (nowhere or set(best.missing)) and word not in _SAY_NOTHING]
    if nowhere and lacking:
        return f"No passage that was found mentions {_listed(lacking)}."
    if not best.offered and asked.expected is not AnswerType.OTHER:
        return f"The nearest passage gives no answer: {asked.expected} is asked for, and it offers none."
    if lacking:
        return f"The nearest passage does not mention {_listed(lacking)}."
    return "The nearest passages are about the subject, but none of them seems to answer the question."


def _listed(items: Sequence[str]) -> str:
    quoted = [f"“{item}”" for item in items[:3]]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
