"""Numbers of a text with their unit, the word they count and their bound, whatever way they are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from ragcite.verification.quantities.dates import Date, extract_dates, weekdays
from ragcite.verification.quantities.number_words import words_to_digits
from ragcite.verification.quantities.rewriting import FRACTION, rewrite
from ragcite.verification.quantities.units import PREFIXED, Unit, unit_named, unit_names


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written; `readings` are its possible values ("1.200" has two), `noun` the word after it.

    `kind` is "number", "ordinal" or "time" (minutes after midnight). `bound` is ">", "<", "~" or "".
    `digits` counts significant digits, for rounding; `fraction`: written as one ("half", "2/3"), `unit` is percent.
    """

    text: str
    readings: frozenset[Fraction]
    kind: str = "number"
    unit: Unit | None = None
    noun: str = ""
    bound: str = ""
    digits: int = 1
    fraction: bool = False

    @property
    def year(self) -> bool:
        """Whether it may be a bare year."""
        plain = self.kind == "number" and self.unit is None and len(self.text.strip()) == 4 and self.text.isdigit()
        return plain and any(1000 <= value <= 2100 for value in self.readings)


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be counted and dated in one text."""

    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    weekdays: dict[int, str]

    @property
    def years(self) -> set[int]:
        years = {int(value) for q in self.quantities if q.year for value in q.readings}
        return years.union(*(date.years for date in self.dates)) if self.dates else years


_GERMAN_STYLE = {"de", "it", "nl", "pt", "fr", "da", "id", "tr", "ru", "pl"}
_ENGLISH_STYLE = {"en", "zh", "ja", "ko", "th", "hi"}
_SPACES = " \u00a0\u202f\u2009"


@cache
def _number() -> re.Pattern[str]:
    names = [re.escape(name) for name in unit_names()]
    letters = "|".join(name for name in names if name.isascii() and name[-1].isalnum())
    other = "|".join(name for name in names if not (name.isascii() and name[-1].isalnum()))
    return re.compile(
        rf"(?P<currency>[{re.escape(PREFIXED)}]|\b(?:us\$|usd|eur|gbp|chf|jpy|cny|inr|rmb))?[{_SPACES}]?"
        rf"(?<![A-Za-zÀ-ɏ0-9_.,])(?P<sign>(?<![\w)])[-−+](?=\d))?-?"
        rf"(?P<number>\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?![\d])(?:[.,]\d+)?"
        rf"|\d+(?:[.,'’]\d+)*)(?P<power>⟪\d+⟫)?(?P<ordinal>(?:st|nd|rd|th)\b|⟪o⟫)?"
        rf"(?:(?<=⟫) de |(?<=⟫) d['’]|[{_SPACES}]|-(?=[a-z]))?(?P<unit>(?:{letters})(?!\w)|(?:{other}))?",
        re.IGNORECASE,
    )


_TIME = re.compile(
    r"(?<![\d:.])(?P<h>[01]?\d|2[0-4])(?::(?P<m>[0-5]\d)(?::\d\d)?|[.h](?P<d>[0-5]\d)(?=\s*(?:uhr|h\b|[ap]\.?m\b|"
    r"(?:bis|und|[–-])\s*\d{1,2}\.\d\d\s*uhr))|(?=\s*(?:[ap]\.?m\b|uhr\b|o['’]clock))|[点时](?P<z>[0-5]?\d)?分?)"
    r"\s*(?P<half>[ap]\.?m\b\.?)?(?:uhr\b|o['’]clock|h\b)?(?![\d:])",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?<![\w])(?!(?:usd|eur|gbp|chf|us)\$?\d)(?!Q[1-4]\b)(?=\w*[A-Z])[A-Za-z]+[-/]?\d[\w-]*|"
    r"(?<![\w.])(?!\d{1,2}\.\d{1,2}\.\d{4}|\d{4}\.\d{1,2}\.\d{1,2}|\d{1,3}(?:\.\d{3})+(?!\d))\d+(?:\.\d+){2,}|"
    r"https?://\S+|\S+@\S+"
)
_POINTER = re.compile(  # "Second, …" orders sentences, "source 2" names one: neither is a figure
    r"(?:(?<=^)|(?<=[.!?] ))\d⟪o⟫,|\b(?:passage|source|document|quelle|fuente)s? \d{1,2}\b|来源\s?\d", re.IGNORECASE
)
_NOUN = re.compile(r"[\s-]*(?:\([^)]*\)\s*)?(?:[a-zäöüßéèñ]{1,3}\s+)?([^\W\d_]{3,})")
_HAN_YEAR = re.compile(r"(?<!\d)((?:1\d|20)\d\d)年(?![间来内])")
_NO_NOUN = frozenset(
    [
        "and",
        "or",
        "und",
        "oder",
        "y",
        "o",
        "et",
        "ou",
        "of",
        "in",
        "on",
        "at",
        "to",
        "from",
        "for",
        "with",
        "the",
        "than",
        "bis",
        "von",
        "der",
        "die",
        "das",
        "del",
        "that",
        "who",
        "which",
        "not",
        "only",
        "was",
        "were",
        "has",
        "had",
        "have",
        "does",
        "did",
        "are",
        "can",
        "may",
        "must",
    ]
)
_UPPER = (
    r"\b(?:up to|at most|no more than|not more than|maximum(?: of)?|max\.?|(?<!no )(?<!not )(?<!nicht )less than|"
    r"(?<!no )fewer than|under|below|(?:not|n['’]t|never) (?:to )?(?:exceed(?:ing)?|be more than)|"
    r"höchstens|maximal|bis zu|weniger als|a lo sumo|como máximo|menos de|hasta|au plus|au maximum|moins de|"
    r"jusqu'à)|[<≤]|(?:不超过|最多|少于|至多)"
)
_LOWER = (
    r"\b(?:at least|no less than|no fewer than|not less than|minimum(?: of)?|min\.?|more than|over|above|"
    r"exceed(?:s|ing|ed)?|mindestens|mehr als|über|al menos|por lo menos|más de|como mínimo|au moins|plus de|"
    r"au minimum)|[>≥]|(?:至少|超过|多于|不少于)"
)
_ABOUT = (
    r"\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|etwa|rund|ungefähr|fast|"
    r"unos|unas|alrededor de|aproximadamente|casi|cerca de|environ|près de|presque)|[~≈]|(?:大约|约|左右|近)"
)
_BOUNDS = tuple(
    (re.compile(rf"(?:{words})\s*(?:the|a|an|de|d')?\s*[{re.escape(PREFIXED)}]?\s*$", re.IGNORECASE), sign)
    for words, sign in ((_UPPER, "<"), (_LOWER, ">"), (_ABOUT, "~"))
)


def extract(text: str, language: str | None) -> Facts:
    """Numbers, dates and days of the week of `text`. `language` decides what "1.200" may mean."""
    text = unicodedata.normalize("NFKC", rewrite(text))
    text = _POINTER.sub(" ; ", _IDENTIFIER.sub(" ; ", text))
    days = weekdays(text)
    numeric = words_to_digits(text)
    dates, rest = extract_dates(numeric)
    times, rest = _times(_HAN_YEAR.sub(r"\1 ", rest))
    quantities = [quantity for match in _number().finditer(rest) for quantity in _quantities(match, rest, language)]
    return Facts(tuple(quantities + times), tuple(dates), days)


def _quantities(match: re.Match[str], text: str, language: str | None) -> list[Quantity]:
    readings = {value * _power(match) for value in _values(match["number"], language)}
    if match["sign"] in ("-", "−"):
        readings = {-value for value in readings}
    unit = _unit(match)
    after = _NOUN.match(text, match.end())
    quantity = Quantity(
        text=_shown(match),
        readings=frozenset(readings),
        kind="ordinal" if match["ordinal"] else "number",
        unit=unit,
        noun=_counted(after) if unit is None else "",
        bound=_bound(text[max(0, match.start() - 24) : match.start("number")].rstrip(FRACTION)),
        fraction=text[match.start("number") - 1 : match.start("number")] == FRACTION,
        digits=len(match["number"].replace(",", "").replace(".", "").strip("0")) or 1,
    )
    return [quantity]


def _counted(after: re.Match[str] | None) -> str:
    noun = after.group(1).casefold() if after else ""
    return "" if noun in _NO_NOUN else noun


def _shown(match: re.Match[str]) -> str:
    power = f" × 10^{match['power'][1:-1]}" if match["power"] else ""
    unit = f" {match['unit']}" if match["unit"] and _unit(match) else ""
    return f"{match['currency'] or ''}{match['sign'] or ''}{match['number']}{power}{unit}"


def _power(match: re.Match[str]) -> Fraction:
    return Fraction(10) ** int(match["power"][1:-1]) if match["power"] else Fraction(1)


def _unit(match: re.Match[str]) -> Unit | None:
    name = match["unit"]
    decade = name == "s" and len(match["number"]) == 4
    if name and not decade and not (name.casefold() == "a" and match.group()[-2:-1].isspace()):
        unit = unit_named(name)
        if unit is not None:
            return unit
    return unit_named(match["currency"]) if match["currency"] else None


def _bound(before: str) -> str:
    return next((sign for pattern, sign in _BOUNDS if pattern.search(before)), "")


def _values(digits: str, language: str | None) -> set[Fraction]:
    """Every value that `digits` with its separators may have in `language`."""
    plain = re.sub(rf"[{_SPACES}'’]", "", digits)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return {Fraction(plain)}
    if len(set(marks)) == 2:
        decimal = plain[max(plain.rfind("."), plain.rfind(","))]
        return {Fraction(plain.replace("," if decimal == "." else ".", "").replace(decimal, "."))}
    mark = marks[0]
    grouped = Fraction(plain.replace(mark, ""))
    groups = plain.split(mark)
    if len(marks) > 1:
        return {grouped}
    decimal_value = Fraction(".".join(groups))
    if len(groups[1]) != 3 or len(groups[0]) > 3 or groups[0].startswith("0"):
        return {decimal_value}
    if language in _GERMAN_STYLE:
        return {grouped} if mark == "." else {decimal_value}
    if language in _ENGLISH_STYLE:
        return {grouped} if mark == "," else {decimal_value}
    return {grouped, decimal_value}


def _times(text: str) -> tuple[list[Quantity], str]:
    times: list[Quantity] = []

    def take(match: re.Match[str]) -> str:
        hour, minute = int(match["h"]), int(match["m"] or match["d"] or match["z"] or 0)
        half = (match["half"] or "").casefold().replace(".", "")
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        unsure = not half and 1 <= hour <= 12
        readings = {Fraction(hour * 60 + minute)} | ({Fraction((hour * 60 + minute + 720) % 1440)} if unsure else set())
        times.append(Quantity(match.group().strip(), frozenset(readings), "time", bound="~" if unsure else ""))
        return " ; "

    return times, _TIME.sub(take, text)
