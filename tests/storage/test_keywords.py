"""Keyword search over FTS5."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragcite.storage import keywords


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The valve PX-220 leaks", "what about PX-220?"),
        ("Die Prüfung der Münze", "muenze münze"),
        ("किताब पढ़ना अच्छा है", "किताब"),
        ("北京是中国的首都", "中国首都"),
        ("Красная площадь", "площадь"),
    ],
)
def test_a_word_finds_its_passage_in_any_script(shelf: Any, text: str, question: str) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", text)
    shelf.add(store, "/docs/b", "nothing of the kind")
    assert shelf.found(store, question) == [text]


def test_the_better_match_comes_first_and_scores_are_positive(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "\n".join(["a cold pump", "a red pump leaks oil", *(f"filler {n}" for n in range(20))]))
    with store.snapshot() as snapshot:
        hits = snapshot.keyword_search("pump leaks", 5)
        assert len(hits) == 2
        assert hits[0].score > hits[1].score > 0
        assert snapshot.passages([hits[0].key])[hits[0].key].passage.text == "a red pump leaks oil"
        assert snapshot.keyword_search("pump leaks", 0) == []


def test_title_and_headings_are_searched_too(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "body")
    assert shelf.found(store, "title") == ["body"]


@pytest.mark.parametrize("question", ["", "   ", "?!", '"', "NEAR(", "\0"])
def test_a_question_without_words_finds_nothing(shelf: Any, question: str) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "some text")
    assert shelf.found(store, question) == []


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
    | st.sampled_from(
        ["a AND", 'x" OR body:', "NEAR(a b, 2)", "-a", "a*", "^a", "{a b}:c", "rank:1", "'; DROP TABLE meta"]
    )
)
def test_no_question_is_read_as_query_syntax(shelf: Any, question: str) -> None:
    store = shelf.open()
    with store.snapshot() as snapshot:
        snapshot.keyword_search(question, 5)


def test_very_common_words_are_dropped_in_a_large_library(shelf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keywords, "LARGE", 20)
    store = shelf.open()
    lines = [f"common item {number}" for number in range(30)]
    shelf.add(store, "/docs/a", "\n".join([*lines, "common müll sorting", "common rare words"]))
    assert set(shelf.found(store, "common müll rare", 50)) == {"common müll sorting", "common rare words"}
    assert len(shelf.found(store, "common item", 50)) == 32


def test_a_page_as_a_question_is_reduced_to_its_rarest_words(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "\n".join([*(f"w{number} everywhere" for number in range(400)), "needle"]))
    question = " ".join(f"absent{number}" for number in range(20)) + " everywhere" * 1_000 + " needle"
    assert shelf.found(store, question, 3)[0] == "needle"
