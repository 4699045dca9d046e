"""Every date and day of the week of the claim stands in the evidence."""

from __future__ import annotations

from ragcite.types import Veto
from ragcite.verification.quantities import agree, days_meant, in_range
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.finding import NOTHING, Finding

NAME = "date"


def date_veto(claim: Reading, evidence: Reading) -> Finding:
    """Fires for each date of the claim that no date or range of the evidence covers in some reading."""
    wanted = claim.facts
    if not wanted.dates and not wanted.weekdays:
        return NOTHING
    given = evidence.facts
    missing = [
        d.text
        for d in wanted.dates
        if not any(agree(d, other, given.years) for other in given.dates) and not in_range(d, evidence.text)
    ]
    days = days_meant(evidence.text)
    missing += [name for day, name in wanted.weekdays.items() if day not in days]
    other = bool(given.dates) if any(d.text in missing for d in wanted.dates) else bool(given.weekdays)
    vetoes = tuple(Veto(NAME, f"{text} is not in the source") for text in missing)
    return Finding(vetoes, contradicts=bool(missing) and other)
