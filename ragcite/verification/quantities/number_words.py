"""Numbers written as words, in English, German, Spanish, French and Chinese, rewritten as digits.

One grammar serves the four European languages: values below a hundred add up while they descend, "hundred"
multiplies what stands before it, larger powers close a group. Chinese has the same shape, character by character.
"""

from __future__ import annotations

import re
from functools import cache

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DE = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn"
)
_ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_FR = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf"
)
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "es": "_ treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante septante quatre-vingt nonante",
}
_SMALL_EXTRA = {
    "eins": 1, "eine": 1, "una": 1, "une": 1, "zwo": 2, "dreissig": 30, "veintiún": 21, "quatre-vingts": 80,
    "veintidos": 22, "veintitres": 23, "dieciseis": 16, "huitante": 80, "octante": 80, "fourty": 40,
    "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600,
    "setecientos": 700, "ochocientos": 800, "novecientos": 900, "doscientas": 200, "trescientas": 300,
    "cuatrocientas": 400, "quinientas": 500, "seiscientas": 600, "setecientas": 700, "ochocientas": 800,
    "novecientas": 900, "ciento": 100, "cien": 100,
}  # fmt: skip
_DOZEN = {"dozen", "dozens", "dutzend", "docena", "docenas", "douzaine", "douzaines"}
_HUNDRED = {"hundred", "hundert", "cent", "cents"}
_POWERS = {
    "thousand": 3, "tausend": 3, "mil": 3, "mille": 3, "million": 6, "millions": 6, "millionen": 6, "millón": 6,
    "millon": 6, "millones": 6, "milliard": 9, "milliards": 9, "milliarde": 9, "milliarden": 9, "billion": 9,
    "billions": 9, "trillion": 12, "trillions": 12, "billionen": 12,
}  # fmt: skip
_JOINING = {"and", "und", "y", "et", "a"}
_ARTICLES = {"one", "ein", "eine", "eins", "un", "una", "uno", "une"}
_AMBIGUOUS = {"six", "once"}  # "once" is Spanish eleven and an English adverb

_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN = "".join((*_HAN_DIGITS, *_HAN_SMALL, *_HAN_LARGE))


@cache
def _small() -> dict[str, int]:
    table: dict[str, int] = {}
    for names in (_EN, _DE, _ES, _FR):
        table |= {name: value for value, name in enumerate(names.split())}
    for names in _TENS.values():
        table |= {name: value for value, name in zip(range(20, 100, 10), names.split(), strict=True)}
    table |= _SMALL_EXTRA
    del table["_"]
    return table


@cache
def _token() -> re.Pattern[str]:
    names = sorted({*_small(), *_HUNDRED, *_DOZEN, *_POWERS}, key=len, reverse=True)
    one = "|".join(map(re.escape, names))
    german = "|".join(sorted((*_german_parts(), "und"), key=len, reverse=True))
    return re.compile(rf"(?<![\w])(?:(?:{one})(?!\w)|(?:{german}){{2,}}(?:en)?(?!\w))", re.IGNORECASE)


@cache
def _german_parts() -> tuple[str, ...]:
    tens = _TENS["de"].split()
    return (*_DE.split(), *tens, "dreissig", "hundert", "tausend", "eins")


def words_to_digits(text: str) -> str:
    """`text` with number words rewritten as plain digits ("twelve hundred" → "1200"); lone "one" stays a word.

    Multiples after digits are multiplied out: "1.2 thousand" → "1200", "3.5万" → "35000".
    """
    text = _han_to_digits(text)
    if not any(char.isalpha() for char in text):
        return text
    out: list[str] = []
    position = 0
    for start, end, value in _runs(text):
        out += [text[position:start], value]
        position = end
    return "".join([*out, text[position:]])


_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")


def _runs(text: str) -> list[tuple[int, int, str]]:
    """(start, end, digits) of each stretch of number words."""
    found = list(_token().finditer(text))
    runs: list[tuple[int, int, str]] = []
    place = 0
    while place < len(found):
        run = [found[place]]
        while place + 1 < len(found) and _joined(text[run[-1].end() : found[place + 1].start()]):
            candidate = [*run, found[place + 1]]
            if _value(_parts(candidate)) is None:
                break
            run = candidate
            place += 1
        place += 1
        value = _value(_parts(run))
        words = [match.group().casefold() for match in run]
        if value is not None and not (len(words) == 1 and (words[0] in _ARTICLES or words[0] in _HUNDRED | {"once"})):
            runs.append((run[0].start(), run[-1].end(), str(value)))
    return runs


def _joined(between: str) -> bool:
    return not between.strip(" \u00a0-") or between.strip().casefold() in _JOINING


def _parts(run: list[re.Match[str]]) -> list[str]:
    parts: list[str] = []
    for match in run:
        word = match.group().casefold()
        known = word in _small() or word in _HUNDRED or word in _POWERS or word in _DOZEN
        parts += [word] if known else _split_german(word)
    return parts


def _split_german(word: str) -> list[str]:
    pattern = "|".join(sorted((*_german_parts(), "und"), key=len, reverse=True))
    return [part for part in re.findall(pattern, word) if part != "und"]


def _value(parts: list[str]) -> int | None:
    """The number that `parts` spell, None where they are two numbers side by side."""
    total, group, last = 0, 0, 0
    for part in parts:
        if part in _DOZEN:
            group, last = max(group, 1) * 12, 100
        elif part in _HUNDRED:
            if group >= 100:
                return None
            group, last = max(group, 1) * 100, 100
        elif part in _POWERS:
            total += max(group, 1) * 10 ** _POWERS[part]
            group, last = 0, 10 ** _POWERS[part]
        else:
            value = _small()[part]
            if last and not _may_follow(last, value, group):
                return None
            group, last = group + value, value
    return total + group


def _may_follow(last: int, value: int, group: int) -> bool:
    if group == 0:
        return True
    if last < 10 and value >= 20 and value % 10 == 0 and value < 100:  # fünf-und-zwanzig
        return group < 10 or group % 100 == last
    return last >= 20 and value < (20 if last in (60, 80) else 10 if last < 100 else 100)


_HAN_RUN = re.compile(rf"(\d+(?:\.\d+)?)?([{_HAN}]+)")


def _han_to_digits(text: str) -> str:
    if not any(char in text for char in _HAN):
        return text
    return _HAN_RUN.sub(_han_value, text)


def _han_value(match: re.Match[str]) -> str:
    front, han = match.group(1), match.group(2)
    if front:
        if not set(han) <= {*_HAN_SMALL, *_HAN_LARGE}:
            return match.group()
        factor = 1
        for char in han:
            factor *= _HAN_SMALL.get(char) or _HAN_LARGE[char]
        return f"{round(float(front) * factor, 6):.6f}".rstrip("0").rstrip(".")
    if han in ("一", "十", "百", "千", "万", "亿", "零"):
        return "10" if han == "十" else han
    if all(char in _HAN_DIGITS for char in han):
        return "".join(str(_HAN_DIGITS[char]) for char in han) if len(han) > 1 else str(_HAN_DIGITS[han])
    return str(_han_number(han))


def _han_number(han: str) -> int:
    total, section, digit = 0, 0, 0
    for char in han:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_SMALL:
            section += max(digit, 1) * _HAN_SMALL[char]
            digit = 0
        else:
            total = (total + section + digit) * _HAN_LARGE[char]
            section = digit = 0
    return total + section + digit
