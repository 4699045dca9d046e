"""The evidence says that something may be, is planned or alleged; the claim says that it is."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.types import Veto
from ragcite.verification.alignment import Aligned, weight
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.cues import Scope, hedges, is_hedged, speaks_of_the_past
from ragcite.verification.vetoes.finding import NOTHING, Finding

NAME = "modality"
_LEAST_SHARE = 0.5


def modality_veto(claim: Reading, evidence: Reading, aligned: Sequence[Aligned]) -> Finding:
    """Fires when every evidence sentence about the claim hedges at least half of it and the claim hedges nothing."""
    theirs = hedges(evidence, future=speaks_of_the_past(claim))
    if not aligned or not theirs or is_hedged(claim):
        return NOTHING
    cues = [_hedge(sentence, theirs) for sentence in aligned]
    if not all(cues):
        return NOTHING
    return Finding((Veto(NAME, f"the source says only “{cues[0]}”"),))


def _hedge(aligned: Aligned, scopes: Sequence[Scope]) -> str:
    """The cue that covers most of the sentence's words shared with the claim, or ""."""
    total = sum(weight(token) for token, _ in aligned.pairs) or 1.0
    for scope in scopes:
        covered = sum(weight(t) for t, matches in aligned.pairs if all(scope.span.contains(m.span) for m in matches))
        if covered >= _LEAST_SHARE * total:
            return scope.cue.strip()
    return ""
