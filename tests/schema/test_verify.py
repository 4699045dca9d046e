from __future__ import annotations

import json

import pytest

from ragcite.schema import ClaimIn, read_claim, verdict_out
from ragcite.types import EvidenceSpan, Judgement, Span, Verdict, Veto


def test_evidence_is_a_text_or_a_list_of_texts() -> None:
    one = read_claim('{"id": "a", "claim": "x", "evidence": "y"}')
    many = read_claim('{"id": 1, "claim": "x", "evidence": ["y", "z"]}')
    assert isinstance(one, ClaimIn)
    assert isinstance(many, ClaimIn)
    assert (one.texts, many.texts) == (["y"], ["y", "z"])


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"id": "a"}',
        '{"id": "a", "claim": 3, "evidence": "x"}',
        '{"id": "a", "claim": "", "evidence": "x"}',
    ],
)
def test_a_bad_line_becomes_an_object_with_an_error(line: str) -> None:
    result = read_claim(line)
    assert isinstance(result, dict)
    assert result["error"]
    assert result["id"] in ("a", None)


def test_a_verdict_has_exactly_the_promised_fields() -> None:
    judgement = Judgement(
        Verdict.CONTRADICTED, 0.1, 0.9, (Veto("number", "5 is not 6"),), (EvidenceSpan(1, Span(2, 9)),)
    )
    assert json.loads(verdict_out("a", judgement).model_dump_json()) == {
        "id": "a",
        "verdict": "contradicted",
        "score": 0.1,
        "model_score": 0.9,
        "vetoes": [{"name": "number", "detail": "5 is not 6"}],
        "evidence_span": {"index": 1, "start": 2, "end": 9},
    }
    assert verdict_out(None, Judgement(Verdict.UNSUPPORTED, 0.0, 0.0)).evidence_span is None
