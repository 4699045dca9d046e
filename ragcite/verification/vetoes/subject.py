"""A figure of the claim belongs to what the claim speaks of: 40 m is the depth of PX-200, its neighbour, not PX-220."""

from __future__ import annotations

import re

from ragcite.text import content_words
from ragcite.types import Veto
from ragcite.verification.quantities import Quantity, match_quantity
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.finding import NOTHING, Finding
from ragcite.verification.vetoes.identifier import identifiers
from ragcite.verification.vetoes.parallels import exchanged

NAME = "subject"

_PROPER = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]+(?: [A-ZÀ-ÖØ-Þ][\w’'-]+)+")
_SERIES = re.compile(r"\d.*")


def subject_veto(claim: Reading, evidence: Reading) -> Finding:
    """Fires when every sentence with a figure of the claim names a rival of the claim's subject, and not the subject.

    A rival is another identifier of the same series (PX-200 for PX-220) or another name that shares a word (Lower Tarn
    for Upper Tarn), or the owner of another figure in parallel ("A costs 5 euros, B costs 7").
    Derived figures are left to the number veto.
    """
    if not claim.facts.quantities:
        return NOTHING
    found = exchanged(claim, evidence)
    if found:
        figure, owner, other = found
        return Finding((Veto(NAME, f"the source says {figure.text} of “{owner}”, not of “{other}”"),), contradicts=True)
    subjects = _subjects(claim)
    if not subjects:
        return NOTHING
    sentences = [Reading(span.of(evidence.text), evidence.language) for span in evidence.sentences]
    rivals = [(_rival(subjects, sentence), sentence) for sentence in sentences]
    vetoes = []
    for figure in claim.facts.quantities:
        beside = [rival for rival, sentence in rivals if _states(sentence, figure, claim)]
        if beside and all(beside) and figure.text not in " ".join(subjects):
            vetoes.append(
                Veto(NAME, f"the source says {figure.text} of {beside[0]}, not of {_first(subjects, beside[0])}")
            )
    return Finding(tuple(vetoes), contradicts=bool(vetoes))


def speaks_of_a_rival(sentence: str, asked: str) -> bool:
    """Whether `sentence` names another identifier of the series that `asked` names, and none of those it names."""
    wanted, found = identifiers(asked), identifiers(sentence)
    if not wanted or not found or set(wanted) & set(found):
        return False
    return any(_are_rivals(one, other) for one in found for other in wanted)


def _subjects(text: Reading) -> frozenset[str]:
    proper = [] if text.language == "de" else map(_bare, _PROPER.findall(text.text))
    return frozenset([*identifiers(text.text), *(name for name in proper if " " in name)])


def _bare(name: str) -> str:
    """Without "'s" and the capital word that only opens a sentence."""
    first, rest = name.split(" ", 1)
    name = re.sub(r"['’]s\b", "", name)
    return name if content_words(first, "en") else rest


def _rival(subjects: frozenset[str], sentence: Reading) -> str:
    """A rival that the sentence names while it names no subject; "" where there is none."""
    found = _subjects(sentence)
    if any(subject.casefold() in sentence.text.casefold() for subject in subjects):
        return ""
    return next((name for name in sorted(found) for subject in subjects if _are_rivals(name, subject)), "")


def _are_rivals(one: str, other: str) -> bool:
    if " " in one or " " in other:
        first, second = set(one.split()), set(other.split())
        return one != other and bool(first & second) and bool(first - second) and bool(second - first)
    series = _SERIES.sub("", one)
    return len(series) > 0 and series == _SERIES.sub("", other) and one != other


def _first(subjects: frozenset[str], rival: str) -> str:
    return next(subject for subject in sorted(subjects) if _are_rivals(rival, subject))


def _states(sentence: Reading, figure: Quantity, claim: Reading) -> bool:
    match = match_quantity(figure, sentence.facts, claim.text, sentence.text)
    bounds = {other.bound for other in sentence.facts.quantities if other.readings & figure.readings}
    return match.found and not match.derivation and (not bounds or figure.bound in bounds)
