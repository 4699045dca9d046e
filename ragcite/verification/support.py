"""The first support model: words and, with an embedder, sentence cosines, in a fitted logistic curve."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from ragcite.protocols import Embedder
from ragcite.types import SupportScore
from ragcite.verification.features import EMBEDDING_FEATURES, WORD_FEATURES, word_features
from ragcite.verification.reading import Reading

NAME = "ragcite-lexical-1"
_MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic curve: p = 1 / (1 + exp(−(intercept + weights · features))); supported iff p > threshold."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def probability(self, features: Sequence[float]) -> float:
        z = self.intercept + sum(w * x for w, x in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, z))))


def load_weights(kind: str) -> Weights:
    """The fitted weights that the package carries: "words" or "words+cosine" (made by eval/fit_support.py)."""
    stored = json.loads(resources.files("ragcite.verification").joinpath("support_weights.json").read_text("utf-8"))
    chosen = stored[kind]
    return Weights(
        tuple(chosen["features"]), tuple(chosen["weights"]), float(chosen["intercept"]), float(chosen["threshold"])
    )


class LexicalSupportModel:
    """Judges by words alone, or by words and the cosines of `embedder`; its name says which."""

    def __init__(self, embedder: Embedder | None = None, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._weights = weights or load_weights("words+cosine" if embedder else "words")
        expected = WORD_FEATURES + (EMBEDDING_FEATURES if embedder else ())
        if self._weights.features != expected:
            raise ValueError(f"weights are for {self._weights.features}, the features are {expected}")
        self._readings: dict[str, Reading] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return f"{NAME} (words and {self._embedder.name})" if self._embedder else f"{NAME} (words)"

    @property
    def threshold(self) -> float:
        return self._weights.threshold

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        """One score for each (evidence, claim); each distinct sentence is embedded once."""
        return [SupportScore(self._weights.probability(row)) for row in self.features(pairs)]

    def features(self, pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        """Rows of WORD_FEATURES, then EMBEDDING_FEATURES where there is an embedder."""
        self._forget()
        rows = [self._words(evidence, claim) for evidence, claim in pairs]
        if self._embedder is None:
            return rows
        self._embed(pairs, self._embedder)
        return [row + self._cosines(evidence, claim) for row, (evidence, claim) in zip(rows, pairs, strict=True)]

    def _words(self, evidence: str, claim: str) -> list[float]:
        source = self._reading(evidence)
        return word_features(self._reading(claim, source.language), source)

    def _reading(self, text: str, language: str | None = None) -> Reading:
        if text not in self._readings:
            self._readings[text] = Reading(text)
        reading = self._readings[text]
        return reading if reading.language or not language else Reading(text, language)

    def _pieces(self, evidence: str) -> list[str]:
        return [span.of(evidence) for span in self._reading(evidence).sentences] or [evidence]

    def _embed(self, pairs: Sequence[tuple[str, str]], embedder: Embedder) -> None:
        texts = [text for evidence, claim in pairs for text in (*self._pieces(evidence), claim)]
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, embedder.embed_passages(new), strict=True))

    def _cosines(self, evidence: str, claim: str) -> list[float]:
        """With the mean of the window's sentences, and with the nearest sentence."""
        vectors = np.stack([self._vectors[piece] for piece in self._pieces(evidence)])
        middle = vectors.mean(axis=0)
        middle /= max(float(np.linalg.norm(middle)), 1e-9)
        return [float(middle @ self._vectors[claim]), float((vectors @ self._vectors[claim]).max())]

    def _forget(self) -> None:
        for remembered in (self._readings, self._vectors):
            if len(remembered) > _MOST_REMEMBERED:
                remembered.clear()
