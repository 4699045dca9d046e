"""Who scores the windows of a claim: one support model that reads each window, or a trained one that reads what stands
around them and the words of each window, calibrated together: p' = σ(a · logit(p) + c · logit(words) + b) (Platt 1999).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

from ragcite.protocols import SupportModel
from ragcite.text import detect_language, language_class, script

_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A window of the evidence, and the `context` it is read in: its text, or as much of it as a model reads."""

    window: str
    context: str


class Judge(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float:
        """A claim is supported iff a score is strictly above this."""

    def scores(self, claim: str, exhibits: Sequence[Exhibit]) -> list[float]:
        """One probability that the claim is supported for each exhibit."""


class WindowJudge:
    """Any support model, reading the windows one by one."""

    def __init__(self, model: SupportModel) -> None:
        self._model = model
        self.name = model.name
        self.threshold = model.threshold

    def scores(self, claim: str, exhibits: Sequence[Exhibit]) -> list[float]:
        return [score.supported for score in self._model.score([(exhibit.window, claim) for exhibit in exhibits])]


@dataclass(frozen=True, slots=True)
class Blend:
    """p' of the two probabilities; a `model` of 0 leaves the words alone."""

    model: float
    words: float
    intercept: float

    def __call__(self, model: float, words: float) -> float:
        return sigmoid(self.model * logit(model) + self.words * logit(words) + self.intercept)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`english` for English evidence, `others` for any other language; supported iff p' > threshold.

    `others` is moved so that the one threshold bounds false passes there too: its p' is no probability.
    """

    english: Blend
    others: Blend
    threshold: float

    @classmethod
    def packaged(cls, model: str) -> Calibration:
        """The calibration that the package carries for its support model of this name. Raises `KeyError`."""
        found = json.loads(resources.files("ragcite.verification").joinpath("calibration.json").read_text("utf-8"))
        stored = found[model.partition("@")[0]]
        return cls(Blend(**stored["english"]), Blend(**stored["others"]), stored["threshold"])

    def blend(self, evidence: str) -> Blend:
        """The one for the language of `evidence`."""
        return self.english if _is_english(evidence) else self.others


class ContextJudge:
    """`model` reads every context once, `words` each window."""

    def __init__(self, model: SupportModel, words: SupportModel, calibration: Calibration) -> None:
        self._model = model
        self._words = words
        self._calibration = calibration

    @property
    def name(self) -> str:
        return f"{self._model.name} and words"

    @property
    def threshold(self) -> float:
        return self._calibration.threshold

    def scores(self, claim: str, exhibits: Sequence[Exhibit]) -> list[float]:
        words = self._words.score([(exhibit.window, claim) for exhibit in exhibits])
        blends = {text: self._calibration.blend(text) for text in dict.fromkeys(e.context for e in exhibits)}
        contexts = [context for context, blend in blends.items() if blend.model]
        scores = self._model.score([(context, claim) for context in contexts])
        read = {context: score.supported for context, score in zip(contexts, scores, strict=True)}
        return [
            blends[exhibit.context](read.get(exhibit.context, 0.5), by_words.supported)
            for exhibit, by_words in zip(exhibits, words, strict=True)
        ]


def logit(p: float) -> float:
    p = min(max(p, _LEAST), 1 - _LEAST)
    return math.log(p / (1 - p))


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, z))))


def _is_english(evidence: str) -> bool:
    return language_class(script(evidence), detect_language(evidence)) == "english"
