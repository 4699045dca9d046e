"""The gate: is there enough in the passages to answer?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.answering.gate import Gate, GateDecision
from ragcite.answering.gate_features import COSINE, FEATURES, READER
from ragcite.answering.gate_weights import READ_WEIGHTS, GateWeights
from ragcite.testing import HashingEmbedder
from ragcite.types import Document, Format, Hit, Location, Passage, Span

PROBE = (
    "The PX-200 probe has a depth rating of 50 m. Its battery lasts 60 days at an interval of 15 minutes.\n\n"
    "It was designed by Anneliese Vogt and has been built at Ardlow since March 2017."
)
CANTEEN = "The canteen opens at noon. Lunch is free for visitors on Fridays."


def hit_of(text: str, rank: int = 0, path: str = "/docs/sheet.md", before: str = "") -> Hit:
    document = Document(f"{rank:064d}", before + text, Format.TEXT, "test-1", title="Data sheet", language="en")
    span = Span(len(before), len(before) + len(text))
    return Hit(Passage.cut(document, span, "test-1"), Location(path, path.encode()), 1 - rank / 10)


def decide(question: str, *texts: str) -> GateDecision:
    hits = [hit_of(text, rank) for rank, text in enumerate(texts)]
    return Gate(HashingEmbedder(256)).decide(question, hits)


def test_a_sentence_that_answers_scores_above_every_unanswerable_question_about_the_same_passages() -> None:
    answerable = decide("What is the depth rating of the PX-200 probe?", PROBE, CANTEEN)
    for question in (
        "What is the depth rating of the PX-900 probe?",
        "What does the PX-200 weigh in air?",
        "Who is the mayor of Vienna?",
    ):
        assert decide(question, PROBE, CANTEEN).score < answerable.score
    assert answerable.best[0].span.of(PROBE) == "The PX-200 probe has a depth rating of 50 m."


def test_a_question_about_something_else_is_refused_and_its_words_are_named() -> None:
    decision = decide("Who won the football championship?", PROBE, CANTEEN)
    assert not decision.sufficient
    assert "football" in decision.reason


def test_an_identifier_that_no_passage_mentions_is_named_in_the_refusal() -> None:
    decision = decide("What is the warranty of the PX-900?", PROBE)
    assert not decision.sufficient
    assert "px-900" in decision.reason


def test_without_hits_nothing_is_sufficient() -> None:
    decision = Gate(HashingEmbedder()).decide("Anything?", [])
    assert (decision.sufficient, decision.score, decision.best) == (False, 0.0, ())
    assert decision.reason


def test_a_lower_threshold_answers_what_the_fitted_one_refuses() -> None:
    hits = [hit_of(CANTEEN)]
    question = "Who won the football championship?"
    assert not Gate(HashingEmbedder()).decide(question, hits).sufficient
    assert Gate(HashingEmbedder(), threshold=0.0).decide(question, hits).sufficient


def test_windows_are_sentences_in_document_coordinates() -> None:
    before = "A title page.\n\n"
    hit = hit_of(PROBE, before=before)
    decision = Gate(HashingEmbedder(256)).decide("How long does the battery last?", [hit])
    spans = {window.span.of(before + PROBE) for window in decision.best}
    assert "Its battery lasts 60 days at an interval of 15 minutes." in spans
    assert all(hit.passage.span.contains(window.span) for window in decision.best)


def test_windows_come_best_first_and_the_decision_has_the_score_of_the_first() -> None:
    decision = decide("Who designed the PX-200 probe?", CANTEEN, PROBE)
    scores = [window.score for window in decision.best]
    assert scores == sorted(scores, reverse=True)
    assert decision.score == scores[0]


def test_a_question_in_a_script_the_embedder_cannot_read_is_decided_by_words_alone() -> None:
    embedder = HashingEmbedder()
    hits = [hit_of("实验室的反应堆于2019年3月关闭。原因是冷却剂泄漏。")]
    decision = Gate(embedder).decide("反应堆何时关闭？", hits)
    assert embedder.calls == 0
    assert decision.best[0].span.of(hits[0].passage.text).startswith("实验室的反应堆")
    assert decision.score > Gate(embedder).decide("谁是维也纳的市长？", hits).score


@pytest.mark.parametrize("question", ["?", "…", "a", "the of and", "🙂", "1", "what is it"])
def test_a_question_without_content_words_gets_a_decision(question: str) -> None:
    assert 0 <= decide(question, PROBE).score <= 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=120), max_size=3))
def test_whatever_is_asked_scores_lie_in_zero_to_one_and_windows_inside_their_passages(
    question: str, texts: list[str]
) -> None:
    decision = decide(question, *texts)
    assert 0 <= decision.score <= 1
    assert decision.reason
    assert all(window.hit.passage.span.contains(window.span) for window in decision.best)


class Knowing:
    """A reranker that knows the answer, and remembers what it was shown."""

    name = "knowing"

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.shown: list[str] = []

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question
        self.shown += texts
        return [6.0 if self.answer in text else -6.0 for text in texts]


def test_a_reader_that_finds_the_answer_moves_its_passage_to_the_front() -> None:
    question = "How deep may it go?"
    hits = [hit_of(CANTEEN, 0), hit_of(PROBE, 1)]
    reader = Knowing("depth rating of 50 m")
    sure = Gate(HashingEmbedder(256), reader=reader).decide(question, hits)
    unread = Gate(HashingEmbedder(256)).decide(question, hits)
    blind = Gate(HashingEmbedder(256), reader=Knowing("nowhere")).decide(question, hits)
    assert sure.best[0].hit.passage.text == PROBE
    assert blind.score < unread.score
    assert blind.score < sure.score


def test_a_reader_is_shown_each_passage_once_under_its_heading() -> None:
    reader = Knowing("")
    Gate(HashingEmbedder(256), reader=reader).decide("How long does the battery last?", [hit_of(PROBE)])
    assert reader.shown == [f"sheet › Data sheet\n{PROBE}"]


def test_a_reader_sees_passages_not_sentences_and_only_questions_it_can_read() -> None:
    reader = Knowing("x")
    many = [
        hit_of(" ".join(f"The pump {n} of hall {rank} runs on power." for n in range(9)), rank) for rank in range(8)
    ]
    Gate(HashingEmbedder(256), reader=reader).decide("Which pump runs on power?", many)
    assert 0 < len(reader.shown) <= len(many)
    Gate(HashingEmbedder(256), reader=reader).decide("Welche Pumpe läuft in der Halle mit Strom?", many)
    assert len(reader.shown) <= len(many)


class Joining(Knowing):
    """Finds the answer only where two passages are one text."""

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question
        return [6.0 if PROBE in text and CANTEEN in text else -6.0 for text in texts]


def test_two_things_that_two_passages_answer_are_read_together() -> None:
    question = "What is the depth rating of the probe, and when does the canteen close?"
    hits = [hit_of(CANTEEN, 0), hit_of(PROBE, 1)]
    joined = Gate(HashingEmbedder(256), reader=Joining("")).decide(question, hits)
    apart = Gate(HashingEmbedder(256), reader=Knowing("nowhere")).decide(question, hits)
    assert {window.hit.passage.text for window in joined.best[:2]} == {PROBE, CANTEEN}
    assert joined.score > apart.score


def test_one_thing_that_is_asked_with_an_and_is_read_like_any_other() -> None:
    question = "How deep may the probe and its cable go?"
    hits = [hit_of(CANTEEN, 0), hit_of(PROBE, 1)]
    sure = Gate(HashingEmbedder(256), reader=Knowing("depth rating of 50 m")).decide(question, hits)
    blind = Gate(HashingEmbedder(256), reader=Knowing("nowhere")).decide(question, hits)
    assert sure.best[0].hit.passage.text == PROBE
    assert sure.score > blind.score


def test_what_decides_is_not_what_ranks_the_sentences() -> None:
    cosine, reader = np.eye(len(FEATURES))[COSINE], np.eye(len(FEATURES))[READER]
    read = GateWeights(tuple(9 * cosine), 0.0, 0.99, decides=GateWeights(tuple(reader), 0.0, 0.5))
    hits = [hit_of(CANTEEN, 0), hit_of(PROBE, 1)]
    question = "When does the canteen open?"

    def decided(answer: str) -> GateDecision:
        return Gate(HashingEmbedder(256), reader=Knowing(answer), read={"english": read}).decide(question, hits)

    sure, blind = decided("built at Ardlow"), decided("nowhere")
    assert sure.sufficient
    assert not blind.sufficient
    assert sure.best == blind.best
    assert sure.best[0].hit.passage.text == CANTEEN
    assert sure.score == pytest.approx(1 / (1 + math.exp(-6)))


@pytest.mark.parametrize(
    ("question", "is_read"),
    [
        ("Wann öffnet die Kantine, und was kostet das Mittagessen für Besucher?", True),
        ("反应堆何时关闭？", True),
        ("När öppnar matsalen och vad kostar lunchen för besökare på fredagar?", False),
        ("متى يفتح المطعم وما هي تكلفة الغداء للزوار؟", False),
    ],
)
def test_a_reader_is_asked_in_the_languages_that_it_was_measured_on(question: str, is_read: bool) -> None:
    reader = Knowing("")
    hits = [hit_of(f"{CANTEEN} {question}")]
    Gate(HashingEmbedder(256), reader=reader, read=READ_WEIGHTS["ragcite-support-3"]).decide(question, hits)
    assert bool(reader.shown) is is_read


def test_a_sentence_that_holds_all_that_is_asked_counts_for_more_than_its_reader_says() -> None:
    flat = GateWeights((0.0,) * len(FEATURES), -1.0, 0.5, plain=2.0)

    def sufficient(question: str) -> bool:
        gate = Gate(HashingEmbedder(256), reader=Knowing("nowhere"), read={"english": flat})
        return gate.decide(question, [hit_of(PROBE)]).sufficient

    assert sufficient("What is the depth rating of the PX-200 probe?")
    assert not sufficient("What is the depth rating of the PX-900 probe?")
    assert not sufficient("What is the weight of the PX-200 probe?")
    assert not sufficient("Who gave the PX-200 probe its depth rating?")
