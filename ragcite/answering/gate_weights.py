"""The fitted gate: `python -m eval.fit_gate`; docs/decisions/0008-gate.md says on what, and how well it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateWeights:
    """A logistic regression over `gate_features.FEATURES`. `threshold` is the least score, in [0, 1], to answer."""

    features: tuple[float, ...]
    intercept: float
    threshold: float


LATIN = GateWeights(features=(1.0, 1.0, 2.5, -1.5, 4.0, -0.5, -1.0), intercept=-4.0, threshold=0.5)
# For scripts that the packaged embedder cannot read: no cosine.
OTHER = GateWeights(features=(1.0, 1.0, 2.5, -1.5, 0.0, -0.5, -1.0), intercept=-2.0, threshold=0.5)
