"""Questions through the real command line, with the packaged models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.journey

LOG = """# Pump log

## Service

The feed pump was serviced on 4 June 2024 by Ines Okafor. It needed a new seal, which cost 312 euros.
"""


@pytest.fixture
def asking(ragcite: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pump.md").write_text(LOG)
    (folder / "garden.txt").write_text("The apple trees were planted in 1998. They are pruned every February.\n")
    assert ragcite("ingest", folder).code == 0
    return ragcite


def citations(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [citation["quote"] for sentence in answer["sentences"] for citation in sentence["citations"]]


def test_a_generated_answer_is_checked_and_quotes_the_document(asking: Callable[..., Any]) -> None:
    done = asking("ask", "--json", "Who serviced the feed pump?")
    answer = json.loads(done.out)
    assert done.code == 0
    assert answer["kind"] in {"generated", "extractive"}
    assert "Okafor" in answer["answer"]
    assert answer["draft"]
    for quote in citations(answer):
        assert LOG[quote["start"] : quote["end"]] == quote["text"]
    assert {model["role"]: model["fallback"] for model in answer["models"]}["generator"] is True


def test_the_page_that_people_see_has_quote_answer_source_and_verdict(asking: Callable[..., Any]) -> None:
    out = asking("ask", "--extractive", "Who serviced the feed pump?").out
    assert out.startswith("“")
    assert "[1]" in out
    assert "pump.md" in out
    assert "Service" in out
    assert "sentences supported" in out


def test_the_documents_do_not_say_is_an_honest_answer(asking: Callable[..., Any]) -> None:
    done = asking("ask", "Who won the football world cup in Qatar?")
    assert done.code == 0
    assert "Your documents do not say." in done.out
    assert "[1]" not in done.out


def test_questions_that_are_none_are_refused_clearly(asking: Callable[..., Any]) -> None:
    for question in ("", "   "):
        assert asking("ask", question).code == 2
    long = asking("ask", "-", text="why " * 25_000)
    assert long.code == 2
    assert "characters" in long.err


def test_asking_without_a_library_says_what_to_do(ragcite: Callable[..., Any]) -> None:
    done = ragcite("ask", "Anything?")
    assert done.code == 3
    assert "ragcite ingest" in done.err


def test_a_model_that_is_not_there_is_named_with_the_way_to_get_it(asking: Callable[..., Any]) -> None:
    done = asking("ask", "--generator", "Qwen3-0.6B", "Who serviced the feed pump?")
    assert done.code == 4
    assert "ragcite models pull" in done.err


def test_verify_judges_line_by_line_and_goes_on_after_a_bad_one(ragcite: Callable[..., Any], tmp_path: Path) -> None:
    evidence = "The pump was serviced on 4 June 2024 by Ines Okafor."
    lines = [
        {"id": "a", "claim": "The pump was serviced on 4 June 2024.", "evidence": evidence},
        {"id": "b", "claim": "The pump was serviced on 5 June 2024.", "evidence": [evidence]},
        {"id": "c", "claim": 7, "evidence": evidence},
        {"id": "d", "claim": "Is it true?", "evidence": evidence},
    ]
    done = ragcite("verify", "-", text="".join(json.dumps(line) + "\n" for line in lines))
    results = {result["id"]: result for result in map(json.loads, done.out.splitlines())}
    assert done.code == 1
    assert results["a"]["verdict"] == "supported"
    span = results["a"]["evidence_span"]
    assert evidence[span["start"] : span["end"]].startswith("The pump was serviced on 4 June 2024")
    assert results["b"]["verdict"] in {"contradicted", "unsupported"}
    assert {veto["name"] for veto in results["b"]["vetoes"]} & {"date", "number"}
    assert results["b"]["score"] < results["b"]["model_score"]
    assert "error" in results["c"]
    assert results["d"]["verdict"] == "not_checkable"


def test_eval_prints_the_promised_figures(ragcite: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pump.md").write_text(LOG)
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        json.dumps(
            {
                "id": 1,
                "question": "Who serviced the feed pump?",
                "references": [{"doc": "pump.md", "quote": "serviced on 4 June 2024 by Ines Okafor"}],
                "answer": "Ines Okafor",
            }
        )
        + "\n"
        + json.dumps({"id": 2, "question": "Who painted the Night Watch?", "references": [], "answer": ""})
    )
    done = ragcite("eval", folder, questions, "--extractive", "--json")
    figures = json.loads(done.out)
    assert done.code == 0
    assert set(figures["retrieval"]) == {"recall@1", "recall@5", "recall@10", "mrr"}
    assert figures["retrieval"]["recall@1"] == 1.0
    assert {"answers", "citations", "abstention", "seconds"} <= set(figures)
    assert figures["abstention"]["unanswerable_answered"]["hits"] == 0
