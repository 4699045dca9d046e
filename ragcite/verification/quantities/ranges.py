"""What a text dates without naming it: July of May to September, Wednesday of Monday to Friday, 2012 of 2009–2015."""

from __future__ import annotations

import re
from functools import cache

from ragcite.verification.quantities.dates import DAY_NAMES, Date, month_numbers, weekdays

_TO = r"\s*(?:-|–|—|to|until|till|through|bis(?: zum)?|al?|hasta(?: el)?|au?|à|jusqu['’]au)\s*(?:the\s+|end of\s+)?"
_AND = r"\s+(?:and|und|y|et)\s+(?:the\s+)?"
_ALL_WEEK = re.compile(
    r"\b(?:every day|each day|any day|daily|all week|seven days a week|täglich|jeden Tag)\b", re.IGNORECASE
)
_WORKING = re.compile(r"\b(?:weekdays?|working days?|werktags?|werktage)\b", re.IGNORECASE)
_WEEKEND = re.compile(r"\b(?:weekends?|wochenenden?)\b", re.IGNORECASE)
_SHORT_DAY = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|rs|r)?\b")
_YEARS = re.compile(
    r"(?<!\d)(1\d{3}|20\d\d)\s*(?:-|–|—|to|until|till|through|and|bis|und|al?|à|y|et)\s*(1\d{3}|20\d\d)(?!\d)"
)


@cache
def _span() -> re.Pattern[str]:
    names = "|".join(sorted(month_numbers(), key=len, reverse=True))

    def date(n: int) -> str:
        before = rf"(?:(?P<before{n}>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?"
        return rf"{before}(?<!\w)(?P<month{n}>{names})\.?(?!\w)(?:\s+(?P<after{n}>\d{{1,2}})(?!\d))?(?:,?\s+\d{{4}})?"

    led = r"(?P<led>(?:between|zwischen|entre)\s+(?:the\s+)?)?"
    return re.compile(rf"{led}{date(1)}(?:{_TO}|(?P<and>{_AND})){date(2)}", re.IGNORECASE)


def in_range(date: Date, text: str) -> bool:
    """Whether some "from … to …" of `text`, year left aside, holds a reading of `date`."""
    return any(
        _holds(match, month, day)
        for match in _span().finditer(text)
        if match["led"] or not match["and"]
        for _, month, day in date.readings
        if month is not None
    )


def _holds(match: re.Match[str], month: int, day: int | None) -> bool:
    low, high = (_edge(match, n, default) for n, default in ((1, 1), (2, 31)))
    wanted = (month, day or 15)
    return low <= wanted <= high if low <= high else wanted >= low or wanted <= high


def _edge(match: re.Match[str], n: int, default: int) -> tuple[int, int]:
    day = match[f"before{n}"] or match[f"after{n}"]
    return month_numbers()[match[f"month{n}"].casefold()], int(day) if day else default


def days_meant(text: str) -> set[int]:
    """Days of the week that `text` names or means (0 is Monday): "Mon–Fri", "weekdays", "daily"."""
    days = set(weekdays(text)) | {"Mon Tue Wed Thu Fri Sat Sun".split().index(m[1]) for m in _SHORT_DAY.finditer(text)}
    for match in re.finditer(rf"({DAY_NAMES}){_TO}({DAY_NAMES})", text, re.IGNORECASE):
        first, last = (next(iter(weekdays(match[n])), 0) for n in (1, 2))
        days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    days |= set(range(7)) if _ALL_WEEK.search(text) else set()
    days |= set(range(5)) if _WORKING.search(text) else set()
    return days | ({5, 6} if _WEEKEND.search(text) else set())


def year_in_range(year: int, text: str) -> bool:
    """Whether "2009 to 2015" in `text` holds `year`."""
    return any(int(match[1]) <= year <= int(match[2]) for match in _YEARS.finditer(text))
