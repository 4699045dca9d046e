"""The retriever over a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ragcite.retrieval import FusionWeights, HybridRetriever

TEXTS = ["the reactor was shut down in march", "a list of canteen dishes", "zzz zzz", "the canteen opens at noon"]
HALF = FusionWeights(english=0.5, latin=0.5, other=0.0)
Library = Callable[[Sequence[str]], Any]


def test_the_passage_that_both_arms_prefer_comes_first(embedder: Any, library: Library) -> None:
    hits = HybridRetriever(embedder, HALF).retrieve("when was the reactor shut down", library(TEXTS), 3)
    assert hits[0].passage.text == TEXTS[0]
    assert len(hits) == 3
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert hits[0].dense is not None
    assert hits[0].keyword is not None


def test_a_question_in_a_script_without_dense_weight_never_runs_the_model(embedder: Any, library: Library) -> None:
    snapshot = library(["反应堆 于 三月 关闭", "食堂"])
    hits = HybridRetriever(embedder, HALF).retrieve("反应堆 关闭", snapshot, 2)
    assert hits[0].passage.text.startswith("反应堆")
    assert embedder.asked == []


def test_the_dense_arm_decides_alone_where_no_word_is_indexed(embedder: Any, library: Library) -> None:
    hits = HybridRetriever(embedder, HALF).retrieve("zzzz", library(TEXTS), 1)
    assert hits[0].passage.text == "zzz zzz"
    assert hits[0].score == pytest.approx(hits[0].dense)


def test_a_dense_weight_of_one_leaves_the_keyword_index_alone(embedder: Any, library: Library) -> None:
    snapshot = library(TEXTS)
    HybridRetriever(embedder, FusionWeights(1.0, 1.0, 1.0)).retrieve("the canteen", snapshot, 2)
    assert snapshot.keyword_calls == 0


def test_more_hits_than_the_pool_can_be_asked_for(embedder: Any, library: Library) -> None:
    hits = HybridRetriever(embedder, HALF, pool=1).retrieve("the canteen", library(TEXTS), 4)
    assert len(hits) == 4


def test_an_empty_library_gives_no_hits(embedder: Any, library: Library) -> None:
    assert HybridRetriever(embedder, HALF).retrieve("anything", library([]), 5) == []


def test_a_pool_of_nothing_is_refused(embedder: Any) -> None:
    with pytest.raises(ValueError, match="pool"):
        HybridRetriever(embedder, HALF, pool=0)
