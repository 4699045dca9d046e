"""A support model and the words, calibrated together."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.types import SupportScore
from ragcite.verification import LexicalSupportModel, Verifier
from ragcite.verification.calibrated import CalibratedSupportModel, Calibration

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


def calibrated(opinion: Opinion) -> CalibratedSupportModel:
    return CalibratedSupportModel(opinion, LexicalSupportModel(), Calibration(1.0, 0.0, 0.0, 0.6))


def test_without_weight_on_the_words_the_score_is_the_models_own() -> None:
    model = calibrated(Opinion(0.8))
    [score] = model.score([TRUE])
    assert abs(score.supported - 0.8) < 1e-9
    assert score.contradicted == 0.25
    assert (model.name, model.threshold) == ("opinion-1 and words", 0.6)


def test_words_lift_what_they_cover_above_what_they_do_not() -> None:
    model = CalibratedSupportModel(Opinion(0.5), LexicalSupportModel(), Calibration(1.0, 1.0, 0.0, 0.5))
    near, far = model.score([TRUE, (TRUE[0], "The canteen sells soup on Fridays.")])
    assert near.supported > far.supported


def test_a_language_the_model_does_not_read_is_judged_by_words_at_the_same_threshold() -> None:
    opinion = Opinion(0.99)
    model = calibrated(opinion)
    lexical = LexicalSupportModel()
    found = model.score([TRUE, GERMAN, (GERMAN[0], "Die Kantine verkauft freitags Suppe.")])
    assert opinion.asked == [TRUE]
    by_words = lexical.score([GERMAN, (GERMAN[0], "Die Kantine verkauft freitags Suppe.")])
    assert [score.supported > model.threshold for score in found[1:]] == [
        score.supported > lexical.threshold for score in by_words
    ]


def test_the_packaged_calibration_listens_to_both() -> None:
    packaged = Calibration.packaged()
    assert packaged.model > 0 < packaged.words
    assert 0 < packaged.threshold < 1
    assert packaged.blend(0.9, 0.9) > packaged.blend(0.9, 0.1) > packaged.blend(0.1, 0.1)


def test_a_sentence_that_supports_alone_is_quoted_without_its_neighbour() -> None:
    class LikesContext:
        """Scores what holds the sentence, and a little more what holds the one before it too."""

        name, threshold = "likes context", 0.5

        def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
            return [SupportScore(0.1 + 0.6 * ("stairs" in text) + 0.1 * ("canteen" in text)) for text, _ in pairs]

    evidence = "The canteen opens at noon. The stairs were painted green."
    judgement = Verifier(LikesContext()).judge("The stairs were painted green.", [evidence])
    assert [part.span.of(evidence) for part in judgement.evidence] == ["The stairs were painted green."]
