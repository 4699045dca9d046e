"""The labelled pairs that the package carries."""

from __future__ import annotations

from collections import Counter

from ragcite.evaluation import packaged_pairs
from ragcite.evaluation.written_pairs import ANSWERS, LANGUAGES, MIXED, PACKAGED, PACKAGED_LANGUAGES


def test_the_packaged_pairs_are_as_many_as_is_said_of_them() -> None:
    for said, pairs in ((PACKAGED, packaged_pairs()), (PACKAGED_LANGUAGES, packaged_pairs(LANGUAGES))):
        passages = {pair.evidence for pair in pairs}
        assert said.startswith(f"{len(pairs):,} written pairs of {len(passages)} passages")
    pairs = packaged_pairs()
    assert [*packaged_pairs(ANSWERS), *packaged_pairs(MIXED)] == pairs


def test_no_claim_has_both_labels_and_every_passage_has_claims_of_both() -> None:
    labels = Counter((pair.evidence, pair.supported) for pair in packaged_pairs())
    assert {count >= 3 for count in labels.values()} == {True}
    claims = Counter((pair.evidence, pair.claim) for pair in packaged_pairs())
    assert max(claims.values()) == 1


def test_a_pair_in_another_language_says_which() -> None:
    assert {pair.origin for pair in packaged_pairs(LANGUAGES)} == {*"de fr es it pt nl pl ru zh ja".split()}
    assert {pair.origin for pair in packaged_pairs()} == {"supported", "contradicted", "absent"}
