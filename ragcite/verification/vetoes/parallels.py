"""Figures in parallel: "A costs 5 euros, B costs 7" gives each its own, and a claim may not exchange them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ragcite.types import Span
from ragcite.verification.quantities import Quantity, comparable, equal
from ragcite.verification.reading import IRREGULAR, Reading, Token

_LEAST_SHARE = 0.6  # of the claim's words that the two parts must hold
_BORDER = re.compile(r"[,;|\n]\s|\n|\b(?:and|but|while|whereas|und|aber|y|pero|et|mais)\b")
_TOGETHER = re.compile(
    r"\b(?:respectively|both|each|together|total|altogether|average|all|jeweils|zusammen)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a sentence with its figures; `owners` are the words before the first of them."""

    sentence: int
    words: frozenset[str]
    owners: tuple[Token, ...]
    figures: tuple[Quantity, ...]


def exchanged(claim: Reading, evidence: Reading) -> tuple[Quantity, str, str] | None:
    """A figure of the claim, the word that the evidence gives it to, and the word that the claim gives it to."""
    figures = [figure for figure in claim.facts.quantities if _measures(figure) and _has_a_rival(figure, evidence)]
    if not figures or _TOGETHER.search(claim.text):
        return None
    theirs = list(_parts(evidence))
    for ours in _parts(claim):
        for figure in ours.figures:
            found = _exchange(figure, ours, theirs) if len(ours.figures) == 1 and _measures(figure) else None
            if found:
                return figure, *found
    return None


def _has_a_rival(figure: Quantity, evidence: Reading) -> bool:
    same = [equal(figure, other) for other in evidence.facts.quantities if comparable(figure, other)]
    return any(same) and not all(same)


def _measures(figure: Quantity) -> bool:
    """Not the number of a flat, a line or a machine."""
    return figure.unit is not None or figure.kind == "time" or figure.noun != "" or min(figure.readings) >= 100


def _exchange(figure: Quantity, ours: _Part, theirs: list[_Part]) -> tuple[str, str] | None:
    holding = [part for part in theirs if any(equal(figure, other) for other in part.figures)]
    rivals = [part for part in theirs if part not in holding and any(comparable(figure, q) for q in part.figures)]
    held = frozenset().union(*(part.words for part in holding))
    if not holding or not all(_owner(part) for part in holding):
        return None
    for rival in rivals:
        near = [part for part in holding if _parallel(part, rival)]
        claimed = [token for token in rival.owners if token.stem in ours.words and token.stem not in held]
        if not near or not claimed or _kept(holding, rival, claimed[0]) & ours.words or not _owner(rival):
            continue
        known = sum(word in held or word in rival.words for word in ours.words)
        if known >= _LEAST_SHARE * len(ours.words):
            return near[0].owners[0].text, claimed[0].text
    return None


def _kept(holding: list[_Part], rival: _Part, claimed: Token) -> set[str]:
    """Words of the right owner, any of which in the claim clears it; where years are exchanged, its years."""
    tokens = {token for part in holding for token in part.owners if not token.text.endswith("ed")}
    if claimed.text.isdigit():
        return {token.stem for token in tokens if token.text.isdigit()}
    others = frozenset().union(*(part.words - {t.stem for t in part.owners} for part in holding))
    return ({token.stem for token in tokens} | others) - rival.words


def _parallel(part: _Part, rival: _Part) -> bool:
    """In one sentence, or in neighbouring ones that share a word."""
    if part.sentence == rival.sentence:
        return True
    return abs(part.sentence - rival.sentence) == 1 and bool(part.words & rival.words)


def _owner(part: _Part) -> bool:
    """Whether the part names its own subject: "left at 5" has that of the part before."""
    if not part.owners:
        return False
    first = part.owners[0].text
    return not first.endswith("ed") and IRREGULAR.get(first, first) == first


def _parts(reading: Reading) -> Iterator[_Part]:
    for number, sentence in enumerate(reading.sentences):
        if not re.search(r"\brespectively\b", sentence.of(reading.text)):
            for span, figures in _stretches(reading, sentence):
                yield _part(reading, span, figures, number)


def _stretches(reading: Reading, sentence: Span) -> list[tuple[Span, tuple[Quantity, ...]]]:
    """The sentence cut at commas and "and" so that every stretch has a figure: what has none joins its neighbour."""
    cuts = [match.start() for match in _BORDER.finditer(reading.text, sentence.start, sentence.end)]
    out: list[tuple[Span, tuple[Quantity, ...]]] = []
    start = sentence.start
    for end in [*cuts, sentence.end]:
        figures = _figures(Span(start, end).of(reading.text), reading.language)
        if figures:
            out.append((Span(start, end), figures))
            start = end
    if out and start < sentence.end:
        out[-1] = (Span(out[-1][0].start, sentence.end), out[-1][1])
    return out


def _figures(text: str, language: str | None) -> tuple[Quantity, ...]:
    return tuple(q for q in Reading(text, language or "en").facts.quantities if not q.year and q.kind != "ordinal")


def _part(reading: Reading, span: Span, figures: tuple[Quantity, ...], sentence: int) -> _Part:
    """Without owners where the first figure is written in words, so that its place is not known."""
    said = {word for figure in figures for word in re.findall(r"\w+", figure.text.casefold())}
    tokens = [t for t in reading.tokens if span.contains(t.span) and t.text not in said and t.stem not in said]
    first = min(reading.text.find(q.text.split()[0].lstrip("€$£"), span.start, span.end) for q in figures)
    owners = tuple(token for token in tokens if token.span.end <= first)
    return _Part(sentence, frozenset(t.stem for t in tokens), owners, figures)
