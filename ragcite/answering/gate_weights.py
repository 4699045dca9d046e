"""The fitted gate: `python -m eval.fit_gate`; docs/decisions/0008-gate.md says on what, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GateWeights:
    """A logistic regression over `gate_features.FEATURES`. `threshold` is the least score, in [0, 1], to answer."""

    features: tuple[float, ...]
    intercept: float
    threshold: float


LanguageClass = Literal["english", "latin", "other"]  # "latin": other languages in that script
ByLanguage = Mapping[LanguageClass, GateWeights]

ENGLISH = GateWeights(
    features=(0.140, 0.506, 1.597, -0.589, 5.010, -0.354, -0.750, 0.0),
    intercept=-3.975,
    threshold=0.738,
)
# English, where a reader gives a logit for each passage (`python -m eval.fit_reader`, decision 0011); the threshold is
# from the tuning half of our own questions.
ENGLISH_READ = GateWeights(
    features=(1.448, 0.000, 1.362, -0.953, 4.446, -0.558, -1.046, 0.460),
    intercept=-3.622,
    threshold=0.700,
)
# The same with the adapted language model, which reads better (decision 0017).
ENGLISH_ADAPTED = GateWeights(
    features=(1.378, 0.000, 0.800, -0.528, 3.832, 0.000, -1.774, 0.550),
    intercept=-2.856,
    threshold=0.700,
)
# Other languages in Latin script, which the packaged embedder reads less well.
LATIN = GateWeights(
    features=(0.000, 1.991, 3.354, -2.240, 3.583, -0.717, -4.409, 0.0),
    intercept=-4.448,
    threshold=0.734,
)
# For scripts that the packaged embedder cannot read: no cosine.
OTHER = GateWeights(
    features=(2.028, 2.387, 1.912, -3.665, 0.000, -1.228, -10.804, 0.0),
    intercept=-1.862,
    threshold=0.741,
)
WORDS: ByLanguage = {"english": ENGLISH, "latin": LATIN, "other": OTHER}
# By the reader's name; a class of languages that is missing it cannot read.
READ_WEIGHTS: dict[str, ByLanguage] = {
    "ragcite-support-2": {"english": ENGLISH_READ},
    "ragcite-support-3": {"english": ENGLISH_ADAPTED},
}
