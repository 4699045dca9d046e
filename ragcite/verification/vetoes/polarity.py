"""The claim affirms what the evidence denies, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcite.text import words
from ragcite.types import Veto
from ragcite.verification.alignment import Aligned, weight
from ragcite.verification.reading import Reading, Token, root
from ragcite.verification.vetoes.cues import Scope, denies_by_word, negations
from ragcite.verification.vetoes.finding import NOTHING, Finding

NAME = "polarity"
_LEAST_SHARE = 0.2
_DENYING = re.compile(
    r"den[iy]|refut|disput|reject|cancel|withdr|annul|revok|revers|abandon|halt|block|prohibit|forb|ban|refus|"
    r"bestr|dement|untersag|verb|"
    r"neg[óa]|niega|desm|prohib|nie[nr]?t?$|dém|interdi"
)
_SHARE_IF_BOTH = 0.5
# Where the claim itself denies, true sentences trip as often as false ones unless the wording is close (decision 0016).
_COVERAGE_IF_OURS = 0.6
_COVERAGE_IF_BOTH = 0.8
_LIMITED = re.compile(
    r"[^.;]*?\b(?:until|unless|bis|es sei denn|hasta que|a menos que|avant que|à moins que)\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:if|when|once|after|only|on|until|unless|provided|wenn|nach|nur|si|cuando|après|quand|seulement)\b",
    re.IGNORECASE,
)


def polarity_veto(
    claim: Reading, evidence: Reading, aligned: Sequence[Aligned], least_share: float = _LEAST_SHARE
) -> Finding:
    """Fires when every evidence sentence about the claim (`aligned`) has some of its words under the other polarity,
    `least_share` of them by weight.

    A sentence that agrees, or that negates a word which the claim negates too, lets the claim pass.
    """
    ours, theirs = _own(claim, evidence), _own(evidence, claim)
    if not aligned or not (ours or theirs):
        return NOTHING
    if ours and aligned[0].coverage < (_COVERAGE_IF_BOTH if theirs else _COVERAGE_IF_OURS):
        return NOTHING
    least = _SHARE_IF_BOTH if ours and theirs else least_share
    turned = (
        []
        if _same_in_other_words(claim, evidence, aligned, ours, theirs)
        else [_turned(sentence, ours, theirs, least) for sentence in aligned]
    )
    if not turned or not all(turned):
        return NOTHING
    return Finding((Veto(NAME, _detail(turned[0], ours, theirs)),), contradicts=True)


def _own(reading: Reading, other: Reading) -> list[Scope]:
    """Its negations; "was denied" turns nothing round where the other side speaks of denying too, nor does "not until"
    where it names a condition."""
    condition = _CONDITION.search(other.text) is not None
    return [
        scope
        for scope in negations(reading)
        if not _shared(scope.cue, reading.language, other)
        and not (condition and _LIMITED.match(reading.text, scope.span.start))
    ]


def _shared(cue: str, language: str | None, other: Reading) -> bool:
    return any(root(word.text, language) in other.stems for word in words(cue) if _DENYING.match(word.text))


def _same_in_other_words(
    claim: Reading, evidence: Reading, aligned: Sequence[Aligned], ours: Sequence[Scope], theirs: Sequence[Scope]
) -> bool:
    """ "is no longer served" against "was abolished"."""
    if ours and theirs:
        return False
    said = claim.text if theirs else aligned[0].sentence.of(evidence.text)
    other = aligned[0].sentence.of(evidence.text) if theirs else claim.text
    return denies_by_word(said) and not denies_by_word(other)


def _turned(aligned: Aligned, ours: Sequence[Scope], theirs: Sequence[Scope], least: float) -> list[Token]:
    """Claim words whose every counterpart has the other polarity; none when polarity is shared elsewhere."""
    total = sum(weight(token) for token, _ in aligned.pairs)
    turned: list[Token] = []
    for token, matches in aligned.pairs:
        mine = _negated(token, ours)
        same = [match for match in matches if _negated(match, theirs) == mine]
        if mine and same:
            return []
        if not same:
            turned.append(token)
    return turned if total and sum(map(weight, turned)) >= least * total else []


def _negated(token: Token, scopes: Sequence[Scope]) -> bool:
    return sum(scope.span.contains(token.span) for scope in scopes) % 2 == 1


def _detail(turned: Sequence[Token], ours: Sequence[Scope], theirs: Sequence[Scope]) -> str:
    cues = [scope.cue.strip() for scope in theirs or ours]
    side = "the source" if theirs else "the sentence"
    return f"{side} says “{cues[0]}” of “{turned[0].text}”"
