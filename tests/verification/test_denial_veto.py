"""A plain denial in any source stops a claim that a wordier sentence of another seems to support."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.prompting import parse_draft
from ragcite.types import Prompt, Verdict
from ragcite.verification import LexicalSupportModel, Verifier, WindowJudge
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes import denial_veto

SCANS = "The archive program can take the result of the OCR that the scanner has put into its files."
DENIAL = "The archive program is **not** OCR software."


@pytest.mark.parametrize(
    ("claim", "evidence", "denied"),
    [
        ("The archive program does OCR.", [SCANS, DENIAL], True),
        ("The archive program does OCR.", [SCANS], False),
        ("The archive program is not OCR software.", [SCANS, DENIAL], False),
        ("Members pay for the sauna.", ["Members do not pay for the sauna.", "Members pay for the sauna."], False),
        ("Members pay for the sauna.", ["Members of other clubs pay for the sauna.", "Members don't pay."], False),
        (
            "Gäste zahlen im Bad.",
            ["Gäste zahlen nicht im Bad.", "Im Bad zahlen alle Gäste aus dem Ort zehn Euro."],
            True,
        ),
    ],
)
def test_of_the_sentences_with_the_claims_words_the_plainest_counts(
    claim: str, evidence: list[str], denied: bool
) -> None:
    language = "de" if "ä" in claim else "en"
    found = denial_veto(Reading(claim, language), [Reading(text, language) for text in evidence])
    assert bool(found.vetoes) is denied
    assert found.contradicts is denied


def test_a_sentence_that_another_source_denies_is_withheld_and_says_so(make_prompt: Callable[..., Prompt]) -> None:
    verifier = Verifier(WindowJudge(LexicalSupportModel()), threshold=0.1)
    for draft in ("The archive program does OCR [1].", "Yes, the archive program does OCR [1]."):
        (sentence,) = parse_draft(draft, 2, "en").sentences
        assert verifier.check(sentence, make_prompt(SCANS)).judgement.verdict is Verdict.SUPPORTED
        checked = verifier.check(sentence, make_prompt(SCANS, DENIAL))
        assert checked.judgement.verdict is Verdict.CONTRADICTED
        assert checked.reason is not None
        assert DENIAL in checked.reason
