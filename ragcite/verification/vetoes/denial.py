"""The sentence that comes nearest to the claim says the opposite, in whichever source it stands."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.types import Veto
from ragcite.verification.alignment import align, weight
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.finding import NOTHING, Finding
from ragcite.verification.vetoes.polarity import NAME, polarity_veto

COVERAGE = 0.95  # of the claim's words: with less, the sentence may deny something else
LONGEST = 80  # characters of the denial that are shown


def denial_veto(claim: Reading, evidence: Sequence[Reading]) -> Finding:
    """Fires when, of all sentences that hold the claim's words, the one with least beside them has the other polarity.

    A wordier sentence of another source may seem to support what a plain one denies.
    """
    found = [
        (_closeness(claim, reading, aligned.sentence.of(reading.text)), aligned.sentence.of(reading.text))
        for reading in evidence
        for aligned in align(claim, reading, COVERAGE)
    ]
    if not found:
        return NOTHING
    _, nearest = max(found)
    sentence = Reading(nearest, claim.language)
    if not polarity_veto(claim, sentence, align(claim, sentence), least_share=0.0).vetoes:
        return NOTHING
    shown = nearest if len(nearest) <= LONGEST else f"{nearest[:LONGEST]}…"
    return Finding((Veto(NAME, f"a source says “{shown}”"),), contradicts=True)


def _closeness(claim: Reading, reading: Reading, sentence: str) -> float:
    """The claim's share of the sentence's words, by weight."""
    theirs = sum(map(weight, Reading(sentence, reading.language).tokens)) or 1.0
    return sum(map(weight, claim.tokens)) / theirs
