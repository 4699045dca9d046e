"""What kind of thing a question asks for, and whether a sentence offers one that the question did not already name."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache


class AnswerType(StrEnum):
    NUMBER = "a number"
    MONEY = "an amount of money"
    DATE = "a date or time"
    CONTACT = "an address or number to reach"
    NAME = "a name"
    YES_NO = "yes or no"
    OTHER = "something else"


# Tried in this order. English, German, Spanish, French, then Chinese and Russian, whose cues need no word borders.
_CUES: tuple[tuple[AnswerType, str], ...] = (
    (
        AnswerType.CONTACT,
        r"\b(phone|telephone|fax|mobile) number|\be-?mail|\bpostal address|\bhomepage|\bwebsite|\btelefonnummer"
        r"|\bnúmero de teléfono|\bcorreo electrónico|\bnuméro de téléphone|电话号码|邮箱",
    ),
    (
        AnswerType.MONEY,
        r"\bhow much (does|did|do|is|was|would|will) .*\b(cost|paid|pay|charge|earn|owe|price)"
        r"|\bwhat (does|did) .* cost\b|\b(price|fee|salary|budget|cost) of\b"
        r"|\bwas kostet|\bwie teuer|\bcuánto cuesta|\bcombien coûte|多少钱|сколько стоит",
    ),
    (
        AnswerType.DATE,
        r"\bwhen\b|\b(what|which) (year|date|day|month|decade|century|time)\b|\bwann\b|\bquand\b"
        r"|\bcuándo\b|\bqué (año|día|fecha|hora|mes)\b|\bquelle (date|année|heure)\b"
        r"|什么时候|何时|哪一?年|几点|когда",
    ),
    (
        AnswerType.NUMBER,
        r"\bhow (many|much|long|old|far|often|tall|high|deep|fast|large|big|heavy|wide|thick|hot|cold|late|early)\b"
        r"|\b(what|which) (percent|percentage|number|amount|share|proportion|temperature|distance|speed|weight)\b"
        r"|\bwie (viele?|lange?|hoch|tief|weit|oft|alt|schwer|groß|dick|schnell)\b|\bcuánt[oa]s?\b|\bcombien\b"
        r"|多少|几|多长|多大|сколько",
    ),
    (AnswerType.NAME, r"\b(who|whom|whose)\b|\bwer\b|\bwem\b|\bwen\b|\bquién(es)?\b|\bqui\b|谁|\bкто\b"),
    (
        AnswerType.YES_NO,
        r"^\W*(is|are|was|were|do|does|did|can|could|may|must|has|have|had|will|would|should|shall)\b"
        r"|^\W*(ist|sind|war|waren|darf|dürfen|kann|können|muss|müssen|hat|haben|wird|werden|gibt)\b"
        r"|^\W*(es|son|está|están|hay|puede|pueden|debe|deben|tiene|tienen)\b|^\W*est-ce\b|吗|是否",
    ),
)
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september|october"
    "|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio"
    "|agosto|septiembre|octubre|noviembre|diciembre|janvier|février|mars|avril|juin|juillet|août|septembre|octobre"
    "|novembre|décembre|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag"
    "|freitag|samstag|sonntag|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_TIMES = (
    "century|daily|weekly|monthly|yearly|annual(?:ly)?|after|before|until|till|since|during|noon|midnight"
    "|nach|vor|bis|seit|después|antes|hasta|après|avant"
)
_NUMERALS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred|thousand"
    "|million|billion|dozen|half|third|quarter|once|twice|both|none|single|several|every|daily|weekly|monthly|yearly"
    "|annually|eine?[rnms]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|täglich|jährlich"
    "|un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil|une|deux|trois|quatre|cinq|sept|huit|neuf|dix"
    "|cent|mille"
)
_CURRENCIES = "USD|EUR|GBP|CHF|dollars?|euros?|pounds?|pence|cents?|yuan|francs?|rubles?"
_OFFERS: dict[AnswerType, str] = {
    AnswerType.NUMBER: rf"\d[\d.,:]*|\b(?:{_NUMERALS})\b|[一二三四五六七八九十百千万两半]",
    AnswerType.MONEY: rf"[$€£¥₽]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥₽]|\b(?:{_CURRENCIES})\b|元|万元|%)"
    r"|\b(?:free|kostenlos|gratis|gratuit|no charge)\b|免费",
    AnswerType.DATE: rf"\b(?:1\d|20)\d\d\b|\b(?:{_MONTHS}|{_TIMES})\b|\b\d{{1,2}}:\d\d\b"
    r"|\b\d{1,2}\.\d{1,2}\.|\b\d{1,2}\s?(?:am|pm|Uhr)\b|\d+[年月日点时]",
    AnswerType.CONTACT: r"[\w.+-]+@[\w-]+\.\w+|(?:\+|\b0|\()[\d() /-]{5,}\d|\b\d{3,}[- ]?\d{3,}"
    r"|\b(?:ext(?:ension)?\.?|Durchwahl)\s*\d+|https?://\S+|\bwww\.\S+",
}
_NAME = (
    r"(?<!^)(?<![.!?:]\s)\b[^\W\d_a-zà-öø-ÿ][\w’'-]+"
    r"|\b(?:manager|director|officer|committee|board|team|chair|head|owner)\b"
)


@cache
def _patterns() -> tuple[tuple[AnswerType, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(cue, re.IGNORECASE)) for kind, cue in _CUES)


@cache
def _offer(kind: AnswerType) -> re.Pattern[str] | None:
    if kind is AnswerType.NAME:
        return re.compile(_NAME)
    return re.compile(_OFFERS[kind], re.IGNORECASE) if kind in _OFFERS else None


def expected(question: str) -> AnswerType:
    """What `question` asks for; `OTHER` where no cue is known."""
    return next((kind for kind, cue in _patterns() if cue.search(question)), AnswerType.OTHER)


def offers(kind: AnswerType, sentence: str, question: str) -> bool:
    """Whether `sentence` holds something of `kind` that is not in `question`; true for kinds that cannot be seen."""
    pattern = _offer(kind)
    if pattern is None:
        return True
    asked = question.casefold()
    return any(found[0].casefold() not in asked for found in pattern.finditer(sentence))


@cache
def _two_things() -> re.Pattern[str]:
    return re.compile(
        r"\b(and|compare|compared|versus|vs|both|difference|differ|und|vergleiche?|unterschied|beide|y|e|compara|diferencia"
        r"|ambos|et|comparer?|différence|и)\b|和|与|比较|区别",
        re.IGNORECASE,
    )


def asks_two_things(question: str) -> bool:
    """Whether the question joins or compares: its answer may need two sentences, of two documents perhaps."""
    return bool(_two_things().search(question))
