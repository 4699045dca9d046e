"""How far an engine's next-token distributions lie from the reference's, token by token of one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.causal_generator import CausalGenerator
from ragcite.evaluation import Rate


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """`divergence` is Kullback and Leibler's from the reference, in nats a token; `perplexity` relative to it."""

    divergence: float
    agreement: Rate
    perplexity: float


def faithfulness(reference: NDArray[np.float64], other: NDArray[np.float64], ids: Sequence[int]) -> Faithfulness:
    """Both (tokens, vocabulary): log probabilities after each token of `ids`."""
    divergence = float((np.exp(reference) * (reference - other)).sum(1).mean())
    agreed = int((reference.argmax(1) == other.argmax(1)).sum())
    rows, following = np.arange(len(ids) - 1), np.asarray(ids[1:])
    loss = float((reference[rows, following] - other[rows, following]).mean())
    return Faithfulness(divergence, Rate(agreed, len(ids)), float(np.exp(loss)))


def log_probabilities(generator: CausalGenerator, ids: Sequence[int]) -> NDArray[np.float64]:
    """(tokens, vocabulary): after each token, one step a token, as an answer is decoded."""
    out = []
    with generator.sequence() as step:
        for token in ids:
            logits = step([token])[0].astype(np.float64)
            logits -= logits.max()
            out.append(logits - np.log(np.exp(logits).sum()))
    return np.stack(out)
