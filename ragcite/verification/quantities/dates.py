"""Dates in running text: ISO, numeric in both readings, and with month names (en de es fr it pt, Chinese)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

Reading = tuple[int | None, int | None, int | None]  # year, month, day

_MONTHS: tuple[str, ...] = (
    "january jan januar jänner enero ene janvier janv gennaio janeiro",
    "february feb februar feber febrero février févr fevrier febbraio fevereiro",
    "march mar märz maerz marzo mars março",
    "april apr abril avril aprile",
    "may mai mayo maggio maio",
    "june jun juni junio juin giugno junho",
    "july jul juli julio juillet juil luglio julho",
    "august aug agosto août aout",
    "september sep sept septiembre setiembre septembre settembre setembro",
    "october oct oktober okt octubre octobre ottobre outubro",
    "november nov noviembre novembre",
    "december dec dezember dez diciembre dic décembre déc decembre dicembre dezembro",
)
_WEEKDAYS: tuple[str, ...] = (
    "monday mondays montag montags lunes lundi 星期一 周一",
    "tuesday tuesdays dienstag dienstags martes mardi 星期二 周二",
    "wednesday wednesdays mittwoch mittwochs miércoles mercredi 星期三 周三",
    "thursday thursdays donnerstag donnerstags jueves jeudi 星期四 周四",
    "friday fridays freitag freitags viernes vendredi 星期五 周五",
    "saturday saturdays samstag samstags sonnabend sábado sábados samedi 星期六 周六",
    "sunday sundays sonntag sonntags domingo domingos dimanche 星期日 星期天 周日",
)
DAY_NAMES = r"(?<!\w)(?:" + "|".join(name for names in _WEEKDAYS for name in names.split()) + r")"
_ALONE_AMBIGUOUS = {
    "may",
    "mar",
    "march",
    "mars",
    "jan",
    "sep",
    "dec",
    "dic",
    "mai",
    "ene",
    "nov",
    "sept",
    "dez",
    "august",
}
_FIRST_QUARTER = 20  # quarters are read as months 21 to 24
_OF = r"(?:\s*(?:of|de|del|d')\s*|\s*)"


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written, and every way to read it."""

    text: str
    readings: frozenset[Reading]

    @property
    def years(self) -> set[int]:
        return {year for year, _, _ in self.readings if year is not None}


