"""A trained support model, calibrated together with what the words say: p' = σ(a · logit(p) + c · logit(words) + b).

Platt 1999; fitted on pairs that the model was not trained on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from ragcite.protocols import SupportModel
from ragcite.text import detect_language, script
from ragcite.types import SupportScore

_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """`model` and `words` weigh the two log odds; supported iff p' > threshold."""

    model: float
    words: float
    intercept: float
    threshold: float

    @classmethod
    def packaged(cls) -> Calibration:
        """The calibration that the package carries for its own support model."""
        stored = json.loads(resources.files("ragcite.verification").joinpath("calibration.json").read_text("utf-8"))
        return cls(stored["model"], stored["words"], stored["intercept"], stored["threshold"])

    def blend(self, model: float, words: float) -> float:
        """p' from two probabilities."""
        return sigmoid(self.model * logit(model) + self.words * logit(words) + self.intercept)


class CalibratedSupportModel:
    """Judges English with `model` and the words, other languages, which the model does not read, with the words alone.

    There the lexical score is moved so that both share one threshold.
    """

    def __init__(self, model: SupportModel, words: SupportModel, calibration: Calibration) -> None:
        self._model = model
        self._words = words
        self._calibration = calibration
        self._moved = logit(calibration.threshold) - logit(words.threshold)

    @property
    def name(self) -> str:
        return f"{self._model.name} and words"

    @property
    def threshold(self) -> float:
        return self._calibration.threshold

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        words = self._words.score(pairs)
        read = [_is_english(evidence) for evidence, _ in pairs]
        judged = iter(self._model.score([pair for pair, mine in zip(pairs, read, strict=True) if mine]))
        return [
            self._blended(next(judged), by_words) if mine else self._shifted(by_words)
            for mine, by_words in zip(read, words, strict=True)
        ]

    def _blended(self, model: SupportScore, words: SupportScore) -> SupportScore:
        return SupportScore(self._calibration.blend(model.supported, words.supported), model.contradicted)

    def _shifted(self, words: SupportScore) -> SupportScore:
        return SupportScore(sigmoid(logit(words.supported) + self._moved), words.contradicted)


def logit(p: float) -> float:
    p = min(max(p, _LEAST), 1 - _LEAST)
    return math.log(p / (1 - p))


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, z))))


def _is_english(evidence: str) -> bool:
    return script(evidence) == "latin" and detect_language(evidence) in (None, "en")
