"""Measures with the names the field uses, each with its interval where items are few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, with the Wilson 95 % interval (Wilson 1927, JASA 22:209). All are in [0, 1]; n = 0 gives 0..1."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.n:
            return (0.0, 1.0)
        share, spread = self.value, Z95 * Z95 / self.n
        centre = (share + spread / 2) / (1 + spread)
        half = Z95 * math.sqrt(share * (1 - share) / self.n + spread / (4 * self.n)) / (1 + spread)
        return (max(0.0, centre - half), min(1.0, centre + half))


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 / rank of the first relevant item, 0 if there is none; its mean over questions is MRR."""
    return next((1.0 / rank for rank, is_relevant in enumerate(relevant, start=1) if is_relevant), 0.0)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Area under the ROC curve as P(score of a positive > score of a negative), ties counting half.

    Mann-Whitney U through mid-ranks. NaN when one class is absent.
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return math.nan
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    mid_ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((mid_ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def balanced_accuracy(predicted: Sequence[bool], labels: Sequence[bool]) -> float:
    """Mean of the recall of both classes. NaN when one class is absent."""
    guess, truth = np.asarray(predicted, dtype=bool), np.asarray(labels, dtype=bool)
    if truth.all() or not truth.any():
        return math.nan
    return float((guess[truth].mean() + (~guess[~truth]).mean()) / 2)


def bootstrap(
    measure: str,
    scores: Sequence[float],
    labels: Sequence[bool],
    threshold: float = 0.5,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % percentile bootstrap interval of "auroc" or "balanced_accuracy" over items (Efron 1979)."""
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        chosen = generator.integers(0, len(values), len(values))
        sample, marks = values[chosen], truth[chosen]
        found.append(
            auroc(sample.tolist(), marks.tolist())
            if measure == "auroc"
            else balanced_accuracy((sample > threshold).tolist(), marks.tolist())
        )
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return (float(low), float(high))
