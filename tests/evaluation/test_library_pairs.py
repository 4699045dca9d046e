"""Pairs made from documents: labels that hold, the same for the same seed."""

from __future__ import annotations

from ragcite.evaluation import library_pairs
from ragcite.evaluation.library_pairs import CHANGED, ELSEWHERE, KEPT

LEASE = (
    "The lease of the boathouse runs for 12 years from May 2019. The tenant pays 400 pounds a month in advance. "
    "Repairs of the roof are paid by the landlord alone. The tenant may not sublet any part of the boathouse. "
    "Keys are kept by the harbour master in his office. The slipway is shared with the rowing club."
)
CLUB = (
    "The rowing club was founded in 1931 by eleven dock workers. Its members train on Tuesdays and on Fridays. "
    "The club owns nine boats and rents two more. A boat may be taken out by members over sixteen only. "
    "The annual regatta is held in June on the lake. Guests pay 5 pounds for a day on the water."
)


def test_every_label_holds_by_construction() -> None:
    pairs = library_pairs([LEASE, CLUB], 60)
    origins = {pair.origin for pair in pairs}
    assert origins == {KEPT, CHANGED, ELSEWHERE}
    for pair in pairs:
        verbatim = any(pair.claim in text for text in pair.evidence)
        if pair.origin == KEPT:
            assert pair.supported
        else:
            assert not pair.supported
            assert not verbatim


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert library_pairs([LEASE, CLUB], 20, seed=3) == library_pairs([LEASE, CLUB], 20, seed=3)
    assert library_pairs([LEASE, CLUB], 20, seed=3) != library_pairs([LEASE, CLUB], 20, seed=4)


def test_no_documents_make_no_pairs() -> None:
    assert library_pairs([], 20) == []
    assert library_pairs(["Too short."], 20) == []


def test_a_repeated_sentence_is_no_near_miss() -> None:
    for pair in library_pairs([LEASE, LEASE, CLUB], 80):
        if pair.origin == ELSEWHERE:
            assert not any(pair.claim in text for text in pair.evidence)