@cache
def month_numbers() -> dict[str, int]:
    """Casefolded names of months, in every language read here, and their numbers."""
    return {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = "(?P<month>" + "|".join(sorted(month_numbers(), key=len, reverse=True)) + r")(?!\w)\.?"
    year = r"(?P<year>\d{4})(?!\d)"
    day = r"(?<![\d.,])(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.)?"
    to = r"(?:\s*(?:-|–|—|/|to|and|bis|und|al|y|au|et)\s*(?P<day2>[0-3]?\d)(?:st|nd|rd|th|\.)?)?"
    quarter = r"(?:quarter|quartal|trimestre)s?(?!\w)"
    parts = (
        rf"(?<!\w)(?P<quarter>[1-4])(?:⟪o⟫|st|nd|rd|th|er|\.)[\s-]?(?:{quarter}|季度)(?:{_OF}{year})?",
        rf"(?<!\w)(?P<first>first|erste[nrs]?|primer|premier)\s{quarter}(?:{_OF}{year})?",
        rf"(?<!\w)Q(?P<quarter>[1-4])(?!\w)(?:,?{_OF}{year})?",
        r"(?<!\d)(?P<year>\d{4})(?P<sep>[-/.])(?P<month>[01]?\d)(?P=sep)(?P<day>[0-3]?\d)(?!\d)",
        r"(?<![\d.,])(?P<a>[0-3]?\d)(?P<sep>[-/.])(?P<b>[0-3]?\d)(?P=sep)(?P<year>\d{4})(?!\d)",
        r"(?<![\d.,/])(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)/(?P<year>\d{2})(?![\d/])",
        r"(?:(?P<year>\d{4})\s*年\s*)?(?P<month>[01]?\d)\s*月(?:\s*(?P<day>[0-3]?\d)\s*[日号])?(?!\s*内)",
        rf"{day}{to}{_OF}(?<!\w){month}(?:,?{_OF}{year})?",
        rf"(?<!\w){month}\s+{day}(?!\d){to}(?!\d)(?:,?\s+{year})?",
        rf"(?<!\w){month},?{_OF}{year}",
        rf"(?<!\w){month}",
    )
    return tuple(re.compile(part, re.IGNORECASE) for part in parts)


def extract_dates(text: str) -> tuple[list[Date], str]:
    """Every date that names a month, and `text` with those dates blanked out. Bare years are left as numbers."""
    dates: list[Date] = []
    for pattern in _patterns():
        position, out = 0, []
        for match in pattern.finditer(text):
            readings = _readings(match)
            if readings:
                dates.append(Date(match.group().strip(), readings))
                out += [text[position : match.start()], " ; "]
                position = match.end()
        text = "".join([*out, text[position:]])
    return dates, text


def _readings(match: re.Match[str]) -> frozenset[Reading]:
    groups = match.groupdict()
    year = _year(groups.get("year"))
    if "a" in groups:
        a, b = int(groups["a"]), int(groups["b"])
        orders = [(b, a)] if groups.get("sep") == "." else [(b, a), (a, b)]
        return _valid((year, month, day) for month, day in orders)
    quarter = groups.get("quarter")
    if quarter:
        return frozenset({(year, _FIRST_QUARTER + int(quarter), None)})
    if "first" in groups:
        return frozenset({(year, _FIRST_QUARTER + 1, None)})
    name = groups["month"]
    if not name.isdigit():
        if not _is_month(match, name):
            return frozenset()
        name = str(month_numbers()[name.casefold()])
    days = [int(groups[key]) for key in ("day", "day2") if groups.get(key)]
    return _valid((year, int(name), day) for day in (days or (None,)))


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    value = int(digits)
    return value if value >= 100 else value + (2000 if value < 70 else 1900)


def _valid(readings: Iterable[Reading]) -> frozenset[Reading]:
    return frozenset(r for r in readings if 1 <= (r[1] or 1) <= 12 and 1 <= (r[2] or 1) <= 31)


def _is_month(match: re.Match[str], name: str) -> bool:
    """ "may", "march", "mars" are months only with a number beside them, or a capital after "in", "since" …"""
    if name in ("may", "march"):
        return False
    if any(match.groupdict().get(key) for key in ("day", "year")) or name.casefold() not in _ALONE_AMBIGUOUS:
        return len(name) > 3 or any(match.groupdict().get(key) for key in ("day", "year"))
    before = match.string[max(0, match.start() - 12) : match.start()]
    led = re.search(
        r"(?:\b(?:in|since|until|by|of|from|during|last|this|next|early|late|im|seit|bis|en|de)\s)$", before, re.I
    )
    return name[0].isupper() and led is not None


def is_calendar_name(word: str) -> bool:
    """Whether a casefolded word names a month or a day of the week."""
    return word in month_numbers() or _weekday().fullmatch(word) is not None


def agree(claim: Date, evidence: Date, years: set[int]) -> bool:
    """Whether `evidence` says all that `claim` says; a year may stand elsewhere in the evidence (`years`)."""
    return any(_covers(c, e, years) for c in claim.readings for e in evidence.readings)


def _covers(claim: Reading, evidence: Reading, years: set[int]) -> bool:
    year, month, day = claim
    if month != evidence[1] or (day is not None and day != evidence[2]):
        return False
    return year is None or year == evidence[0] or (evidence[0] is None and year in years)


@cache
def _weekday() -> re.Pattern[str]:
    latin = [name for names in _WEEKDAYS for name in names.split() if name.isascii() or name[0] not in "星周"]
    han = [name for names in _WEEKDAYS for name in names.split() if name[0] in "星周"]
    return re.compile(rf"(?<!\w)(?P<name>{'|'.join(latin)})(?:en|e)?(?!\w)|(?P<han>{'|'.join(han)})", re.IGNORECASE)


def weekdays(text: str) -> dict[int, str]:
    """Days of the week named in `text`: number from 0 (Monday) → as written."""
    number = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}
    return {number[(match["name"] or match["han"]).casefold()]: match.group() for match in _weekday().finditer(text)}
