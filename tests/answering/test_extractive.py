"""Choosing the sentences of an extractive answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragcite.answering.extractive import MOST, choose_sentences
from ragcite.answering.gate import GateDecision, Window
from ragcite.types import Document, Format, Hit, Location, Passage, Span


def window(text: str, score: float, document: int = 0) -> Window:
    made = Document(f"{document:064d}", text, Format.TEXT, "test-1")
    hit = Hit(Passage.cut(made, Span(0, len(text)), "t-1"), Location(f"/{document}", b"/"), 0.5)
    return Window(hit, Span(0, len(text)), score)


def chosen(question: str, *windows: Window) -> list[str]:
    decision = GateDecision(True, windows[0].score if windows else 0.0, "", windows)
    return [span.of(hit.passage.text) for hit, span in choose_sentences(question, decision)]


def test_nothing_is_chosen_where_nothing_was_found() -> None:
    assert chosen("When?") == []


def test_one_clear_answer_stands_alone() -> None:
    assert chosen("When did it close?", window("It closed in May.", 0.9), window("Fish is sold.", 0.3)) == [
        "It closed in May."
    ]


def test_a_second_sentence_that_is_as_good_and_says_something_else_is_added() -> None:
    leak, money = "A leak was found.", "The owner had no money."
    assert chosen("Why did it close?", window(leak, 0.9), window(money, 0.89)) == [leak, money]
    assert chosen("Why did it close?", window(leak, 0.99), window(money, 0.97)) == [leak]  # a third of its odds


def test_a_sentence_that_repeats_another_is_left_out() -> None:
    found = chosen("Why?", window("The pump leaked oil badly.", 0.9), window("Badly, the pump leaked oil.", 0.89, 1))
    assert found == ["The pump leaked oil badly."]


def test_a_question_about_two_things_prefers_a_second_document() -> None:
    found = chosen(
        "What are the rates of 2022 and 2024?",
        window("In 2024 the rate is 45 pence.", 0.9, 1),
        window("Bicycles get 25 pence.", 0.8, 1),
        window("The 2022 tariff gave 40 cents.", 0.6, 2),
    )
    assert found[:2] == ["In 2024 the rate is 45 pence.", "The 2022 tariff gave 40 cents."]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.floats(0, 1)), max_size=8), st.text(max_size=40))
def test_at_most_three_distinct_windows_of_the_decision_are_chosen_and_the_best_always(
    items: list[tuple[str, float]], question: str
) -> None:
    windows = tuple(
        window(text, score, number) for number, (text, score) in enumerate(sorted(items, key=lambda item: -item[1]))
    )
    found = choose_sentences(question, GateDecision(True, 0.5, "", windows))
    assert len(found) <= MOST
    assert bool(found) == bool(windows)
    assert not windows or found[0] == (windows[0].hit, windows[0].span)
    assert len({(hit.passage.id, span) for hit, span in found}) == len(found)
