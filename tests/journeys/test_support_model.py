"""The support models that the package carries: the real weights on sentences that nobody trained it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragcite.backends.cross_encoder import CrossEncoder, packaged_support
from ragcite.backends.model_catalogue import known
from ragcite.backends.model_files import sha256_of
from ragcite.backends.pair_decoder import WEIGHTS, PairDecoder, adapter_base, packaged_adapter

pytestmark = pytest.mark.journey

# (evidence, what it says, what it does not say)
TRIPLES = [
    (
        "The bakery on Mill Lane opens at six on weekdays.",
        "On weekdays the bakery opens at six.",
        "On weekdays the bakery does not open at six.",
    ),
    (
        "Ms. Adeyemi may approve orders below 500 euros.",
        "Orders below 500 euros may be approved by Ms. Adeyemi.",
        "Ms. Adeyemi must approve orders below 500 euros.",
    ),
    (
        "The ferry was late because of fog on the lake.",
        "Fog on the lake made the ferry late.",
        "The ferry was late because of a strike.",
    ),
    (
        "All tenants received the letter in May.",
        "The letter reached all tenants in May.",
        "Only some tenants received the letter in May.",
    ),
    (
        "The old mill was sold to a family from Leeds.",
        "A family from Leeds bought the old mill.",
        "The old mill was rented to a family from Leeds.",
    ),
    (
        "Dogs are allowed in the garden but not in the café.",
        "Dogs may be taken into the garden.",
        "Dogs are allowed in the café.",
    ),
    (
        "The choir will probably sing in Ghent next spring.",
        "The choir will probably sing in Ghent next spring.",
        "The choir sang in Ghent last spring.",
    ),
    (
        "The committee rejected the second proposal.",
        "The second proposal was rejected by the committee.",
        "The committee accepted the second proposal.",
    ),
    (
        "Rainfall in June was higher than in July.",
        "More rain fell in June than in July.",
        "Rainfall in June was lower than in July.",
    ),
    (
        "No member of the crew was hurt in the accident.",
        "Nobody of the crew was hurt in the accident.",
        "Several members of the crew were hurt in the accident.",
    ),
]


def test_the_packaged_weights_are_the_ones_that_were_measured() -> None:
    weights = packaged_support() / "model.safetensors"
    assert sha256_of(weights) == known("ragcite-support-2").pinned["model.safetensors"]
    assert weights.stat().st_size < 50e6


def test_what_a_sentence_says_scores_above_what_it_does_not_say() -> None:
    model = CrossEncoder(packaged_support())
    true = model.score([(evidence, said) for evidence, said, _ in TRIPLES])
    false = model.score([(evidence, unsaid) for evidence, _, unsaid in TRIPLES])
    right = [one.supported > other.supported for one, other in zip(true, false, strict=True)]
    # Seven at the time of writing: fewer would mean other weights, or another reading of the same ones.
    assert sum(right) >= 7, [triple for triple, ok in zip(TRIPLES, right, strict=True) if not ok]


def test_the_adapter_is_the_one_that_was_measured_and_reads_better_than_the_small_model(smollm2: Path) -> None:
    weights = packaged_adapter() / WEIGHTS
    assert sha256_of(weights) == known("ragcite-support-3").pinned[WEIGHTS]
    assert adapter_base(packaged_adapter()) == known("ragcite-support-3").base
    model = PairDecoder(smollm2, packaged_adapter(), threads=1)
    true = model.score([(evidence, said) for evidence, said, _ in TRIPLES])
    false = model.score([(evidence, unsaid) for evidence, _, unsaid in TRIPLES])
    right = [one.supported > other.supported for one, other in zip(true, false, strict=True)]
    # Seven or eight at the time of writing; these are harder than a passage: one sentence, one change.
    assert sum(right) >= 7, [triple for triple, ok in zip(TRIPLES, right, strict=True) if not ok]


def test_the_adapter_knows_which_questions_a_passage_answers(smollm2: Path) -> None:
    model = PairDecoder(smollm2, packaged_adapter(), threads=1)
    passage = (
        "The bakery on Mill Lane opens at six on weekdays and at eight on Saturdays. Orders of more than twenty rolls"
        " must be placed the day before, by telephone or at the counter; Mr Oduya keeps the book."
    )
    answered = ("When does the bakery open on a Tuesday?", "How do I order thirty rolls?", "Who keeps the order book?")
    silent = ("When does the bakery close?", "What do thirty rolls cost?", "Who bakes the rolls?")
    yes = [model.rerank(question, [passage])[0] for question in answered]
    no = [model.rerank(question, [passage])[0] for question in silent]
    assert min(yes) > max(no), (yes, no)
