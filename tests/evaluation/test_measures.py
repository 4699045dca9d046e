from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcite.evaluation import Rate, auroc, balanced_accuracy, bootstrap, reciprocal_rank


def test_the_wilson_interval_is_the_published_one() -> None:
    low, high = Rate(14, 15).interval  # 70-99 %, as quoted for 14 of 15
    assert (round(low, 3), round(high, 3)) == (0.702, 0.988)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_rate_lies_in_its_interval(hits: int, more: int) -> None:
    rate = Rate(hits, hits + more)
    low, high = rate.interval
    assert 0 <= low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= high <= 1


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.8, 0.1], [True, True, False]) == 1.0
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.1, 0.9], [True, False]) == 0.0
    assert math.isnan(auroc([0.1], [True]))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_auroc_is_the_share_of_pairs_in_order(items: list[tuple[float, bool]]) -> None:
    positives = [score for score, label in items if label]
    negatives = [score for score, label in items if not label]
    if positives and negatives:
        wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
        found = auroc([score for score, _ in items], [label for _, label in items])
        assert found == pytest.approx(wins / (len(positives) * len(negatives)))


def test_balanced_accuracy_weighs_both_classes_alike() -> None:
    assert balanced_accuracy([True] * 10, [True] * 9 + [False]) == 0.5


def test_the_bootstrap_interval_holds_the_figure() -> None:
    scores = [i / 100 for i in range(100)]
    labels = [i % 3 > 0 for i in range(100)]
    low, high = bootstrap("auroc", scores, labels, draws=200)
    assert low < auroc(scores, labels) < high
    assert (low, high) == bootstrap("auroc", scores, labels, draws=200)


def test_reciprocal_rank_is_that_of_the_first_relevant() -> None:
    assert reciprocal_rank([False, True, True]) == 0.5
    assert reciprocal_rank([False]) == 0.0
