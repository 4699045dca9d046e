from __future__ import annotations

import pytest

from ragcite.errors import UsageError
from ragcite.evaluation import locate, read_questions
from ragcite.types import Document, Format, Span


def document(text: str) -> Document:
    return Document("d1", text, Format.TEXT, "text-1")


def test_a_quote_is_found_over_line_breaks() -> None:
    text = "The pump was\nshut down  in March 2019.\n"
    lines = [
        '{"id": "q", "question": "?", "references": [{"doc": "a.txt", "quote": "pump was shut down in"}], "answer": ""}'
    ]
    (question,) = read_questions(lines, "questions.jsonl")
    (gold,) = locate(question, {"a.txt": document(text)})
    assert gold.span.of(text) == "pump was\nshut down  in"
    assert gold.document_id == "d1"


def test_start_and_end_are_characters_of_the_text() -> None:
    lines = ['{"id": "q", "question": "?", "references": [{"doc": "a.txt", "start": 1, "end": 3}], "answer": ""}']
    (question,) = read_questions(lines, "q")
    assert locate(question, {"a.txt": document("abcd")})[0].span == Span(1, 3)


def test_no_references_mean_unanswerable() -> None:
    (question,) = read_questions(['{"id": 1, "question": "?", "references": [], "answer": ""}', ""], "q")
    assert not question.answerable


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '{"id": 1, "question": "?", "references": [{"doc": "a"}]}', "[]"])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(UsageError, match=r"mine\.jsonl, line 1"):
        read_questions([line], "mine.jsonl")


@pytest.mark.parametrize("reference", ['{"doc": "b.txt", "quote": "x"}', '{"doc": "a.txt", "quote": "not there"}',
                                       '{"doc": "a.txt", "start": 0, "end": 99}'])  # fmt: skip
def test_a_wrong_key_is_an_error_not_a_low_figure(reference: str) -> None:
    (question,) = read_questions([f'{{"id": "q7", "question": "?", "references": [{reference}], "answer": ""}}'], "q")
    with pytest.raises(UsageError, match="q7"):
        locate(question, {"a.txt": document("abc")})
