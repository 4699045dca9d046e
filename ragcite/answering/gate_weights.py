"""The fitted gate: `python -m eval.fit_gate`; docs/decisions/0008-gate.md says on what, and how well it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateWeights:
    """A logistic regression over `gate_features.FEATURES`. `threshold` is the least score, in [0, 1], to answer."""

    features: tuple[float, ...]
    intercept: float
    threshold: float


LATIN = GateWeights(
    features=(0.000, 0.683, 1.592, -0.474, 5.039, -0.452, -0.877),
    intercept=-4.012,
    threshold=0.735,
)
# For scripts that the packaged embedder cannot read: no cosine.
OTHER = GateWeights(
    features=(2.028, 2.387, 1.912, -3.665, 0.000, -1.228, -10.804),
    intercept=-1.862,
    threshold=0.741,
)
