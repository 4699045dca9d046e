"""The fitted gate: `python -m eval.fit_gate`; docs/decisions/0008-gate.md says on what, and how well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateWeights:
    """A logistic regression over `gate_features.FEATURES`. `threshold` is the least score, in [0, 1], to answer."""

    features: tuple[float, ...]
    intercept: float
    threshold: float


ENGLISH = GateWeights(
    features=(0.000, 0.656, 1.613, -0.460, 5.112, -0.368, -0.756),
    intercept=-4.069,
    threshold=0.734,
)
# Other languages in Latin script, which the packaged embedder reads poorly.
LATIN = ENGLISH
# For scripts that the packaged embedder cannot read: no cosine.
OTHER = GateWeights(
    features=(2.028, 2.387, 1.912, -3.665, 0.000, -1.228, -10.804),
    intercept=-1.862,
    threshold=0.741,
)
