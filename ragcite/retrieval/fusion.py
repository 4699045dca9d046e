"""One score out of two: a convex combination of cosine and BM25, with a weight for each class of languages.

Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2022): a convex combination with a tuned
weight beats reciprocal rank fusion and needs few labelled questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ragcite.text import language_class
from ragcite.types import Scored


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The share of the dense score, in [0, 1]; 0 means that the dense index is not asked at all.

    Raises `ValueError` for a weight outside [0, 1].
    """

    english: float
    latin: float
    other: float

    def __post_init__(self) -> None:
        for weight in (self.english, self.latin, self.other):
            if not 0.0 <= weight <= 1.0:
                raise ValueError(f"not a weight: {weight}")

    def of(self, script: str, language: str | None) -> float:
        """The weight for a question's `script` (as `ragcite.text.script` names it) and language (None: unknown)."""
        weights = {"english": self.english, "latin": self.latin, "other": self.other}
        return weights[language_class(script, language)]


@dataclass(frozen=True, slots=True)
class Fused:
    """`score` in [0, 1]; `dense` and `keyword` are what the arms gave, None where an arm did not return the passage."""

    key: int
    score: float
    dense: float | None
    keyword: float | None


def fuse(dense: Sequence[Scored], keyword: Sequence[Scored], weight: float, pool: int) -> list[Fused]:
    """Every passage of either arm, best first, by `weight` · cosine + (1 − weight) · BM25 / best BM25.

    A passage that an arm did not return gets that arm's floor: zero, or, when the arm was cut off at `pool`, its lowest
    score, the least upper bound of what the passage could have had. Ties are broken by key: the order is reproducible.
    """
    top = max((hit.score for hit in keyword), default=0.0)
    cosines = {hit.key: hit.score for hit in dense}
    bm25 = {hit.key: hit.score for hit in keyword}
    dense_floor = _floor(dense, pool)
    keyword_floor = _floor(keyword, pool)

    def fused(key: int) -> Fused:
        cosine = cosines.get(key, dense_floor)
        share = bm25.get(key, keyword_floor) / top if top > 0 else 0.0
        score = weight * max(0.0, cosine) + (1 - weight) * max(0.0, share)
        return Fused(key, min(1.0, score), cosines.get(key), bm25.get(key))

    found = [fused(key) for key in cosines.keys() | bm25.keys()]
    return sorted(found, key=lambda hit: (-hit.score, hit.key))


def _floor(hits: Sequence[Scored], pool: int) -> float:
    return min(hit.score for hit in hits) if hits and len(hits) >= pool else 0.0
