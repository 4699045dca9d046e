"""The convex combination of both arms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcite.retrieval import FITTED, FusionWeights, fuse
from ragcite.types import Scored

ARM = st.dictionaries(st.integers(0, 30), st.floats(0, 1), max_size=20).map(
    lambda scores: sorted((Scored(k, s) for k, s in scores.items()), key=lambda hit: -hit.score)
)


@given(ARM, ARM, st.floats(0, 1), st.integers(1, 30))
def test_every_found_passage_comes_once_in_order_with_a_score_in_zero_to_one(
    dense: list[Scored], keyword: list[Scored], weight: float, pool: int
) -> None:
    fused = fuse(dense[:pool], keyword[:pool], weight, pool)
    assert sorted(hit.key for hit in fused) == sorted({h.key for h in dense[:pool]} | {h.key for h in keyword[:pool]})
    assert all(0 <= hit.score <= 1 for hit in fused)
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


def test_a_weight_of_one_keeps_the_dense_order_and_zero_the_keyword_order() -> None:
    dense = [Scored(1, 0.9), Scored(2, 0.5)]
    keyword = [Scored(2, 7.0), Scored(1, 3.0)]
    assert [hit.key for hit in fuse(dense, keyword, 1.0, 50)] == [1, 2]
    assert [hit.key for hit in fuse(dense, keyword, 0.0, 50)] == [2, 1]


def test_a_passage_below_the_cut_gets_the_lowest_score_of_the_full_pool() -> None:
    dense = [Scored(1, 0.9), Scored(2, 0.6)]
    keyword = [Scored(3, 5.0), Scored(1, 5.0)]
    cut = {hit.key: hit.score for hit in fuse(dense, keyword, 0.5, 2)}
    whole = {hit.key: hit.score for hit in fuse(dense, keyword, 0.5, 3)}
    assert cut[3] == pytest.approx(0.5 * 0.6 + 0.5)
    assert whole[3] == pytest.approx(0.5)


def test_the_arms_own_scores_are_kept_and_none_where_an_arm_did_not_find_it() -> None:
    one, two = sorted(fuse([Scored(1, 0.4)], [Scored(2, 3.0)], 0.5, 50), key=lambda hit: hit.key)
    assert (one.dense, one.keyword) == (0.4, None)
    assert (two.dense, two.keyword) == (None, 3.0)


def test_equal_scores_come_in_the_order_of_their_keys() -> None:
    assert [hit.key for hit in fuse([], [Scored(9, 1.0), Scored(4, 1.0)], 0.5, 50)] == [4, 9]


def test_a_weight_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(ValueError, match="not a weight"):
        FusionWeights(english=1.2, latin=0.5, other=0.0)


def test_the_weight_follows_script_and_language() -> None:
    weights = FusionWeights(english=0.3, latin=0.2, other=0.1)
    assert weights.of("latin", "en") == weights.of("latin", None) == 0.3
    assert weights.of("latin", "de") == 0.2
    assert weights.of("cjk", "zh") == weights.of("cyrillic", "ru") == 0.1


def test_the_packaged_embedder_has_no_say_in_scripts_it_cannot_read() -> None:
    assert FITTED.other == 0.0
