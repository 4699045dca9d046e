"""Whether a number of a claim stands in its evidence, or follows from numbers that do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product

from ragcite.verification.quantities.extract import Facts, Quantity
from ragcite.verification.quantities.ranges import year_in_range

_CONVERSION = Fraction(1, 100)  # converted values may be rounded by one per cent
_WITHIN_BOUND = Fraction(1, 3)  # "over 50" of 75 at most
_MOST_DERIVED_FROM = 12
_SUM = re.compile(
    r"\b(?:total|together|combined|sum|altogether|overall|in all|both|insgesamt|zusammen|gesamt\w*|summe|juntos|ambos|"
    r"au total|ensemble|somme)\b|总共|一共|合计|共",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:difference|more|less|fewer|increas\w*|decreas\w*|rose|fell|grew|grown|gain\w*|los[tse]\w*|drop\w*|remain\w*|"
    r"left|older|younger|longer|shorter|higher|lower|later|sooner|earlier|after|before|over|for|lasted|within|between|cut|"
    r"cheaper|dearer|heavier|lighter|another|further|extra|short|wait\w*|sav(?:es?|ed|ing)|ahead|gap|margin|rest|others?|"
    r"took|takes|those|than|still|only|"
    r"mehr|weniger|länger|kürzer|stieg|sank|nach|später|más|menos|aumentó|bajó|después|plus|moins|augment\w*|après|"
    r"durant|pendant)\b"
    r"|增加|减少|增长|下降|相差|(?<![最至])[多少]",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every|apiece|per|jede[rs]?|je|cada|chaque|par)\b|每", re.IGNORECASE)
_LIST = re.compile(
    r"(?:[^\s,;.:][^,;.:]{0,60}(?:,|、)\s*)+(?:(?:and|or|und|oder|y|o|et|ou|和|以及)\s*)?[^,;.:、]{2,60}"
)
_PAIR = re.compile(r"\w+ (?:and|und|y|et) \w+|\w+和\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """`found` or not; `derivation` names how it follows; `against` is what the evidence says instead."""

    found: bool
    derivation: str | None = None
    against: Quantity | None = None


def match_quantity(wanted: Quantity, evidence: Facts, claim_text: str, evidence_text: str) -> Match:
    """Looks for `wanted` among the evidence's numbers, then for a rounding, sum, difference or count that gives it."""
    same = [other for other in evidence.quantities if _equal(wanted, other)]
    if same:
        return _bound_or_noun(wanted, same, evidence.quantities)
    if wanted.year and any(int(value) in evidence.years for value in wanted.readings):
        return Match(True)
    derivation = _derived(wanted, evidence, claim_text, evidence_text)
    if derivation:
        return Match(True, derivation)
    return Match(False, against=_instead(wanted, evidence.quantities))


def _equal(a: Quantity, b: Quantity) -> bool:
    if a.kind == "time" or b.kind == "time":
        return a.kind == b.kind and bool(a.readings & b.readings)
    if b.kind == "ordinal" and a.kind != "ordinal":
        return False
    if a.unit is None or b.unit is None:
        return _plain_equal(a, b)
    if a.unit.dimension != b.unit.dimension:
        degrees = {"celsius", "fahrenheit", "angle or degrees"}
        loose = "angle or degrees" in (a.unit.dimension, b.unit.dimension)
        return loose and {a.unit.dimension, b.unit.dimension} <= degrees and bool(a.readings & b.readings)
    if a.unit.factor == b.unit.factor:
        return bool(a.readings & b.readings) or _rounded_percentage(a, b)
    return any(_close(x, y, _CONVERSION) for x in _base(a) for y in _base(b))


def _plain_equal(a: Quantity, b: Quantity) -> bool:
    if a.unit is not None and b.noun:  # "5 kg" is not "5 people"
        return False
    if a.readings & b.readings:
        return True
    percent = a.unit is not None and a.unit.dimension == "percent"
    return percent and any(value / 100 in b.readings for value in a.readings)


