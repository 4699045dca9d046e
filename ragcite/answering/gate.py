"""The gate: is there enough in the passages to answer? Decided before anything is presented as an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ragcite.answering.answer_type import AnswerType
from ragcite.answering.gate_features import COSINE, READER, Asked, Evidence, gather, is_plain, read_question, together
from ragcite.answering.gate_weights import ENGLISH_READ, READABLE, WORDS, ByLanguage, GateWeights
from ragcite.protocols import Embedder, Reranker
from ragcite.text import language_class
from ragcite.types import Hit, Span
from ragcite.verification import speaks_of_a_rival

EMBEDDED = 16  # sentences that the embedder sees: the best by words
_SEEN = 400  # characters of each
KEPT = 8
PAIRED = 8  # of the best sentences: which two may answer together
UNSURE = 0.3  # on folders that the gate is tuned on nine of ten answerable questions score above it


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence that may answer: `span` in document coordinates, `score` in [0, 1]."""

    hit: Hit
    span: Span
    score: float


_Scored = tuple[float, Evidence, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two sentences that may answer together; `figures` are those of both, `score` what these make."""

    score: float
    one: _Scored
    other: _Scored
    figures: NDArray[np.float64]

    @property
    def sentences(self) -> list[_Scored]:
        return [(self.score, *self.one[1:]), (self.score, *self.other[1:])]


@dataclass(frozen=True, slots=True)
class GateDecision:
    """`score` in [0, 1]: how surely there is an answer; `reason` is for a person; `best` the windows, best first."""

    sufficient: bool
    score: float
    reason: str
    best: tuple[Window, ...] = ()

    @property
    def unsure(self) -> bool:
        """Not enough to answer, yet too near to say that the documents are silent."""
        return not self.sufficient and self.score >= UNSURE


class Gate:
    """Decides by the best sentence, seen with what stands around it; where two things are asked, by the best two.

    `words` are fitted for each class of languages, scripts that the embedder cannot read without its cosine. `reader`
    gives the log odds that a text answers; classes that `read` has weights for are decided by these, and the best two
    sentences by what it says of both their passages. `threshold`, in [0, 1], replaces the fitted ones: lower answers
    more questions, the unanswerable among them.
    """

    def __init__(
        self,
        embedder: Embedder,
        words: ByLanguage = WORDS,
        threshold: float | None = None,
        *,
        reader: Reranker | None = None,
        read: ByLanguage = MappingProxyType({"english": ENGLISH_READ}),
    ) -> None:
        self._embedder = embedder
        self._words = words
        self._threshold = threshold
        self._reader = reader
        self._read = read

    def decide(self, question: str, hits: Sequence[Hit]) -> GateDecision:
        """Whether `hits` hold an answer to `question`. No hits: not."""
        asked = read_question(question)
        evidence = [item for item in gather(asked, hits) if not speaks_of_a_rival(item.sentence.text, question)]
        if not evidence:
            return GateDecision(False, 0.0, "Nothing was found that has to do with the question.")
        kind = language_class(asked.script, asked.language)
        weights = self._words[kind]
        scored = self._scored(question, evidence, weights)
        pair = _best_pair(asked, scored, weights) if asked.double else None
        if self._reader is not None and kind in self._read and asked.language in (None, *READABLE):
            weights = self._read[kind]
            scored = _read_again(question, scored, weights, self._reader)
            pair = pair and _read_together(asked, pair, weights, self._reader)
        decides = weights.decides or weights
        score = max(
            _score(figures, decides) for figures in [*(one[2] for one in scored), *([pair.figures] if pair else [])]
        )
        sufficient = score >= (decides.threshold if self._threshold is None else self._threshold)
        if pair is not None and pair.score > scored[0][0]:
            of_pair = pair.sentences
            scored = [*of_pair, *(one for one in scored if all(one[1] is not other[1] for other in of_pair))]
        windows = tuple(Window(e.sentence.hit, e.sentence.span, own) for own, e, _ in scored[:KEPT])
        return GateDecision(sufficient, score, _reason(asked, scored[0][1], evidence, sufficient), windows)

    def _scored(self, question: str, evidence: Sequence[Evidence], weights: GateWeights) -> list[_Scored]:
        coefficients = np.array(weights.features)
        figures = np.stack([item.figures for item in evidence])
        order = np.argsort(-(figures @ coefficients), kind="stable")
        if coefficients[COSINE]:
            order = order[:EMBEDDED]
            figures[order, COSINE] = self._cosines(question, [evidence[i] for i in order])
        scored = [(_score(figures[i], weights), evidence[i], figures[i]) for i in order]
        return sorted(scored, key=lambda item: -item[0])

    def _cosines(self, question: str, evidence: Sequence[Evidence]) -> NDArray[np.float32]:
        texts = [item.sentence.text[:_SEEN] for item in evidence]
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))  # batches need little padding
        vectors = self._embedder.embed_passages([texts[place] for place in by_length])
        cosines = np.empty(len(texts), dtype=np.float32)
        cosines[by_length] = vectors @ self._embedder.embed_query(question)
        return cosines


def _read_again(question: str, scored: Sequence[_Scored], weights: GateWeights, reader: Reranker) -> list[_Scored]:
    """Each passage is read once; its sentences share what the reader says."""
    contexts = list(dict.fromkeys(evidence.context for _, evidence, _ in scored))
    found = dict(zip(contexts, reader.rerank(question, contexts), strict=True))
    for _, evidence, figures in scored:
        figures[READER] = found[evidence.context]
    return sorted(
        [(_score(figures, weights), evidence, figures) for _, evidence, figures in scored], key=lambda item: -item[0]
    )


def _read_together(asked: Asked, pair: _Pair, weights: GateWeights, reader: Reranker) -> _Pair:
    """The two sentences, their passages read as one text."""
    text = "\n\n".join(dict.fromkeys((pair.one[1].context, pair.other[1].context)))
    figures = _joint(asked, pair.one, pair.other)
    [figures[READER]] = reader.rerank(asked.text, [text])
    return _Pair(_score(figures, weights), pair.one, pair.other, figures)


def _score(figures: NDArray[np.float64], weights: GateWeights) -> float:
    logit = float(figures @ np.array(weights.features)) + weights.intercept + weights.plain * is_plain(figures)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _best_pair(asked: Asked, scored: Sequence[_Scored], weights: GateWeights) -> _Pair | None:
    """The two sentences that answer together best; ties go to the better alone."""
    pairs = []
    for one, other in combinations(scored[:PAIRED], 2):
        figures = _joint(asked, one, other)
        pairs.append(_Pair(_score(figures, weights), one, other, figures))
    return max(pairs, key=lambda pair: pair.score + min(pair.one[0], pair.other[0]), default=None)


def _joint(asked: Asked, one: _Scored, other: _Scored) -> NDArray[np.float64]:
    """The figures of two sentences together, the cosines that were added to theirs included."""
    figures = together(asked, one[1], other[1])
    figures[COSINE] = max(one[2][COSINE], other[2][COSINE])
    return figures


def _reason(asked: Asked, best: Evidence, evidence: Sequence[Evidence], sufficient: bool) -> str:
    if sufficient:
        return "A sentence of the documents answers it."
    nowhere = set(asked.shown).intersection(*(item.missing for item in evidence))
    lacking = [word for word in asked.shown if word in (nowhere or set(best.missing))]
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
