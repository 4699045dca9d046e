"""Who does what to whom, read from word order, "by" and prepositions alone: no parser, and no answer where unsure.

A clause is read around a pivot: a verb, a comparative ("older … than") or a preposition of place ("above"). What stands
before it is its subject, what stands after it its object, or the object of the preposition that leads it; a passive
turns subject and object round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragcite.text import Word, words
from ragcite.types import Span
from ragcite.verification.reading import IRREGULAR, Reading, Token, root

SUBJECT, OBJECT = "subject", "object"

_NOUN_FOLLOWS = frozenset(
    "the a an this these those its his her their our my your of and or in on at by for with from each every no any "
    "some more fewer less all both two three as than during about another other".split()
)
_HELPERS = frozenset(
    "must may can will shall should could would might to did does do not cannot has have had is are was were be been "
    "being never also later then first soon often always had".split()
)
_BE = frozenset("is are was were be been being got".split())
_AFTER_A_VERB = frozenset("the a an to from for its his her their our my your him them".split())
_PREPOSITIONS = frozenset(
    "by from to into than for against under over above below behind in on at during after before since about with as "
    "near within without until through between across among along upon towards per via onto outside inside".split()
)
_PLACES = frozenset("above below behind under beneath over".split())
_BORDER = re.compile(
    r"[,;:()—–]|\b(?:but|because|whereas|although|when|whenever|if|unless|while|until)\b",
    re.IGNORECASE,
)
_STOPS = frozenset("the a an of s".split())
# Titles and adjectives: nobody acts by these alone.
_NO_PARTY = frozenset(
    "mr mrs ms dr prof sir last next first old older new newer other more less".split()
)  # nobody acts by these


@dataclass(frozen=True, slots=True)
class Frame:
    """The pivot's stem, and the role of each content word (by stem) in its clause; words with two are left out."""

    pivot: str
    roles: dict[str, str]


def frames(reading: Reading, sentence: Span) -> list[Frame]:
    """One frame for every word of `sentence` that may be a pivot; a word that is there twice is none."""
    out, start = [], sentence.start
    for border in _BORDER.finditer(reading.text, sentence.start, sentence.end):
        out += _frames_of(reading, Span(start, border.start()))
        start = border.end()
    out += _frames_of(reading, Span(start, max(start, sentence.end)))
    return [frame for frame in out if sum(other.pivot == frame.pivot for other in out) == 1]


def _frames_of(reading: Reading, clause: Span) -> list[Frame]:
    spoken = [word for word in words(reading.text) if clause.contains(word.span)]
    tokens = {token.span: token for token in reading.tokens if clause.contains(token.span)}
    out = []
    for place, word in enumerate(spoken):
        if _is_pivot(place, spoken, reading.text):
            out.append(Frame(root(word.text, reading.language), _roles(place, spoken, tokens)))
    return out


def _is_pivot(place: int, spoken: list[Word], text: str) -> bool:
    word = spoken[place]
    if not 0 < place < len(spoken) - 1 or word.span.of(text) != word.text or not word.text.isalpha():
        return False
    before, after = spoken[place - 1], spoken[place + 1]
    if word.text in _PLACES:
        return before.text in _BE
    if _compares(place, spoken):
        return True
    between = text[before.span.end : word.span.start].strip()
    if between or before.text in _NOUN_FOLLOWS or word.text in _PREPOSITIONS | _HELPERS | _STOPS:
        return False
    return _looks_like_a_verb(word.text, before.text, after.text)


def _looks_like_a_verb(word: str, before: str, after: str) -> bool:
    if word.endswith("ed") or IRREGULAR.get(word, word) != word or before in _HELPERS:
        return True
    return after in _AFTER_A_VERB or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def _compares(place: int, spoken: list[Word]) -> bool:
    later = [word.text for word in spoken[place + 1 : place + 4]]
    return spoken[place].text.endswith("er") and "than" in later


def _roles(place: int, spoken: list[Word], tokens: dict[Span, Token]) -> dict[str, str]:
    passive = _is_passive(place, spoken)
    found: dict[str, set[str]] = {}
    for side, run in ((SUBJECT, spoken[:place]), (OBJECT, spoken[place + 1 :])):
        role = side
        for word in run:
            if word.text in _PREPOSITIONS:
                role = word.text
            elif word.text in _BE | _HELPERS and side == SUBJECT:
                role = SUBJECT if role == SUBJECT else role
            elif word.span in tokens and word.text not in _NO_PARTY:
                found.setdefault(tokens[word.span].stem, set()).add(_turned(role, passive))
    if spoken[place].text in _PLACES:
        found = {
            stem: {spoken[place].text if role == OBJECT else role for role in roles} for stem, roles in found.items()
        }
    return {stem: next(iter(roles)) for stem, roles in found.items() if len(roles) == 1}


def _turned(role: str, passive: bool) -> str:
    if not passive:
        return role
    return {SUBJECT: OBJECT, "by": SUBJECT, OBJECT: "other"}.get(role, role)


def _is_passive(place: int, spoken: list[Word]) -> bool:
    word = spoken[place].text
    if word.endswith("ing") or not (word.endswith(("ed", "en", "t", "d", "n")) or IRREGULAR.get(word, word) != word):
        return False
    return any(earlier.text in _BE for earlier in spoken[max(0, place - 3) : place])