def _rounded_percentage(a: Quantity, b: Quantity) -> bool:
    """A third is 33 %."""
    if a.unit is None or a.unit.dimension != "percent":
        return False
    repeating = any(".333" in q.text or ".666" in q.text for q in (a, b))
    return repeating and any(abs(x - y) <= Fraction(1, 2) for x in a.readings for y in b.readings)


def _base(q: Quantity) -> list[Fraction]:
    factor = q.unit.factor if q.unit else Fraction(1)
    return [value * factor for value in q.readings]


def _close(x: Fraction, y: Fraction, tolerance: Fraction) -> bool:
    return abs(x - y) <= tolerance * max(abs(x), abs(y))


def _bound_or_noun(wanted: Quantity, same: Sequence[Quantity], everything: Sequence[Quantity]) -> Match:
    opposite = {"<": ">", ">": "<"}.get(wanted.bound)
    if opposite and all(other.bound == opposite for other in same):
        return Match(False, against=same[0])
    if wanted.noun and not wanted.year and all(other.noun and not _same_noun(wanted, other) for other in same):
        rival = next((o for o in everything if _same_noun(wanted, o) and not _equal(wanted, o)), None)
        if rival is not None:
            return Match(False, against=rival)
    return Match(True)


def _same_noun(a: Quantity, b: Quantity) -> bool:
    if not a.noun or not b.noun:
        return False
    shorter, longer = sorted((a.noun, b.noun), key=len)
    return longer.startswith(shorter[: max(3, len(shorter) - 2)]) and len(longer) - len(shorter) <= 3


def _comparable(a: Quantity, b: Quantity) -> bool:
    if a.kind != b.kind:
        return False
    if a.unit and b.unit:
        return a.unit.dimension == b.unit.dimension
    return a.unit is None and b.unit is None


def _instead(wanted: Quantity, everything: Iterable[Quantity]) -> Quantity | None:
    """The evidence's own figure for the same thing: same unit, same noun, or both years."""
    alike = [o for o in everything if _comparable(wanted, o)]
    named = [o for o in alike if wanted.unit or (wanted.year and o.year) or _same_noun(wanted, o) or o.kind != "number"]
    return named[0] if named else None


def _derived(wanted: Quantity, evidence: Facts, claim_text: str, evidence_text: str) -> str | None:
    if wanted.kind == "ordinal":
        return _century(wanted, evidence)
    if wanted.kind != "number":
        return None
    if wanted.year and any(year_in_range(int(value), evidence_text) for value in wanted.readings):
        return f"{wanted.text} lies between two years"
    return (
        _rounding(wanted, evidence.quantities)
        or _ratio(wanted, evidence.quantities)
        or _between_times(wanted, evidence)
        or _span_of_years(wanted, evidence)
        or _arithmetic(wanted, evidence.quantities, claim_text, evidence_text)
        or _count(wanted, evidence.quantities, evidence_text)
    )


def _rounding(wanted: Quantity, everything: Iterable[Quantity]) -> str | None:
    if wanted.year and not wanted.bound:
        return None
    for other in everything:
        if not _comparable(wanted, other) or not _nouns_agree(wanted, other):
            continue
        for x in _base(wanted):
            for y in _base(other):
                if _rounds_to(y, x, wanted, other):
                    how = "rounded" if wanted.bound in ("", "~") else "within the bound"
                    return f"{wanted.text} is {other.text} {how}"
    return None


def _nouns_agree(a: Quantity, b: Quantity) -> bool:
    return not (a.noun and b.noun) or _same_noun(a, b) or not a.noun.endswith("s")


def _rounds_to(exact: Fraction, rounded: Fraction, wanted: Quantity, other: Quantity) -> bool:
    if rounded == 0 or exact == rounded or exact * rounded < 0:
        return False
    if wanted.bound in ("<", ">") and not other.bound and _close(exact, rounded, _WITHIN_BOUND):
        return exact > rounded if wanted.bound == ">" else exact < rounded
    if wanted.digits < 2 and wanted.bound != "~":
        return False
    step = Fraction(1)
    while rounded % (step * 10) == 0:
        step *= 10
    while rounded % step != 0:
        step /= 10
    finer = exact % step != 0
    return finer and abs(exact - rounded) <= step / 2


