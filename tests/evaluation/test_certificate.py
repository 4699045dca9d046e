"""The statistics of the certificate, against figures that can be looked up, and against a simulation."""

from __future__ import annotations

import random

import pytest
from scipy.stats import beta

from ragcite.errors import UsageError
from ragcite.evaluation import calibration_error, certify, needed, threshold_for, upper_bound
from ragcite.evaluation.certificate import ScoredPair, most_passes, score_pairs
from ragcite.types import LabelledPair


def scored(score: float | None, supported: bool = False, origin: str = "") -> ScoredPair:
    return ScoredPair(LabelledPair("claim", ("text",), supported, origin), score)


@pytest.mark.parametrize(("k", "n"), [(0, 59), (1, 10), (4, 200), (38, 1000), (9, 10)])
def test_the_bound_is_clopper_and_pearsons(k: int, n: int) -> None:
    assert upper_bound(k, n) == pytest.approx(float(beta.ppf(0.95, k + 1, n - k)), abs=1e-9)


def test_all_passed_bounds_nothing() -> None:
    assert upper_bound(5, 5) == 1.0


@pytest.mark.parametrize(("n", "k"), [(200, 4), (1000, 38), (59, 0)])
def test_known_numbers_of_passes_at_five_percent(n: int, k: int) -> None:
    assert most_passes(n, 0.05) == k


@pytest.mark.parametrize(("alpha", "n"), [(0.05, 59), (0.02, 149), (0.01, 299)])
def test_the_fewest_pairs_that_can_show_a_rate(alpha: float, n: int) -> None:
    assert needed(alpha) == n
    assert most_passes(n, alpha) == 0
    assert most_passes(n - 1, alpha) is None


def test_the_threshold_lets_as_many_pass_as_the_bound_allows_and_no_more() -> None:
    pairs = [scored(i / 200) for i in range(200)] + [scored(None)] * 50 + [scored(0.999, supported=True)]
    threshold = threshold_for(pairs, 0.05)
    found = certify(pairs, threshold, judge="j", source="s", made="2026-01-01", alpha=0.05)
    assert (found.n, found.k, found.vetoed) == (200, 4, 50)
    assert found.bound <= 0.05 < upper_bound(5, 200)
    assert (found.kept, found.supported) == (1, 1)


def test_equal_scores_never_let_more_pass() -> None:
    pairs = [scored(0.9) for _ in range(100)] + [scored(0.1) for _ in range(100)]
    found = certify(pairs, threshold_for(pairs, 0.05), judge="j", source="s", made="d")
    assert found.k == 0


def test_too_few_pairs_are_an_error_that_says_how_many_it_takes() -> None:
    with pytest.raises(UsageError, match="takes 59 at least"):
        threshold_for([scored(0.5)] * 58, 0.05)


def test_origins_are_counted_apart() -> None:
    pairs = [scored(0.9, origin="a"), scored(0.2, origin="a"), scored(0.9, origin="b"), scored(None, origin="c")]
    found = certify(pairs, 0.5, judge="j", source="s", made="d")
    assert [(o.origin, o.n, o.passed) for o in found.origins] == [("a", 2, 1), ("b", 1, 1)]


def test_the_certificate_holds_for_fresh_pairs_of_the_same_kind() -> None:
    """In at least 95 % of calibrations the true rate is at most alpha, up to the noise of 400 of them."""
    rng = random.Random(5)
    broken = 0
    for _ in range(400):
        threshold = threshold_for([scored(rng.random()) for _ in range(150)], 0.1)
        broken += 1 - threshold > 0.1
    assert broken / 400 <= 0.05 + 0.025


def test_calibration_error_of_honest_and_of_overconfident_scores() -> None:
    honest = [scored(0.75, supported=i < 75) for i in range(100)]
    sure = [scored(0.95, supported=i < 50) for i in range(100)]
    assert calibration_error(honest) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(sure) == pytest.approx(0.45)


def test_pairs_are_scored_in_order_with_progress() -> None:
    seen: list[tuple[int, int]] = []
    pairs = [LabelledPair("a", ("x",), True), LabelledPair("b", ("y",), False)]
    found = score_pairs(pairs, lambda claim, _: 0.3 if claim == "a" else None, lambda *at: seen.append(at))
    assert [s.score for s in found] == [0.3, None]
    assert seen == [(1, 2), (2, 2)]
