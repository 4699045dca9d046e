"""Rewrites fractions, powers, ordinals and Chinese percentages as plain digits before numbers are read."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from ragcite.verification.quantities.number_words import words_to_digits

FRACTION = "⌗"  # stands before a percentage that was written as a fraction
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
_POWERS = (
    (2, "hundred|hundert|cent"),
    (3, "thousand|tausend|mil|mille"),
    (6, r"million(?:s|en)?|millón|millones|mio\.?|mill\.|mln"),
    (9, r"billions?|milliard(?:s|e|en)?|mil millones|mrd\.?|bn"),
    (12, "trillions?|billionen|billones"),
)
_ORDINALS: dict[int, str] = {
    1: "1st", 2: "second zweite zweiten zweiter segundo segunda deuxième",
    3: "third dritte dritten dritter tercero tercer tercera troisième",
    4: "fourth vierte vierten vierter cuarto cuarta quatrième",
    5: "fifth fünfte fünften fünfter quinto quinta cinquième",
    6: "sixth sechste sechsten sexto sexta sixième", 7: "seventh siebte siebten séptimo séptima septième",
    8: "eighth achte achten octavo octava huitième", 9: "ninth neunte neunten noveno novena neuvième",
    10: "tenth zehnte zehnten décimo décima dixième", 11: "eleventh", 12: "twelfth", 20: "twentieth zwanzigste",
}  # fmt: skip
_FRACTIONS: dict[int, str] = {
    3: "thirds? drittel tercios? tiers", 4: "quarters? fourths? viertel cuartos? quarts?",
    5: "fifths? fünftel quintos?",
    6: "sixths? sechstel", 8: "eighths? achtel", 10: "tenths? zehntel décimos?",
}  # fmt: skip
_ONE = r"an?|one|ein|eine|einem|einen|un|una|une|le|la"
_HALF = (
    r"(?:one[ -])?half(?= (?:of|the|a|an|its|their|all|as)\b|[.,;]|$)|(?<!first )(?<!second )\bhalf(?= of\b)|"
    r"\bdie hälfte|\bla mitad|\bla moitié"
)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    rules = [(rf"(?<=\d)\s?(?:{names})(?!\w)", f"⟪{power}⟫") for power, names in _POWERS]
    rules += [(r"(?<=\d)k(?!\w)", "⟪3⟫"), (r"(?<=\d)M(?!\w)", "⟪6⟫"), (r"(?<=\d)\s?B(?!\w)", "⟪9⟫")]
    compiled = [(re.compile(p, 0 if "k(" in p or "M(" in p or "B(" in p else re.IGNORECASE), r) for p, r in rules]
    compiled.append((re.compile(rf"\b{_HALF}", re.IGNORECASE), f" {FRACTION}50%"))
    for value, names in _FRACTIONS.items():
        for name in names.split():
            compiled.append(
                (re.compile(rf"\b(?:{_ONE})[ -]{name}(?= (?:of|der|des|de|du|aller)\b|[.,;])", re.I), f" 1/{value}")
            )
            compiled.append((re.compile(rf"\b(\d{{1,2}})[ -]{name}\b", re.I), rf" \1/{value}"))
    for value, names in _ORDINALS.items():
        pattern = "|".join(names.split())
        compiled.append((re.compile(rf"\b(?:{pattern})\b(?! (?:half|person|hand)\b)", re.I), f"{value}⟪o⟫"))
    return tuple(compiled)


_HAN_FRACTION = re.compile(r"([一二两三四五六七八九十百千零〇点\d.]+)分之([一二两三四五六七八九十百千零〇点\d.]+)")
_SLASH = re.compile(r"(?<![\d/.])(\d{1,3})\s?[/⁄]\s?(\d{1,3})(?![\d/⁄])(?=\s|[.,;)]|$)")
_COUNTED = re.compile(
    r"\b(two|three|four|five|seven|zwei|drei|dos|tres|cuatro|deux|trois|quatre)(?=[ -](?:third|quarter|fourth|"
    r"fifth|sixth|eighth|tenth|drittel|viertel|fünftel|tercio|cuarto|quinto|tiers|quart))",
    re.I,
)
_PER_CENT = re.compile(r"\b(?:por cien(?:to)?|per cent|pour cent|per cento|por cento)\b", re.IGNORECASE)
_FISCAL = re.compile(r"\bFY\s?['’]?(?=\d)")
_MINUS = re.compile(r"\bminus (?=\d)", re.IGNORECASE)
_MILLIONS = re.compile(r"([€$£]\s?\d+(?:[.,]\d+)?)\s?m(?:n|io)?(?!\w)")  # "$3.4m" is no length
_DOTTED = re.compile(  # "of 7.8.22" is a date, "7.8.22" may be a release
    r"\b(of|on|from|dated|until|by|vom|am|bis|du|le|del|el) (\d{1,2})\.(\d{1,2})\.(\d\d)(?![\d.])", re.IGNORECASE
)
_TIME_WORD = re.compile(r"hour|stunde|hora\b|heure|half a|halbes|medio|年|小时|year and", re.IGNORECASE)
_PARTS_OF_TIME = [
    (re.compile(words, re.IGNORECASE), digits)
    for words, digits in (
        (r"\bthree[- ]quarters of an hour\b|\bdreiviertelstunde\b|\btrois quarts d['’]heure\b", "45 minutes"),
        (r"\b(?:an? )?quarter of an hour\b|\bviertelstunde\b|\bcuarto de hora\b|\bquart d['’]heure\b", "15 minutes"),
        (
            r"\bhalf an hour\b|\b(?:a )?half[- ]hour\b|\bhalbe stunde\b|\bmedia hora\b|\bdemi[- ]heure\b|半小时",
            "30 minutes",
        ),
        (r"\b(?:an|one) hour and a half\b|\banderthalb stunden\b", "1.5 hours"),
        (r"\b(?:a|one) year and a half\b", "18 months"),
        (r"\bhalf a year\b|\bhalbes jahr\b|\bmedio año\b|半年", "6 months"),
        (r"\bhalf a century\b", "50 years"),
        (r"\b(?:an?|one) hour\b", "1 hour"),
    )
]
_HAN_ORDINAL = re.compile(r"第([一二三四五六七八九十百\d]+)")


def rewrite(text: str) -> str:
    """`text` with powers after digits as ⟪n⟫, ordinals as n⟪o⟫, fractions as percentages."""
    if _TIME_WORD.search(text):
        for pattern, digits in _PARTS_OF_TIME:
            text = pattern.sub(digits, text)
    for char, digits in _VULGAR.items():
        text = text.replace(char, f" {digits}")
    text = _FISCAL.sub("fiscal year ", _MINUS.sub("-", _MILLIONS.sub(r"\1⟪6⟫", text)))
    text = _DOTTED.sub(r"\1 \2/\3/\4", text)
    text = _PER_CENT.sub("%", text.replace("²", "2").replace("³", "3"))
    text = _HAN_ORDINAL.sub(lambda m: f"{words_to_digits(m[1])}⟪o⟫", text)
    text = _HAN_FRACTION.sub(_han_fraction, text)
    text = text.replace("一半", " 50% ")
    text = _COUNTED.sub(lambda m: words_to_digits(m.group()), text)
    for pattern, replacement in _rules():
        text = pattern.sub(replacement, text)
    return _SLASH.sub(_percentage, text)


def _percentage(match: re.Match[str]) -> str:
    above, below = int(match[1]), int(match[2])
    if not 0 < above < below or below > 100:
        return match.group()
    return f" {FRACTION}{float(Fraction(above, below) * 100):.4f}%"


def _han_fraction(match: re.Match[str]) -> str:
    below, above = (_han_digits(match[i]) for i in (1, 2))
    try:
        value = float(above) / float(below) * 100
    except (ValueError, ZeroDivisionError):
        return match.group()
    return f" {value:.4f}".rstrip("0").rstrip(".") + "% "


def _han_digits(han: str) -> str:
    return {"百": "100", "千": "1000"}.get(han) or words_to_digits(han).replace("点", ".")
