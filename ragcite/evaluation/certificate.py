"""Certifies a threshold on labelled pairs: how often does what is shown as supported turn out not to be?

Only unsupported pairs that no veto stops count: vetoes catch most corruptions, and a threshold that was set on those
would mean nothing for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragcite.errors import UsageError
from ragcite.types import Certificate, LabelledPair, OriginCount

CONFIDENCE = 0.95
Scorer = Callable[[str, Sequence[str]], float | None]  # the best score that no veto stops; None: all are stopped


@dataclass(frozen=True, slots=True)
class ScoredPair:
    pair: LabelledPair
    score: float | None


def upper_bound(k: int, n: int, confidence: float = CONFIDENCE) -> float:
    """One-sided upper bound after `k` of `n` (Clopper and Pearson 1934): the p with P(X ≤ k) = 1 − confidence."""
    if k >= n:
        return 1.0
    low, high = k / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(k, n, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(k: int, n: int, p: float) -> float:
    """P(X ≤ k) for X binomial (n, p), 0 < p < 1."""
    logs = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k + 1)
    ]
    return math.fsum(math.exp(value) for value in logs)


def most_passes(n: int, alpha: float) -> int | None:
    """The largest k whose upper bound is at most `alpha`; None where even k = 0 says too little (n too small)."""
    if upper_bound(0, n) > alpha:
        return None
    k = 0
    while upper_bound(k + 1, n) <= alpha:
        k += 1
    return k


def needed(alpha: float) -> int:
    """The fewest pairs that can show a rate of at most `alpha`: all of them have to be stopped."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-alpha))


def score_pairs(
    pairs: Sequence[LabelledPair], score: Scorer, progress: Callable[[int, int], None] | None = None
) -> list[ScoredPair]:
    """Every pair through the whole path; the slow part."""
    found = []
    for number, pair in enumerate(pairs, start=1):
        found.append(ScoredPair(pair, score(pair.claim, pair.evidence)))
        if progress:
            progress(number, len(pairs))
    return found


def threshold_for(scored: Sequence[ScoredPair], alpha: float) -> float:
    """The lowest threshold whose false passes are bounded by `alpha`. Raises `UsageError` where pairs are too few."""
    wrong = sorted((s.score for s in scored if not s.pair.supported and s.score is not None), reverse=True)
    k = most_passes(len(wrong), alpha) if wrong else None
    if k is None:
        raise UsageError(
            "calibrate",
            f"{len(wrong)} unsupported pairs pass the vetoes, and to bound errors by {100 * alpha:g} % takes "
            f"{needed(alpha)} at least",
            "Give more pairs, or a higher --alpha.",
        )
    return wrong[k]


def certify(
    scored: Sequence[ScoredPair], threshold: float, *, judge: str, source: str, made: str, alpha: float | None = None
) -> Certificate:
    """What `threshold` does on these pairs: accepted iff strictly above it. `made` is today's date."""
    wrong = [s for s in scored if not s.pair.supported]
    left = [s for s in wrong if s.score is not None]
    true = [s for s in scored if s.pair.supported]
    counts = {s.pair.origin: [0, 0] for s in left}
    for s in left:
        counts[s.pair.origin][0] += 1
        counts[s.pair.origin][1] += _passes(s, threshold)
    k = sum(passed for _, passed in counts.values())
    return Certificate(
        judge=judge,
        source=source,
        threshold=threshold,
        alpha=alpha,
        n=len(left),
        k=k,
        bound=upper_bound(k, len(left)) if left else 1.0,
        vetoed=len(wrong) - len(left),
        supported=len(true),
        kept=sum(_passes(s, threshold) for s in true),
        origins=tuple(OriginCount(origin, n, passed) for origin, (n, passed) in sorted(counts.items())),
        made=made,
    )


def _passes(scored: ScoredPair, threshold: float) -> bool:
    return scored.score is not None and scored.score > threshold


def calibration_error(scored: Sequence[ScoredPair], bins: int = 10) -> float:
    """Expected calibration error (Naeini 2015): mean over `bins` equal parts of [0, 1] of |share supported − mean
    score|, weighted by size; pairs that no veto stops only. NaN without any."""
    left = [(s.score, s.pair.supported) for s in scored if s.score is not None]
    groups: dict[int, list[tuple[float, bool]]] = {}
    for score, label in left:
        groups.setdefault(min(int(score * bins), bins - 1), []).append((score, label))
    gaps = [abs(sum(s for s, _ in g) - sum(label for _, label in g)) for g in groups.values()]
    return sum(gaps) / len(left) if left else math.nan
