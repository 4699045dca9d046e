"""Choosing tokens: what is sampled follows the reference distribution, penalties do what their names say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from ragcite.backends.token_choice import Logits, TokenChoice
from ragcite.types import Sampling

DRAWS = 20_000


@pytest.fixture(scope="module")
def logits() -> Logits:
    return np.random.default_rng(3).normal(0, 1, 40).astype(np.float32)


def reference(logits: Logits, sampling: Sampling) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What transformers' warpers leave of the softmax."""
    import torch
    from transformers import (
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    scores: Any = torch.tensor(logits, dtype=torch.float64)[None]
    ids: Any = torch.zeros((1, 0), dtype=torch.long)
    scores = TemperatureLogitsWarper(sampling.temperature)(ids, scores)
    if sampling.top_k:
        scores = TopKLogitsWarper(sampling.top_k)(ids, scores)
    if sampling.top_p < 1:
        scores = TopPLogitsWarper(sampling.top_p)(ids, scores)
    if sampling.min_p:
        scores = MinPLogitsWarper(sampling.min_p)(ids, scores)
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = scores.softmax(-1)[0].numpy()
    return found


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=1.0, seed=1),
        Sampling(temperature=0.6, seed=2),
        Sampling(temperature=1.3, top_k=10, seed=3),
        Sampling(temperature=1.0, top_p=0.8, seed=4),
        Sampling(temperature=1.0, min_p=0.1, seed=5),
        Sampling(temperature=0.7, top_k=20, top_p=0.8, min_p=0.05, seed=6),
    ],
    ids=str,
)
def test_sampled_frequencies_are_those_of_the_reference_softmax(logits: Logits, sampling: Sampling) -> None:
    choose = TokenChoice(sampling)
    counts = Counter(choose(logits) for _ in range(DRAWS))
    expected = reference(logits, sampling)
    assert all(expected[token] > 0 for token in counts)
    likely = np.flatnonzero(expected * DRAWS >= 5)
    rest = DRAWS - sum(counts[int(token)] for token in likely)
    seen, wanted = [counts[int(token)] for token in likely], list(expected[likely] * DRAWS)
    if DRAWS - sum(wanted) > 1e-6 * DRAWS:
        seen, wanted = [*seen, rest], [*wanted, DRAWS - sum(wanted)]
    assert len(seen) > 1
    assert chisquare(seen, np.array(wanted) * sum(seen) / sum(wanted)).pvalue > 1e-3


def test_a_seed_fixes_what_is_chosen(logits: Logits) -> None:
    def drawn(seed: int) -> list[int]:
        choose = TokenChoice(Sampling(temperature=1.0, seed=seed))
        return [choose(logits) for _ in range(50)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_a_presence_penalty_is_taken_once_from_what_was_answered() -> None:
    logits = np.array([2.0, 1.5, 0.0], np.float32)
    choose = TokenChoice(Sampling(presence_penalty=1.0), prompt=[0])
    assert [choose(logits) for _ in range(3)] == [0, 1, 0]  # 2 → 1 once, never less; the prompt costs nothing
    assert logits.tolist() == [2.0, 1.5, 0.0]


def test_a_repetition_penalty_counts_the_prompt_too_and_works_on_both_signs() -> None:
    logits = np.array([2.0, 1.5, -1.0], np.float32)
    assert TokenChoice(Sampling(repetition_penalty=2.0), prompt=[0])(logits) == 1
    below = np.array([-1.0, -1.5, -9.0], np.float32)
    assert TokenChoice(Sampling(repetition_penalty=2.0), prompt=[0])(below) == 1


def test_min_p_keeps_what_is_likely_enough() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))
    order, likely = TokenChoice(Sampling(temperature=1.0, min_p=0.5)).probabilities(logits)
    assert order.tolist() == [0, 1]
    assert likely == pytest.approx([0.625, 0.375])


@pytest.mark.parametrize(
    "wrong",
    [
        Sampling(temperature=-0.1),
        Sampling(top_k=-1),
        Sampling(top_p=0.0),
        Sampling(top_p=1.1),
        Sampling(min_p=-0.1),
        Sampling(min_p=1.1),
        Sampling(repetition_penalty=0.0),
        Sampling(presence_penalty=3.0),
        Sampling(seed=-1),
        Sampling(temperature=float("nan")),
    ],
    ids=str,
)
def test_values_out_of_range_are_refused(wrong: Sampling) -> None:
    with pytest.raises(ValueError, match="out of range"):
        TokenChoice(wrong)
