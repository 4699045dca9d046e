"""Whether a number of a claim stands in its evidence, or follows from numbers that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ragcite.verification.quantities.derivations import derived
from ragcite.verification.quantities.extract import Facts, Quantity
from ragcite.verification.quantities.likeness import comparable, equal, same_noun


@dataclass(frozen=True, slots=True)
class Match:
    """`found` or not; `derivation` names how it follows; `against` is what the evidence says instead."""

    found: bool
    derivation: str | None = None
    against: Quantity | None = None


def match_quantity(wanted: Quantity, evidence: Facts, claim_text: str, evidence_text: str) -> Match:
    """Looks for `wanted` among the evidence's numbers, then for a rounding, sum, difference or count that gives it."""
    same = [other for other in evidence.quantities if equal(wanted, other)]
    if same:
        return _bound_or_noun(wanted, same, evidence.quantities)
    if wanted.year and any(int(value) in evidence.years for value in wanted.readings):
        return Match(True)
    derivation = derived(wanted, evidence, claim_text, evidence_text)
    if derivation:
        return Match(True, derivation)
    return Match(False, against=_instead(wanted, evidence.quantities))


def _bound_or_noun(wanted: Quantity, same: Sequence[Quantity], everything: Sequence[Quantity]) -> Match:
    opposite = {"<": ">", ">": "<"}.get(wanted.bound)
    if opposite and all(other.bound == opposite for other in same):
        return Match(False, against=same[0])
    if wanted.noun and not wanted.year and all(other.noun and not same_noun(wanted, other) for other in same):
        rival = next((o for o in everything if same_noun(wanted, o) and not equal(wanted, o)), None)
        if rival is not None:
            return Match(False, against=rival)
    return Match(True)


def _instead(wanted: Quantity, everything: Iterable[Quantity]) -> Quantity | None:
    """The evidence's own figure for the same thing: same unit, same noun, or both years."""
    alike = [o for o in everything if comparable(wanted, o)]
    named = [o for o in alike if wanted.unit or (wanted.year and o.year) or same_noun(wanted, o) or o.kind != "number"]
    return named[0] if named else None
