"""Numbers that follow from those of the evidence: roundings, sums, differences, shares, counts, times apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product

from ragcite.verification.quantities.extract import Facts, Quantity
from ragcite.verification.quantities.likeness import CONVERSION, base_values, close, comparable, same_noun
from ragcite.verification.quantities.ranges import year_in_range

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
    r"took|takes|those|of the|of its|of their|than|still|only|"
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


def derived(wanted: Quantity, evidence: Facts, claim_text: str, evidence_text: str) -> str | None:
    if wanted.kind == "ordinal":
        return _century(wanted, evidence)
    if wanted.kind != "number":
        return None
    if wanted.year and any(year_in_range(int(value), evidence_text) for value in wanted.readings):
        return f"{wanted.text} lies between two years"
    return (
        _rounding(wanted, evidence.quantities)
        or _ratio(wanted, evidence.quantities)
        or _share_of_an_amount(wanted, evidence.quantities)
        or _between_times(wanted, evidence)
        or _span_of_years(wanted, evidence)
        or _arithmetic(wanted, evidence.quantities, claim_text, evidence_text)
        or _count(wanted, evidence.quantities, evidence_text)
    )


def _rounding(wanted: Quantity, everything: Iterable[Quantity]) -> str | None:
    if wanted.year and not wanted.bound:
        return None
    for other in everything:
        if not comparable(wanted, other) or not _nouns_agree(wanted, other):
            continue
        for x in base_values(wanted):
            for y in base_values(other):
                if _rounds_to(y, x, wanted, other):
                    how = "rounded" if wanted.bound in ("", "~") else "within the bound"
                    return f"{wanted.text} is {other.text} {how}"
    return None


def _nouns_agree(a: Quantity, b: Quantity) -> bool:
    return not (a.noun and b.noun) or same_noun(a, b) or not a.noun.endswith("s")


def _rounds_to(exact: Fraction, rounded: Fraction, wanted: Quantity, other: Quantity) -> bool:
    if rounded == 0 or exact == rounded or exact * rounded < 0:
        return False
    if wanted.bound in ("<", ">") and not other.bound and close(exact, rounded, _WITHIN_BOUND):
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
    counts = [q for q in everything if q.kind == "number" and not q.year][:_MOST_DERIVED_FROM]
    for part, whole in permutations(counts, 2):
        for x, y in product(base_values(part), base_values(whole)) if comparable(part, whole) else ():
            if 0 < x < y and any(_is_share(x * 100 / y, value, wanted.bound) for value in wanted.readings):
                return f"{wanted.text} is {part.text} of {whole.text}"
    return None


def _share_of_an_amount(wanted: Quantity, everything: Iterable[Quantity]) -> str | None:
    """4,500 from "50 % of the 9,000", or what is left of it."""
    numbers = [q for q in everything if q.kind == "number" and not q.year][:_MOST_DERIVED_FROM]
    shares = [q for q in numbers if q.unit and q.unit.dimension == "percent" and max(q.readings) < 100]
    amounts = [q for q in numbers if comparable(wanted, q) and q not in shares]
    values = set(base_values(wanted))
    for share, amount in product(shares, amounts):
        part = max(share.readings) / 100
        if any(y * part in values or y * (1 - part) in values for y in base_values(amount)):
            return f"{wanted.text} is a share of {amount.text} by {share.text}"
    return None


def _is_share(exact: Fraction, wanted: Fraction, bound: str) -> bool:
    if bound in ("<", ">"):
        return (exact > wanted if bound == ">" else exact < wanted) and close(exact, wanted, _WITHIN_BOUND)
    return close(exact, wanted, 10 * CONVERSION if bound == "~" else 2 * CONVERSION)


def _between_times(wanted: Quantity, evidence: Facts) -> str | None:
    """ "eight minutes" from 23:12 and 23:20."""
    if wanted.unit is None or wanted.unit.dimension != "duration":
        return None
    times = [q for q in evidence.quantities if q.kind == "time"][:_MOST_DERIVED_FROM]
    for a, b in combinations(times, 2):
        if {abs(x - y) * 60 for x in a.readings for y in b.readings} & set(base_values(wanted)):
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
    usable = [q for q in everything if comparable(wanted, q) and not q.year][:_MOST_DERIVED_FROM]
    values = set(base_values(wanted))
    return (
        (_difference(wanted, values, usable) if _DIFFERENCE.search(claim_text) else None)
        or (_product(wanted, values, everything) if _EACH.search(evidence_text) else None)
        or (_sum(wanted, values, usable) if _SUM.search(claim_text) else None)
    )


def _difference(wanted: Quantity, values: set[Fraction], usable: Sequence[Quantity]) -> str | None:
    for a, b in combinations(usable, 2):
        if any(abs(x - y) in values for x in base_values(a) for y in base_values(b)):
            return f"{wanted.text} is the difference of {a.text} and {b.text}"
    return None


def _product(wanted: Quantity, values: set[Fraction], everything: Sequence[Quantity]) -> str | None:
    for a, b in permutations(everything[:_MOST_DERIVED_FROM], 2):
        if a.unit is None and comparable(wanted, b) and min(a.readings) * min(base_values(b)) in values:
            return f"{wanted.text} is {a.text} times {b.text}"
    return None


def _sum(wanted: Quantity, values: set[Fraction], usable: Sequence[Quantity]) -> str | None:
    for size in range(2, min(len(usable), 6) + 1):
        for group in combinations(usable, size):
            if sum(min(base_values(q)) for q in group) in values:
                return f"{wanted.text} is the sum of " + " and ".join(q.text for q in group)
    return None


def _count(wanted: Quantity, everything: Iterable[Quantity], text: str) -> str | None:
    """ "three offices" from "Paris, Rome and Oslo", unless the evidence gives another number of the same thing."""
    value = min(wanted.readings)
    if wanted.unit or not wanted.noun or not 2 <= value <= 12 or any(same_noun(wanted, o) for o in everything):
        return None
    listed = {match.group().count(",") + match.group().count("、") + 1 for match in _LIST.finditer(text)}
    listed |= {n + 1 for n in listed if n > 1 and re.search(r"[^,] (?:and|und|y|et) ", text)}
    if value == 2 and _PAIR.search(text):
        listed.add(2)
    return f"{wanted.text} is the number of things listed" if value in listed else None
