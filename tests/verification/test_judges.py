"""Judges: any support model by windows; a trained one by contexts, calibrated together with the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragcite.answering.quotes import read_hits
from ragcite.types import DraftSentence, Hit, Location, Passage, Prompt, Source, Span, SupportScore
from ragcite.verification import (
    Blend,
    Calibration,
    ContextJudge,
    Exhibit,
    LexicalSupportModel,
    Verifier,
    WindowJudge,
)

TRUE = ("The reactor was shut down in March 2019 after a coolant leak.", "A leak led to the shutdown in March 2019.")
GERMAN = ("Der Reaktor wurde im März 2019 nach einem Leck abgeschaltet.", "Der Reaktor wurde 2019 abgeschaltet.")


class Opinion:
    """Says the same of every pair, and remembers what it was asked."""

    name = "opinion-1"
    threshold = 0.5

    def __init__(self, supported: float) -> None:
        self.supported = supported
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        self.asked += pairs
        return [SupportScore(self.supported, 0.25)] * len(pairs)


WORDS_ALONE = Blend(0.0, 1.0, 0.0)


def judge(opinion: Opinion, words: float = 0.0, others: Blend = WORDS_ALONE) -> ContextJudge:
    return ContextJudge(opinion, LexicalSupportModel(), Calibration(Blend(1.0, words, 0.0), others, 0.6))


def alone(text: str) -> Exhibit:
    return Exhibit(text, text)


def test_without_weight_on_the_words_the_score_is_the_models_own() -> None:
    found = judge(Opinion(0.8))
    [score] = found.scores(TRUE[1], [alone(TRUE[0])])
    assert abs(score - 0.8) < 1e-9
    assert (found.name, found.threshold) == ("opinion-1 and words", 0.6)


def test_words_lift_the_window_that_covers_the_claim() -> None:
    canteen = "The canteen sells soup on Fridays."
    around = f"{TRUE[0]} {canteen}"
    near, far = judge(Opinion(0.5), words=1.0).scores(TRUE[1], [Exhibit(TRUE[0], around), Exhibit(canteen, around)])
    assert near > far


def test_a_context_is_read_once_however_many_windows_it_has() -> None:
    opinion = Opinion(0.5)
    canteen = "The canteen sells soup on Fridays."
    around = f"{TRUE[0]} {canteen}"
    judge(opinion).scores(TRUE[1], [Exhibit(TRUE[0], around), Exhibit(canteen, around), alone(canteen)])
    assert opinion.asked == [(around, TRUE[1]), (canteen, TRUE[1])]


def test_a_text_is_read_under_its_header_as_the_gate_reads_it() -> None:
    opinion = Opinion(0.5)
    passage = Passage("p", "d", Span(0, len(TRUE[0])), TRUE[0], heading_path=("Plant", "Safety"))
    named_alike = replace(passage, title="Night log")
    for header, where in (
        ("night log › Plant › Safety", passage),
        ("night log", replace(passage, heading_path=())),
        ("Night log › Plant › Safety", named_alike),
    ):
        hit = Hit(where, Location.of(b"/x/night_log.txt"), 1.0)
        prompt = Prompt((), (Source(1, where, hit.location, (where.span,)),))
        Verifier(judge(opinion)).check(DraftSentence(TRUE[1], TRUE[1], Span(0, len(TRUE[1])), (1,)), prompt)
        assert opinion.asked.pop() == (f"{header}\n{TRUE[0]}", TRUE[1])
        [read] = read_hits([hit], "en")
        assert read.shown == f"{header}\n{TRUE[0]}"


def test_other_languages_have_a_blend_of_their_own() -> None:
    opinion = Opinion(0.8)
    [by_words] = LexicalSupportModel().score([GERMAN])
    [words_alone] = judge(opinion).scores(GERMAN[1], [alone(GERMAN[0])])
    assert abs(words_alone - by_words.supported) < 1e-9
    assert opinion.asked == []
    [read] = judge(opinion, others=Blend(1.0, 0.0, 0.0)).scores(GERMAN[1], [alone(GERMAN[0])])
    assert abs(read - 0.8) < 1e-9
    assert opinion.asked == [GERMAN]


def test_english_is_told_by_the_evidence() -> None:
    found = Calibration(Blend(1.0, 0.0, 0.0), Blend(0.0, 1.0, 0.0), 0.5)
    assert found.blend(TRUE[0]) == found.english
    assert found.blend("Room 12.") == found.english  # too short to tell
    for text in (GERMAN[0], "反应堆于2019年3月关闭。", "Реактор был остановлен в марте 2019 года.", "دریاچه خشک است"):
        assert found.blend(text) == found.others


def test_an_exception_outside_the_window_is_in_the_context() -> None:
    """The sentence that shares the claim's words is not all that the model gets to read."""
    opinion = Opinion(0.5)
    rule = "Visitors may park in the yard. In the week of the fair nobody may park there."
    Verifier(judge(opinion)).judge("Visitors may park in the yard.", [rule])
    assert opinion.asked == [(rule, "Visitors may park in the yard.")]


def test_the_packaged_calibration_listens_to_both() -> None:
    for model in ("ragcite-support-2@7ac39fc7b43a", "ragcite-support-3"):
        packaged = Calibration.packaged(model)
        assert packaged.english.model > 0 <= packaged.english.words
        assert 0 < packaged.threshold < 1
        for blend in (packaged.english, packaged.others):
            assert blend(0.9, 0.9) >= blend(0.9, 0.1) > blend(0.1, 0.01)


def test_a_sentence_that_supports_alone_is_quoted_without_its_neighbour() -> None:
    class LikesContext:
        """Scores what holds the sentence, and a little more what holds the one before it too."""

        name, threshold = "likes context", 0.5

        def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
            return [SupportScore(0.1 + 0.6 * ("stairs" in text) + 0.1 * ("canteen" in text)) for text, _ in pairs]

    evidence = "The canteen opens at noon. The stairs were painted green."
    judgement = Verifier(WindowJudge(LikesContext())).judge("The stairs were painted green.", [evidence])
    assert [part.span.of(evidence) for part in judgement.evidence] == ["The stairs were painted green."]
