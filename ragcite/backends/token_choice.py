"""Choosing the next token from logits: penalties, then greedy, or temperature, top-k, top-p, min-p in this order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.request_limits import in_range
from ragcite.types import Sampling

Logits = NDArray[np.float32]
Probabilities = NDArray[np.float64]


class TokenChoice:
    """One generation's choices, after a prompt of `prompt` tokens; the same seed and logits give the same tokens.

    Repetition penalty: Keskar et al. 2019 (arXiv:1909.05858), over prompt and answer. Presence penalty: subtracted once
    from each token of the answer so far. top-p: Holtzman et al. 2020 (arXiv:1904.09751), the smallest set of likeliest
    tokens whose probability reaches p. min-p: Nguyen et al. 2024 (arXiv:2407.01082), tokens at least min_p times as
    likely as the likeliest.
    Raises `ValueError` for settings out of range.
    """

    def __init__(self, sampling: Sampling, prompt: Sequence[int] = ()) -> None:
        if not in_range(sampling):
            raise ValueError(f"out of range: {sampling}")
        self._sampling = sampling
        self._seen = set(prompt) if sampling.repetition_penalty != 1 else set()
        self._chosen: set[int] = set()
        self._random = np.random.Generator(np.random.PCG64(sampling.seed))

    def __call__(self, logits: Logits) -> int:
        """`logits`: (vocabulary,)."""
        logits = self._penalised(logits)
        token = int(logits.argmax()) if self._sampling.temperature == 0 else self._sampled(logits)
        self._chosen.add(token)
        return token

    def probabilities(self, logits: Logits) -> tuple[NDArray[np.int64], Probabilities]:
        """The candidates that sampling chooses from, likeliest first, and their probabilities."""
        sampling = self._sampling
        scaled = logits.astype(np.float64) / sampling.temperature
        order = _largest(scaled, sampling.top_k or len(scaled))
        likely = _softmax(scaled[order])
        kept = np.cumsum(likely) - likely < sampling.top_p
        order, likely = order[kept], likely[kept] / likely[kept].sum()
        kept = likely >= sampling.min_p * likely[0]
        return order[kept], likely[kept] / likely[kept].sum()

    def _sampled(self, logits: Logits) -> int:
        order, likely = self.probabilities(logits)
        edges = np.cumsum(likely)
        at = int(np.searchsorted(edges, self._random.random() * edges[-1], side="right"))
        return int(order[min(at, len(order) - 1)])

    def _penalised(self, logits: Logits) -> Logits:
        """A copy where a penalty applies: a caller's logits stay as they are."""
        sampling = self._sampling
        if sampling.repetition_penalty == 1 and sampling.presence_penalty == 0:
            return logits
        logits = logits.copy()
        if sampling.repetition_penalty != 1 and (seen := sorted(self._seen | self._chosen)):
            found = logits[seen]
            logits[seen] = np.where(found > 0, found / sampling.repetition_penalty, found * sampling.repetition_penalty)
        logits[sorted(self._chosen)] -= sampling.presence_penalty
        return logits


def _largest(scores: Probabilities, k: int) -> NDArray[np.int64]:
    """Indices of the k largest, largest first, equal ones by index."""
    if k < len(scores):
        found = np.sort(np.argpartition(-scores, k - 1)[:k])
        return found[np.argsort(-scores[found], kind="stable")]
    return np.argsort(-scores, kind="stable")


def _softmax(scores: Probabilities) -> Probabilities:
    raised: Probabilities = np.exp(scores - scores.max())
    shares: Probabilities = raised / raised.sum()
    return shares
