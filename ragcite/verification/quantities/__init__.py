"""Numbers, units and dates of a text, and whether one text's are found in another's."""

from ragcite.verification.quantities.compare import Match, match_quantity
from ragcite.verification.quantities.dates import Date, agree
from ragcite.verification.quantities.extract import Facts, Quantity, extract

__all__ = ["Date", "Facts", "Match", "Quantity", "agree", "extract", "match_quantity"]
