from __future__ import annotations

import json

from ragcite.errors import UsageError
from ragcite.schema import BatchLine, batch_out, read_batch


def test_a_line_is_an_object_or_a_question_alone() -> None:
    data = b'\xef\xbb\xbf{"id": "a", "question": "Who?", "more": 1}\r\n\n"Wann \\u00fc?"\n{"question": "Why?"}'
    assert read_batch(data) == [BatchLine(1, "a", "Who?"), BatchLine(3, 3, "Wann ü?"), BatchLine(4, 4, "Why?")]


def test_a_bad_line_has_its_number_and_costs_only_itself() -> None:
    lines = [
        b'{"id": "a", "question": 7}',
        b"Who?",
        b'["Who?"]',
        b'{"id": "a", "question": "Who?"}',
        b"\xff\xfe",
        b'{"id": "a", "question": "When?"}',
        b'{"id": true, "question": "When?"}',
        b"[" * 50_000,
        b'{"id": 10}',
        b'"When?"',
    ]
    read = read_batch(b"\n".join(lines))
    assert [line.number for line in read] == list(range(1, 11))
    assert [line.number for line in read if not line.error] == [4, 10]
    assert (read[0].id, read[0].error) == ("a", "question: Input should be a valid string")
    assert read[5].error == "line 4 has this id already"
    assert batch_out(read[1], None) == {"id": None, "line": 2, "error": read[1].error}


def test_an_error_of_a_question_names_its_line() -> None:
    error = UsageError("the question", "it is empty", "Ask something.")
    assert batch_out(BatchLine(3, "x", " "), error) == {"id": "x", "line": 3, "error": str(error)}
    assert json.dumps(batch_out(BatchLine(3, "x", " "), error))
