"""The order of answering, with a real store and checker, and a generator that says what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragcite import Library
from ragcite.errors import LibraryError, UsageError
from ragcite.testing import HashingEmbedder, ScriptedGenerator
from ragcite.types import (
    AnswerKind,
    Finished,
    QuotesFound,
    Repair,
    SentenceChecked,
    SentenceWithheld,
    Verdict,
)

REPORT = """# Annual report 2019

## 2 Operations

The Mira reactor was shut down in March 2019 after a coolant leak. The leak was found by Ines Okafor on 4 March 2019.

## 3 Staff

The canteen serves 120 meals a day. It is false that the canteen was sold in 2018.
"""
QUESTION = "When was the Mira reactor shut down?"
TRUE = "The Mira reactor was shut down in March 2019 after a coolant leak"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "report.md").write_text(REPORT)
    return folder


def library(documents: Path, *says: str) -> Library:
    opened = Library.open(
        documents.parent / "library", embedder=HashingEmbedder(256), generator=ScriptedGenerator(*says)
    )
    opened.ingest(documents)
    return opened


def source_number(documents: Path) -> int:
    """The number that the prompt gives to the passage with the answer."""
    generator = ScriptedGenerator("x")
    with Library.open(documents.parent / "library", embedder=HashingEmbedder(256), generator=generator) as opened:
        opened.ingest(documents)
        opened.ask(QUESTION)
    (prompt,) = generator.prompts
    return next(source.number for source in prompt.sources if "Mira" in source.passage.text)


def test_a_supported_sentence_is_shown_with_its_exact_quote(documents: Path) -> None:
    number = source_number(documents)
    with library(documents, f"{TRUE} [{number}].") as opened:
        answer = opened.ask(QUESTION)
    assert answer.kind is AnswerKind.GENERATED
    (sentence,) = answer.sentences
    assert (sentence.text, sentence.verdict) == (TRUE + ".", Verdict.SUPPORTED)
    (citation,) = answer.citations
    assert citation.quote.span.of(REPORT) == citation.quote.text == TRUE + "."
    assert citation.quote.location.path == str(documents / "report.md")
    assert citation.quote.heading_path[-1] == "2 Operations"
    assert answer.text == f"{TRUE}. [{citation.number}]"


def test_an_unmarked_sentence_gets_its_marker(documents: Path) -> None:
    with library(documents, TRUE + ".") as opened:
        (sentence,) = opened.ask(QUESTION).sentences
    assert sentence.repairs == (Repair.ADDED,)
    assert sentence.citations


@pytest.mark.parametrize(
    "lie",
    [
        "The Mira reactor was shut down in March 2018 after a coolant leak.",
        "The Mira reactor was not shut down in March 2019 after a coolant leak.",
        "The Mira reactor will be sold to a museum of physics.",
        "The canteen was sold in 2018.",
    ],
)
def test_a_false_sentence_is_withheld_and_the_documents_speak(documents: Path, lie: str) -> None:
    with library(documents, lie) as opened:
        answer = opened.ask(QUESTION)
    assert answer.kind is AnswerKind.EXTRACTIVE
    assert [withheld.sentence.text for withheld in answer.withheld] == [lie]
    assert answer.withheld[0].reason
    assert lie not in answer.text
    assert answer.draft == lie
    for citation in answer.citations:
        assert citation.quote.span.of(REPORT) == citation.quote.text


def test_quotes_come_first_and_the_answer_last(documents: Path) -> None:
    with library(documents, f"{TRUE}. It had nine legs.") as opened:
        events = list(opened.stream(QUESTION))
    assert [type(event) for event in events] == [QuotesFound, SentenceChecked, SentenceWithheld, Finished]


def test_a_fabricated_number_never_reaches_the_reader(documents: Path) -> None:
    with library(documents, f"{TRUE} [9].") as opened:
        answer = opened.ask(QUESTION)
    assert {citation.number for citation in answer.citations} == {1}
    assert "[9]" not in answer.text


def test_a_repeated_sentence_is_said_once_and_a_loop_ends(documents: Path) -> None:
    with library(documents, f"{TRUE}. " * 40) as opened:
        answer = opened.ask(QUESTION)
    assert len(answer.sentences) == 1
    assert len(answer.draft) < 20 * len(TRUE)


def test_what_the_documents_do_not_say_is_refused_with_the_nearest_passages(documents: Path) -> None:
    generator = ScriptedGenerator("The moon is made of cheese [1].")
    with Library.open(documents.parent / "library", embedder=HashingEmbedder(256), generator=generator) as opened:
        opened.ingest(documents)
        answer = opened.ask("Who painted the ceiling of the Sistine Chapel?")
    assert answer.kind is AnswerKind.REFUSAL
    assert answer.refusal is not None
    assert answer.refusal.reason
    assert answer.refusal.nearest
    assert (answer.text, answer.citations, generator.prompts) == ("", (), [])


def test_extractive_answers_generate_nothing(documents: Path) -> None:
    generator = ScriptedGenerator("x")
    with Library.open(documents.parent / "library", embedder=HashingEmbedder(256), generator=generator) as opened:
        opened.ingest(documents)
        answer = opened.ask(QUESTION, extractive=True)
    assert answer.kind is AnswerKind.EXTRACTIVE
    assert generator.prompts == []
    assert "March 2019" in answer.text


def test_every_step_is_timed_and_every_model_named(documents: Path) -> None:
    with library(documents, TRUE + ".") as opened:
        answer = opened.ask(QUESTION)
    steps = [timing.step for timing in answer.timings]
    assert {"retrieve", "gate", "quote", "generate", "check", "total"} <= set(steps)
    assert steps[-1] == "total"
    assert [model.role for model in answer.models] == ["embedder", "generator", "support"]


@pytest.mark.parametrize("question", ["", "  \n", "x" * 100_000, "a\ud800"])
def test_what_is_no_question_is_named(documents: Path, question: str) -> None:
    with library(documents, "x") as opened, pytest.raises(UsageError, match="question"):
        opened.ask(question)


def test_asking_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "none", embedder=HashingEmbedder()) as opened,
        pytest.raises(LibraryError, match="ingest"),
    ):
        opened.ask("?")


def test_a_question_for_two_things_is_answered_from_two_documents(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    for year, amount in (("2022", 95), ("2024", 120)):
        text = (
            f"# Travel policy ({year})\n\nThe upper limit for a hotel is £{amount} a night.\n\nTrains are preferred.\n"
        )
        (folder / f"travel-policy-{year}.md").write_text(text)
    with Library.open(tmp_path / "library", embedder=HashingEmbedder(256)) as opened:
        opened.ingest(folder)
        answer = opened.ask(
            "What is the upper limit for a hotel in the travel policies of 2022 and 2024?", extractive=True
        )
    assert {"£95", "£120"} <= {word for sentence in answer.sentences for word in sentence.text.split()}
    assert {citation.number for citation in answer.citations} == {1, 2}


def test_a_sentence_about_a_similar_product_answers_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "px.md").write_text(
        "# Probes\n\nThe depth rating of the PX-200 is 40 m.\n\nThe PX-220 has a sister probe.\n"
    )
    with Library.open(tmp_path / "library", embedder=HashingEmbedder(256)) as opened:
        opened.ingest(folder)
        answer = opened.ask("What is the depth rating of the PX-220?", extractive=True)
        same = opened.ask("What is the depth rating of the PX-200?", extractive=True)
    assert "40 m" not in answer.text
    assert "40 m" in same.text
