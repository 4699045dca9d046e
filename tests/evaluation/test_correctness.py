from __future__ import annotations

import pytest

from ragcite.evaluation import GoldSpan
from ragcite.evaluation.correctness import answer_is_right, passage_is_relevant, quote_is_right
from ragcite.types import Answer, AnswerKind, AnswerSentence, Location, Passage, Quote, Span, Verdict


def quote(start: int, end: int, document: str = "d") -> Quote:
    return Quote(document, "p", Location("/a", b"/a"), Span(start, end), "x" * (end - start))


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [(10, 20, True), (5, 15, True), (0, 14, False), (20, 30, False), (0, 100, True), (12, 14, True)],
)
def test_a_quote_is_right_when_it_shares_half_of_the_shorter(start: int, end: int, right: bool) -> None:
    assert quote_is_right(quote(start, end), (GoldSpan("d", Span(10, 20)),)) is right


def test_a_citation_of_another_document_is_wrong() -> None:
    assert not quote_is_right(quote(10, 20, "other"), (GoldSpan("d", Span(10, 20)),))


def test_a_passage_is_relevant_when_it_holds_half_of_a_gold_span() -> None:
    gold = (GoldSpan("d", Span(0, 10)),)
    assert passage_is_relevant(Passage("p", "d", Span(5, 50), "x" * 45), gold)
    assert not passage_is_relevant(Passage("p", "d", Span(6, 50), "x" * 44), gold)


def answer(text: str) -> Answer:
    sentence = AnswerSentence(text, text, Verdict.SUPPORTED, 1.0, 1.0)
    return Answer("?", AnswerKind.GENERATED, (sentence,))


@pytest.mark.parametrize(
    ("shown", "expected", "right"),
    [
        ("The flow must be at least 6 litres per minute.", "6 litres per minute", True),
        ("The flow must be at least 60 litres per minute.", "6 litres per minute", False),
        ("It was Ruth Brannigan who signed.", "Ruth Brannigan", True),
        ("It was Colm Brannigan who signed.", "Ruth Brannigan", False),
        ("", "Ruth", False),
    ],
)
def test_an_answer_is_right_when_it_holds_the_numbers_and_the_words(shown: str, expected: str, right: bool) -> None:
    assert answer_is_right(answer(shown), expected, "en") is right
