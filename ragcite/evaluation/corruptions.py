"""Minimal corruptions: a sentence that its source supports, changed in exactly one fact so that it no longer is.

English rules; numbers and years work in every language. What a rule cannot change is left out, never guessed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w-])|(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d)")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_NAME = re.compile(r"\b[A-Z][\w’'-]+(?:\s+(?:of|de|van|von|the)?\s*[A-Z][\w’'-]+){0,3}")
_UNITS = (
    ("minutes", "hours", "days", "weeks", "months", "years"),
    ("minute", "hour", "day", "week", "month", "year"),
    ("mm", "cm", "m", "km"),
    ("metres", "kilometres", "miles", "feet"),
    ("meters", "kilometers", "miles", "feet"),
    ("mg", "g", "kg", "tonnes"),
    ("thousand", "million", "billion"),
    ("percent", "percentage points"),
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|must|has|have|had|does|do|did)\b(?!\s+not\b|n['’]t)(?=\s+\w)"
)
_NEGATED = re.compile(r"\b(is|are|was|were|can|could|will|would|should|must|has|have|had|does|do|did)\s+not\s+")
_NEVER = re.compile(r"\bnever\b")
_MODAL = re.compile(r"\b(?:may|might|could|can)\s+(?=be\b|have\b|\w+\b)")
_HEDGE = re.compile(r"\b(?:plans? to|intends? to|hopes? to|is expected to|are expected to|is planned to)\s+", re.I)
_ADVERB = re.compile(r"\b(?:probably|possibly|perhaps|allegedly|reportedly|likely)\s+", re.I)
_SWAPS = (
    "all some|every no|most few|many few|always sometimes|usually rarely|both neither|only also|more less|"
    "at least/at most|more than/less than|above below|over under|before after|first last|earlier later|"
    "increase decrease|increased decreased|increases decreases|rose fell|higher lower|highest lowest|largest smallest|"
    "larger smaller|longer shorter|older younger|maximum minimum|minimum maximum|up down|north south|east west|"
    "northern southern|eastern western|left right|open closed|won lost|accepted rejected|approved refused|"
    "allowed forbidden|permitted prohibited|included excluded|includes excludes|public private|hot cold|"
    "positive negative|male female|men women|summer winter|morning evening|buy sell|bought sold|begin end|began ended|"
    "begins ends|started stopped|starts stops|with without|inside outside|internal external|major minor|strong weak|"
    "high low|long short|early late|new old|mandatory optional|required optional|monthly yearly|daily weekly"
)
_ANTONYM: dict[str, str] = {}
for _pair in _SWAPS.split("|"):
    _one, _other = _pair.split("/") if "/" in _pair else _pair.split()
    _ANTONYM.setdefault(_one, _other)
    _ANTONYM.setdefault(_other, _one)
_ANTONYMS = re.compile(rf"\b(?:{'|'.join(sorted(_ANTONYM, key=len, reverse=True))})\b", re.I)
_NOT_NAMES = frozenset(
    "The A An In On At For From By If It Its This That These Those There Their They We You He She His Her But And Or "
    "As When While Where What Which Who How Why After Before Since During Under Over With Without All Some Most Many "
    "No Not Each Every Both Also However Although Because One Two Three Such Our My I Is Are Was Were Do Does".split()
)


@dataclass(frozen=True, slots=True)
class Corruption:
    """`text` is the sentence with one fact changed; `kind` names what was changed."""

    kind: str
    text: str


def corruptions(sentence: str, names: Sequence[str], rng: random.Random) -> list[Corruption]:
    """One corruption of each kind that applies, in a fixed order. `names` are other names to put in, of the same text.

    Deterministic for a seeded `rng`.
    """
    rules: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("number", lambda: _number(sentence, rng)),
        ("date", lambda: _date(sentence, rng)),
        ("unit", lambda: _unit(sentence, rng)),
        ("name", lambda: _name(sentence, names, rng)),
        ("role", lambda: _role(sentence)),
        ("negation", lambda: _negation(sentence, rng)),
        ("modality", lambda: _modality(sentence)),
        ("wording", lambda: _wording(sentence, rng)),
    )
    made = [(kind, rule()) for kind, rule in rules]
    return [Corruption(kind, text) for kind, text in made if text is not None and text != sentence]


def names_in(text: str) -> list[str]:
    """Capitalised names inside sentences, in order of appearance, each once."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        begins = not match.start() or text[: match.start()].rstrip()[-1:] in ".!?:\n"
        if not begins and name.split()[0] not in _NOT_NAMES and not _MONTH.search(name):
            found.append(name)
    return list(dict.fromkeys(found))


