"""Which sentences can be checked at all."""

from __future__ import annotations

import pytest

from ragcite.verification import not_checkable


@pytest.mark.parametrize(
    "sentence",
    [
        "When was it sold?",
        "什么时候？",
        "Hello!",
        "Thank you for your question.",
        "Sure!",
        "I hope this helps.",
        "# Sales in 2021",
        "Here is the answer:",
        "Sources:",
        "The documents do not say.",
        "The documents do not say when the office was sold.",
        "The provided context does not mention the fee.",
        "None of the sources mentions a fee.",
        "I could not find the answer in the documents.",
        "There is no information about the fee in the sources.",
        "I'm sorry, I cannot answer this.",
        "Die Dokumente sagen dazu nichts und geben keine Auskunft.",
        "Ich konnte dazu in den Dokumenten nichts finden, also keine Angabe.",
        "Los documentos no lo dicen.",
        "Les documents ne le disent pas.",
        "文件中没有说明。",
        "...",
        "---",
        "",
    ],
)
def test_what_claims_nothing_is_not_checkable(sentence: str) -> None:
    assert not_checkable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The office was sold.",
        "Paris",
        "42",
        "The contract does not mention a penalty.",
        "The documents do not say why, but the fee is higher.",
        "The documents do not say so before 2021.",
        "It does not work without power.",
        "The documents are kept for ten years.",
        "Thank you letters are sent to every donor.",
        "No member may vote twice.",
        "Hello, the fee is 50 euros.",
        "Das Büro wurde verkauft.",
        "公司没有出售办公室。",
        "Here is a fee of 50 euros: the yearly one.",
        "The documents prove that the office was never sold.",
        "It never provides lunch.",
        "It contains no nuts.",
        "No information may be passed on.",
    ],
)
def test_what_makes_a_claim_is_checkable(sentence: str) -> None:
    assert not_checkable(sentence) is None
