"""The opposite of a word is a contradiction, but not where both sides have changed places with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

# (evidence, claim)
TRUE = [
    ("The old mill was sold to a family from Leeds.", "A family from Leeds bought the old mill."),
    ("The old mill was sold to a family from Leeds.", "The old mill was bought by a family from Leeds."),
    ("Harlow Ltd. sold the barn to the Quinn brothers.", "The Quinn brothers bought the barn from Harlow Ltd."),
    ("Rainfall in June was higher than in July.", "Rainfall in July was lower than in June."),
    ("The concert took place before the auction.", "The auction took place after the concert."),
    ("The north wing has more rooms than the east wing.", "The east wing has fewer rooms than the north wing."),
    ("The orchard lies above the chapel.", "The chapel lies below the orchard."),
]
FALSE = [
    ("The Quinn brothers bought the barn in May.", "The Quinn brothers sold the barn in May."),
    ("The old mill was bought by a family from Leeds.", "A family from Leeds sold the old mill."),
    ("The old mill was bought by a family from Leeds.", "The old mill was sold by a family from Leeds."),
    ("Rainfall in June was higher than in July.", "Rainfall in June was lower than in July."),
    ("The concert took place before the auction.", "The concert took place after the auction."),
    ("The orchard lies above the chapel.", "The orchard lies below the chapel."),
    ("The rent of the barn rose in April.", "The rent of the barn fell in April."),
]


@pytest.mark.parametrize(("evidence", "claim"), TRUE)
def test_a_true_sentence_said_from_the_other_side_survives(
    veto: Callable[[str, str, str], Finding], evidence: str, claim: str
) -> None:
    assert not veto("antonym", claim, evidence).vetoes


@pytest.mark.parametrize(("evidence", "claim"), FALSE)
def test_the_opposite_from_the_same_side_is_a_contradiction(
    veto: Callable[[str, str, str], Finding], evidence: str, claim: str
) -> None:
    assert veto("antonym", claim, evidence).contradicts
