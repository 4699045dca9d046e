"""Every number of the claim stands in the evidence, with its unit, or follows from numbers that do."""

from __future__ import annotations

import re

from ragcite.types import Veto
from ragcite.verification.quantities import Match, Quantity, match_quantity
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.finding import Finding

NAME = "number"


def number_veto(claim: Reading, evidence: Reading) -> Finding:
    """Fires for each number, percentage, amount, ordinal or time of the claim that the evidence does not give."""
    vetoes, derivations, contradicts = [], [], False
    for wanted in claim.facts.quantities:
        match = match_quantity(wanted, evidence.facts, claim.text, evidence.text)
        if match.derivation:
            derivations.append(match.derivation)
        if not match.found and not _is_part_of_a_name(wanted, claim.text, evidence.text):
            vetoes.append(Veto(NAME, _detail(wanted, match)))
            contradicts = contradicts or match.against is not None
    return Finding(tuple(vetoes), contradicts, tuple(derivations))


def _is_part_of_a_name(wanted: Quantity, claim: str, evidence: str) -> bool:
    """ "DX 410" of "DX-410"."""
    led = re.search(rf"\b([A-Z]{{1,5}})[ -]{re.escape(wanted.text)}\b", claim)
    return led is not None and re.search(rf"\b{led[1]}[ -]?{re.escape(wanted.text)}\b", evidence) is not None


def _detail(wanted: Quantity, match: Match) -> str:
    if match.against is None:
        return f"{wanted.text} is not in the source"
    return f"{_named(wanted)} is not in the source, which says {_named(match.against)}"


def _named(quantity: Quantity) -> str:
    bound = {"<": "at most ", ">": "at least "}.get(quantity.bound, "") if quantity.kind == "number" else ""
    return bound + (f"{quantity.text} {quantity.noun}" if quantity.noun else quantity.text)
