"""The whole path: from a claim to a verdict, from a draft sentence to its citations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ragcite.prompting import parse_draft
from ragcite.types import DraftSentence, Prompt, Repair, Span, SupportScore, Verdict
from ragcite.verification import LexicalSupportModel, Verifier, WindowJudge

SOLD = "It sold its Paris office in 2021."
OTHER = "The museum opens at ten and closes at six."
Make = Callable[..., Prompt]


def draft(text: str, sources: int = 3) -> DraftSentence:
    (sentence,) = parse_draft(text, sources, "en").sentences
    return sentence


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(WindowJudge(LexicalSupportModel()))


def test_a_claim_that_stands_in_the_evidence_is_supported_and_its_place_is_named(verifier: Verifier) -> None:
    evidence = f"{OTHER} {SOLD} The weather was fine."
    judgement = verifier.judge(SOLD, [OTHER, evidence])
    assert judgement.verdict is Verdict.SUPPORTED
    assert judgement.evidence[0].index == 1
    assert judgement.evidence[0].span.of(evidence) == SOLD


@pytest.mark.parametrize(
    "evidence",
    [
        "It is false that it sold its Paris office in 2021.",
        "The sale of its Paris office in 2021 was denied.",
        "It will not sell its Paris office in 2021.",
        "It may sell its Paris office in 2021.",
        "It sold its Paris office in 2020.",
        "It sold its Paris office in 2021, a newspaper wrote. This was denied.",
        OTHER,
        "",
    ],
)
def test_what_the_evidence_denies_doubts_or_does_not_say_is_never_supported(verifier: Verifier, evidence: str) -> None:
    judgement = verifier.judge(f"{SOLD} [1]", [evidence])
    assert judgement.verdict in (Verdict.CONTRADICTED, Verdict.UNSUPPORTED)
    assert judgement.score <= LexicalSupportModel().threshold


def test_a_veto_lowers_the_score_below_the_models_own(verifier: Verifier) -> None:
    judgement = verifier.judge(SOLD, ["It is false that it sold its Paris office in 2021."])
    assert judgement.verdict is Verdict.CONTRADICTED
    assert [veto.name for veto in judgement.vetoes] == ["polarity"]
    assert judgement.score < LexicalSupportModel().threshold < judgement.model_score


def test_a_neighbouring_sentence_cannot_hide_a_denial(verifier: Verifier) -> None:
    evidence = (
        "Its Paris office opened in 2001. It did not sell its Paris office in 2021. The Paris office has 2021 desks."
    )
    assert verifier.judge(SOLD, [evidence]).verdict is Verdict.CONTRADICTED


def test_a_question_gets_a_verdict_of_its_own(verifier: Verifier) -> None:
    assert verifier.judge("Was it sold?", [SOLD]).verdict is Verdict.NOT_CHECKABLE


def test_two_texts_may_support_together(model: Any) -> None:
    claim = "Anna Berg leads the Mira reactor and holds a doctorate from Uppsala."
    texts = ["Anna Berg leads the Mira reactor.", "Anna Berg holds a doctorate from Uppsala."]
    judgement = Verifier(WindowJudge(model)).judge(claim, texts)
    assert judgement.verdict is Verdict.SUPPORTED
    assert {span.index for span in judgement.evidence} == {0, 1}
    assert Verifier(WindowJudge(model)).judge(claim, texts[:1]).verdict is Verdict.UNSUPPORTED


def test_the_model_is_called_once_for_a_sentence(model: Any, make_prompt: Make) -> None:
    Verifier(WindowJudge(model)).check(draft(f"{SOLD[:-1]} [1][2]."), make_prompt(SOLD, OTHER, "It sold bread."))
    assert len(model.calls) == 1


def test_a_right_citation_is_kept_and_its_quote_is_the_documents_words(verifier: Verifier, make_prompt: Make) -> None:
    prompt = make_prompt(f"{OTHER} {SOLD}", OTHER)
    checked = verifier.check(draft("It sold its Paris office in 2021 [1]."), prompt)
    assert (checked.judgement.verdict, checked.repairs, checked.reason) == (Verdict.SUPPORTED, (), None)
    ((number, quote),) = checked.quotes
    whole = f"Preface 1. {OTHER} {SOLD}"
    assert (number, quote.text) == (1, SOLD)
    assert quote.span.of(whole) == quote.text
    assert quote.passage_id == prompt.sources[0].passage.id


def test_only_what_the_prompt_showed_can_support(verifier: Verifier, make_prompt: Make) -> None:
    text = f"{OTHER} {SOLD}"
    prompt = make_prompt(text, shown=((0, len(OTHER)),))
    assert (
        verifier.check(draft("It sold its Paris office in 2021 [1]."), prompt).judgement.verdict is Verdict.UNSUPPORTED
    )
    prompt = make_prompt(text, shown=((0, 10), (len(OTHER) + 1, len(text))))
    ((_, quote),) = verifier.check(draft("It sold its Paris office in 2021 [1]."), prompt).quotes
    assert quote.span.of(f"Preface 1. {text}") == SOLD


def test_a_wrong_number_is_pointed_to_the_source_that_supports(verifier: Verifier, make_prompt: Make) -> None:
    checked = verifier.check(draft("It sold its Paris office in 2021 [1]."), make_prompt(OTHER, SOLD))
    assert [number for number, _ in checked.quotes] == [2]
    assert checked.repairs == (Repair.REPOINTED,)


def test_a_sentence_without_a_marker_gets_one(verifier: Verifier, make_prompt: Make) -> None:
    checked = verifier.check(draft(SOLD), make_prompt(OTHER, SOLD))
    assert [number for number, _ in checked.quotes] == [2]
    assert checked.repairs == (Repair.ADDED,)


def test_a_number_that_names_no_source_is_dropped(verifier: Verifier, make_prompt: Make) -> None:
    checked = verifier.check(draft("It sold its Paris office in 2021 [1][9]."), make_prompt(SOLD, OTHER))
    assert [number for number, _ in checked.quotes] == [1]
    assert checked.repairs == (Repair.DROPPED,)


def test_an_irrelevant_citation_is_dropped(verifier: Verifier, make_prompt: Make) -> None:
    checked = verifier.check(draft("It sold its Paris office in 2021 [1, 2]."), make_prompt(SOLD, OTHER))
    assert [number for number, _ in checked.quotes] == [1]
    assert checked.repairs == (Repair.DROPPED,)


def test_two_sources_that_both_support_are_both_kept(verifier: Verifier, make_prompt: Make) -> None:
    checked = verifier.check(draft("It sold its Paris office in 2021 [1, 2]."), make_prompt(SOLD, f"{OTHER} {SOLD}"))
    assert [number for number, _ in checked.quotes] == [1, 2]
    assert checked.repairs == ()


def test_a_sentence_that_nothing_supports_is_withheld_with_a_reason(verifier: Verifier, make_prompt: Make) -> None:
    denied = make_prompt("It did not sell its Paris office in 2021.", OTHER)
    checked = verifier.check(draft("It sold its Paris office in 2021 [1]."), denied)
    assert checked.judgement.verdict is Verdict.CONTRADICTED
    assert checked.quotes == ()
    assert checked.reason is not None
    assert "polarity" in checked.reason
    nothing = verifier.check(draft("Bread is baked at night [1]."), make_prompt(OTHER))
    assert nothing.reason is not None
    assert "no source supports it" in nothing.reason


def test_a_source_outside_the_prompt_is_never_cited(verifier: Verifier) -> None:
    sentence = DraftSentence(SOLD, SOLD, Span(0, len(SOLD)), cited=(4,))
    assert verifier.check(sentence, Prompt(())).judgement.verdict is Verdict.UNSUPPORTED


def test_a_quotation_is_compared_with_the_document_itself(verifier: Verifier, make_prompt: Make) -> None:
    prompt = make_prompt("The manual says see note [1] below for the details.")
    checked = verifier.check(draft("The manual says “see note (1) below for the details” [1]."), prompt)
    assert checked.judgement.verdict is Verdict.SUPPORTED
    assert "[1]" in checked.quotes[0][1].text


def test_a_claim_that_is_a_sentence_of_the_source_passes_whatever_the_model_thinks() -> None:
    class Doubter:
        name, threshold = "doubter", 0.5

        def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
            return [SupportScore(0.01)] * len(pairs)

    verifier = Verifier(WindowJudge(Doubter()))
    text = "- **The yard is closed on Sundays.**\n- Keys hang in the office."
    assert verifier.judge("The yard is closed on Sundays", [text]).verdict is Verdict.SUPPORTED
    assert verifier.judge("The yard is open on Sundays", [text]).verdict is not Verdict.SUPPORTED
