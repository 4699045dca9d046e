"""Every proper name inside the claim stands somewhere in the evidence or its headings."""

from __future__ import annotations

import re
import unicodedata

from ragcite.types import Veto
from ragcite.verification.quantities import is_calendar_name, unit_named
from ragcite.verification.reading import Reading, Token
from ragcite.verification.vetoes.finding import Finding

NAME = "name"

_CAPITALS_MEAN_NAMES = {"en", "es", "fr", "it", "pt", "nl", "da", "sv", "no", None}
_LEAST_LETTERS = 3
_SAME_BEGINNING = 4  # Norway, Norwegian
_BEFORE = '.:"“„«‘!?|'  # a capital behind these says nothing
_TITLE = re.compile(r"\b(?:Prof|Dr|Mr|Mrs|Ms|St|Sr|Sra|Mme|Mlle|Messrs)\.\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def name_veto(claim: Reading, evidence: Reading) -> Finding:
    """Compares without case and inflection; an acronym matches the initials of the words it stands for.

    A sentence's first word is left out (its capital says nothing), and so are months, days and units, which other
    vetoes compare, and languages that write all nouns with one.
    """
    if claim.language not in _CAPITALS_MEAN_NAMES:
        return Finding()
    text = _folded(evidence.text)
    initials = {"".join(word[0] for word in run.split()) for run in _runs(evidence.text)}
    missing = [t for t in _names(claim) if not _present(t, claim, evidence, text, initials)]
    return Finding(tuple(Veto(NAME, f"{token.span.of(claim.text)} is not in the source") for token in missing))


def _names(claim: Reading) -> list[Token]:
    starts = {sentence.start for sentence in claim.sentences}
    capital = [token for token in claim.tokens if claim.text[token.span.start].isupper()]
    if len(capital) * 2 > len(claim.tokens) and len(capital) > 4:  # a headline
        return []
    return [
        token
        for token in capital
        if len(token.text) >= _LEAST_LETTERS
        and token.text.isalpha()
        and token.span.start not in starts
        and not is_calendar_name(token.text)
        and unit_named(token.text) is None
        and (
            _TITLE.search(claim.text, 0, token.span.start)
            or claim.text[: token.span.start].rstrip()[-1:] not in _BEFORE
        )
    ]


def _present(token: Token, claim: Reading, evidence: Reading, text: str, initials: set[str]) -> bool:
    word = _folded(token.text)
    if token.stem in evidence.stems or word in text:
        return True
    beginning = word[:_SAME_BEGINNING].capitalize()
    if len(word) > _SAME_BEGINNING and any(m.group().startswith(beginning) for m in _WORD.finditer(evidence.text)):
        return True
    written = token.span.of(claim.text)
    if written.isupper():  # a sentence's first word, "The", has a capital that belongs to no name
        return any(letters.endswith(written) for letters in initials)
    run = next((run for run in _runs(claim.text) if written in run.split()), "")
    acronym = "".join(part[0] for part in run.split())
    return len(acronym) > 1 and re.search(rf"\b{acronym}\b", evidence.text) is not None


def _folded(text: str) -> str:
    """Without case and accents: Núñez is nunez."""
    return "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))


def _runs(text: str) -> list[str]:
    """Stretches of capitalised words, small words between them left out: "World Health Organization"."""
    runs: list[list[str]] = [[]]
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper():
            runs[-1].append(word)
        elif word not in {"of", "the", "and", "for", "de", "la", "del", "des", "du", "et", "y"}:
            runs.append([])
    return [" ".join(run) for run in runs if len(run) > 1]
