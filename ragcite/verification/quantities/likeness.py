"""When two quantities are the same, and when they may be compared at all."""

from __future__ import annotations

from fractions import Fraction

from ragcite.verification.quantities.extract import Quantity

CONVERSION = Fraction(1, 100)  # converted values may be rounded by one per cent


def equal(a: Quantity, b: Quantity) -> bool:
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
    return any(close(x, y, CONVERSION) for x in base_values(a) for y in base_values(b))


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


def base_values(q: Quantity) -> list[Fraction]:
    factor = q.unit.factor if q.unit else Fraction(1)
    return [value * factor for value in q.readings]


def close(x: Fraction, y: Fraction, tolerance: Fraction) -> bool:
    return abs(x - y) <= tolerance * max(abs(x), abs(y))


def same_noun(a: Quantity, b: Quantity) -> bool:
    if not a.noun or not b.noun:
        return False
    shorter, longer = sorted((a.noun, b.noun), key=len)
    return longer.startswith(shorter[: max(3, len(shorter) - 2)]) and len(longer) - len(shorter) <= 3


def comparable(a: Quantity, b: Quantity) -> bool:
    if a.kind != b.kind:
        return False
    if a.unit and b.unit:
        return a.unit.dimension == b.unit.dimension
    return a.unit is None and b.unit is None
