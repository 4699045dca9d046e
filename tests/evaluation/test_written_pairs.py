"""The labelled pairs that the package carries."""

from __future__ import annotations

from collections import Counter

from ragcite.evaluation import packaged_pairs
from ragcite.evaluation.written_pairs import ANSWERS, MIXED, PACKAGED


def test_the_packaged_pairs_are_as_many_as_is_said_of_them() -> None:
    pairs = packaged_pairs()
    passages = {pair.evidence for pair in pairs}
    assert PACKAGED.startswith(f"{len(pairs):,} written pairs of {len(passages)} passages")
    assert [*packaged_pairs(ANSWERS), *packaged_pairs(MIXED)] == pairs


def test_no_claim_has_both_labels_and_every_passage_has_claims_of_both() -> None:
    labels = Counter((pair.evidence, pair.supported) for pair in packaged_pairs())
    assert {count >= 3 for count in labels.values()} == {True}
    claims = Counter((pair.evidence, pair.claim) for pair in packaged_pairs())
    assert max(claims.values()) == 1
