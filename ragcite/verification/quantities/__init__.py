"""Numbers, units and dates of a text, and whether one text's are found in another's."""

from ragcite.verification.quantities.compare import Match, match_quantity
from ragcite.verification.quantities.dates import Date, agree, is_calendar_name
from ragcite.verification.quantities.extract import Facts, Quantity, extract
from ragcite.verification.quantities.likeness import comparable, equal
from ragcite.verification.quantities.ranges import days_meant, in_range
from ragcite.verification.quantities.units import unit_named

__all__ = [
    "Date",
    "Facts",
    "Match",
    "Quantity",
    "agree",
    "comparable",
    "days_meant",
    "equal",
    "extract",
    "in_range",
    "is_calendar_name",
    "match_quantity",
    "unit_named",
]