def _century(wanted: Quantity, evidence: Facts) -> str | None:
    """ "18th century" from 1743."""
    if not wanted.noun.startswith(("century", "centuries", "jahrhundert", "siglo", "siècle")):
        return None
    year = next((year for year in sorted(evidence.years) if Fraction((year + 99) // 100) in wanted.readings), None)
    return f"{year} is in century {wanted.text}" if year else None


def _ratio(wanted: Quantity, everything: Iterable[Quantity]) -> str | None:
    """ "more than half" from 18 of 30: fractions that are written as words."""
    if wanted.unit is None or wanted.unit.dimension != "percent" or not wanted.fraction:
        return None
    counts = [q for q in everything if q.unit is None and q.kind == "number" and not q.year][:_MOST_DERIVED_FROM]
    for part, whole in permutations(counts, 2):
        for x, y in product(part.readings, whole.readings):
            if 0 < x < y and any(_is_share(x * 100 / y, value, wanted.bound) for value in wanted.readings):
                return f"{wanted.text} is {part.text} of {whole.text}"
    return None


def _is_share(exact: Fraction, wanted: Fraction, bound: str) -> bool:
    if bound in ("<", ">"):
        return (exact > wanted if bound == ">" else exact < wanted) and _close(exact, wanted, _WITHIN_BOUND)
    return _close(exact, wanted, 10 * _CONVERSION if bound == "~" else 2 * _CONVERSION)


def _between_times(wanted: Quantity, evidence: Facts) -> str | None:
    """ "eight minutes" from 23:12 and 23:20."""
    if wanted.unit is None or wanted.unit.dimension != "duration":
        return None
    times = [q for q in evidence.quantities if q.kind == "time"][:_MOST_DERIVED_FROM]
    for a, b in combinations(times, 2):
        if {abs(x - y) * 60 for x in a.readings for y in b.readings} & set(_base(wanted)):
            return f"{wanted.text} lie between {a.text} and {b.text}"
    return None


def _span_of_years(wanted: Quantity, evidence: Facts) -> str | None:
    """ "for three years" from "2018 to 2021"."""
    if wanted.unit is None or wanted.unit.dimension != "months" or wanted.unit.factor != 12:
        return None
    pairs = combinations(sorted(evidence.years), 2)
    found = next(((a, b) for a, b in pairs if Fraction(b - a) in wanted.readings), None)
    return f"{wanted.text} is {found[1]} − {found[0]}" if found else None


def _arithmetic(wanted: Quantity, everything: Sequence[Quantity], claim_text: str, evidence_text: str) -> str | None:
    usable = [q for q in everything if _comparable(wanted, q) and not q.year][:_MOST_DERIVED_FROM]
    values = set(_base(wanted))
    if _DIFFERENCE.search(claim_text):
        for a, b in combinations(usable, 2):
            if any(abs(x - y) in values for x in _base(a) for y in _base(b)):
                return f"{wanted.text} is the difference of {a.text} and {b.text}"
    if _EACH.search(evidence_text):
        for a, b in permutations(everything, 2):
            if a.unit is None and _comparable(wanted, b) and min(a.readings) * min(_base(b)) in values:
                return f"{wanted.text} is {a.text} times {b.text}"
    if _SUM.search(claim_text):
        for size in range(2, min(len(usable), 6) + 1):
            for group in combinations(usable, size):
                if sum(min(_base(q)) for q in group) in values:
                    return f"{wanted.text} is the sum of " + " and ".join(q.text for q in group)
    return None


def _count(wanted: Quantity, everything: Iterable[Quantity], text: str) -> str | None:
    """ "three offices" from "Paris, Rome and Oslo", unless the evidence gives another number of the same thing."""
    value = min(wanted.readings)
    if wanted.unit or not wanted.noun or not 2 <= value <= 12 or any(_same_noun(wanted, o) for o in everything):
        return None
    listed = {match.group().count(",") + match.group().count("、") + 1 for match in _LIST.finditer(text)}
    listed |= {n + 1 for n in listed if n > 1 and re.search(r"[^,] (?:and|und|y|et) ", text)}
    if value == 2 and _PAIR.search(text):
        listed.add(2)
    return f"{wanted.text} is the number of things listed" if value in listed else None