def _replaced(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


def _number(sentence: str, rng: random.Random) -> str | None:
    found = [m for m in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(m.group())]
    if not found:
        return None
    match = rng.choice(found)
    return _replaced(sentence, match, _other_number(match.group(), rng))


def _other_number(text: str, rng: random.Random) -> str:
    """Another number of the same look: as many decimals, the same grouping."""
    plain = text.replace(",", "")
    decimals = len(plain.partition(".")[2])
    value = float(plain)
    step = 10**-decimals
    factor = rng.choice((0.5, 0.8, 1.2, 1.5, 2.0, 3.0))
    new = round(value * factor, decimals)
    if abs(new - value) < step / 2:
        new = value + step * rng.choice((1, 2, 3))
    return f"{new:,.{decimals}f}" if "," in text else f"{new:.{decimals}f}"


def _date(sentence: str, rng: random.Random) -> str | None:
    options = [(m, str(int(m.group()) + rng.choice((-11, -3, -2, -1, 1, 2, 4, 10)))) for m in _YEAR.finditer(sentence)]
    for match in _MONTH.finditer(sentence):
        if match.group() != "May" or re.search(r"\d\s*$|^\s*\d", sentence[max(0, match.start() - 3) : match.start()]):
            options.append((match, rng.choice([month for month in _MONTHS if month != match.group()])))
    if not options:
        return None
    match, new = rng.choice(options)
    return _replaced(sentence, match, new)


def _unit(sentence: str, rng: random.Random) -> str | None:
    options = []
    for group in _UNITS:
        for match in re.finditer(rf"(?<=\d[ -])(?:{'|'.join(group)})\b|(?<=\w )(?:{'|'.join(group[:3])})\b", sentence):
            options += [(match, other) for other in group if other != match.group()]
    if not options:
        return None
    match, new = rng.choice(options)
    return _replaced(sentence, match, new)


def _name(sentence: str, names: Sequence[str], rng: random.Random) -> str | None:
    inside = names_in(sentence)
    others = [name for name in names if name not in sentence and all(part not in sentence for part in name.split())]
    if not inside or not others:
        return None
    old = rng.choice(inside)
    near = [name for name in others if len(name.split()) == len(old.split())] or others
    return sentence.replace(old, rng.choice(near), 1)


def _role(sentence: str) -> str | None:
    """Two names of one clause change places, where a verb stands between them."""
    inside = names_in("x " + sentence)
    for one, other in pairwise(inside):
        first, second = sentence.find(one), sentence.find(other)
        between = sentence[first + len(one) : second]
        if (
            0 <= first < second
            and re.search(r"\b\w{3,}(?:ed|es|s|ght|ld|de|ve|n)\b", between)
            and not re.search(r"[,;]|\band\b|\bor\b", between)
        ):
            return sentence[:first] + other + between + one + sentence[second + len(other) :]
    return None


def _negation(sentence: str, rng: random.Random) -> str | None:
    negated = _NEGATED.search(sentence)
    if negated:
        return _replaced(sentence, negated, negated.group(1) + " ")
    never = _NEVER.search(sentence)
    if never:
        return _replaced(sentence, never, "always")
    found = list(_AUXILIARY.finditer(sentence))
    if found and rng.random() < 0.8:
        return _replaced(sentence, found[0], found[0].group(1) + " not")
    if sentence[:1].isupper() and found:
        head = (
            sentence if names_in("x " + sentence)[:1] == [sentence.split()[0]] else sentence[0].lower() + sentence[1:]
        )
        return rng.choice(("It is false that ", "It was denied that ", "It is not true that ")) + head
    return None


def _modality(sentence: str) -> str | None:
    """What may be or is planned becomes what is."""
    for pattern, new in ((_HEDGE, "will "), (_ADVERB, ""), (_MODAL, "will ")):
        match = pattern.search(sentence)
        if match:
            return _replaced(sentence, match, new)
    return None


def _wording(sentence: str, rng: random.Random) -> str | None:
    found = list(_ANTONYMS.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    new = _ANTONYM[match.group().lower()]
    return _replaced(sentence, match, new.capitalize() if match.group()[0].isupper() else new)
