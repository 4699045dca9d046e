"""The fitted gate: `python -m eval.fit_gate`; docs/decisions/0008-gate.md says on what, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ragcite.text import LanguageClass


@dataclass(frozen=True, slots=True)
class GateWeights:
    """A logistic regression over `gate_features.FEATURES`. `threshold` is the least score, in [0, 1], to answer.

    `decides`, where it is given, says whether there is an answer; these weights then only say in which sentence.
    `plain` is added to the log odds of a sentence that `is_plain`.
    """

    features: tuple[float, ...]
    intercept: float
    threshold: float
    decides: GateWeights | None = None
    plain: float = 0.0


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
# The same with the adapted language model, which reads better (decision 0017): where the answer stands. Whether there
# is one was fitted on folders, where near misses are as close in words as answers are (decision 0028); the threshold is
# the highest at which the tuning half of our own questions met both goals.
ENGLISH_ADAPTED = GateWeights(
    features=(1.378, 0.000, 0.800, -0.528, 3.832, 0.000, -1.774, 0.550),
    intercept=-2.856,
    threshold=0.700,
    decides=GateWeights(
        features=(0.000, 0.000, 0.000, -0.280, 1.899, -0.486, 0.000, 0.731),
        intercept=-0.809,
        threshold=0.450,
        plain=1.0,  # on the tuning folders 9 answerable questions have such a sentence, and 2 others
    ),
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
# The same with the adapted language model, in languages that it learned or was measured on.
LATIN_ADAPTED = replace(
    LATIN,
    features=(*LATIN.features[:-1], 0.550),
    decides=GateWeights(
        features=(0.000, 0.000, 0.000, -0.412, 1.167, 0.000, -0.680, 0.860),
        intercept=-0.039,
        threshold=0.600,
    ),
)
OTHER_ADAPTED = replace(
    OTHER,
    features=(*OTHER.features[:-1], 0.550),
    decides=GateWeights(
        features=(1.252, 0.000, 0.000, -4.656, 0.000, 0.000, -0.416, 0.667),
        intercept=-0.005,
        threshold=0.600,
    ),
)
WORDS: ByLanguage = {"english": ENGLISH, "latin": LATIN, "other": OTHER}
# By the reader's name; a class of languages that is missing it cannot read, nor a language that is recognised and is
# not in READABLE.
READ_WEIGHTS: dict[str, ByLanguage] = {
    "ragcite-support-2": {"english": ENGLISH_READ},
    "ragcite-support-3": {"english": ENGLISH_ADAPTED, "latin": LATIN_ADAPTED, "other": OTHER_ADAPTED},
}
READABLE = frozenset(("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja"))
