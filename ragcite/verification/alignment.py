"""Which sentences of the evidence say what the claim is about, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from ragcite.types import Span
from ragcite.verification.reading import Reading, Token

LEAST = 0.5
NEAR = 0.12


@dataclass(frozen=True, slots=True)
class Aligned:
    """One evidence sentence: `coverage` is the share of the claim's content words in it (weighted by length);
    `pairs` holds, for each matched claim word, the evidence words it may stand for."""

    sentence: Span
    coverage: float
    pairs: tuple[tuple[Token, tuple[Token, ...]], ...]


def alike(a: str, b: str) -> bool:
    """Equal stems, or long words with the same beginning (approval, approved)."""
    if a == b:
        return True
    shorter, longer = (a, b) if len(a) <= len(b) else (b, a)
    if len(shorter) < 5 or any(map(str.isdigit, longer)):
        return False
    return longer.startswith(shorter[: max(5, len(shorter) - 2)]) and len(longer) - len(shorter) <= 4


def weight(token: Token) -> float:
    """Long words, names and figures tell more than short ones; a Chinese character counts as one."""
    if any(map(str.isdigit, token.text)):
        return 1.5
    return min(len(token.text), 9) / 6 if token.text.isascii() else 1.0


def align(claim: Reading, evidence: Reading, least: float = LEAST) -> list[Aligned]:
    """The evidence sentences that cover the claim nearly as well as the best, best first; none below `least`."""
    found = [_aligned(claim.tokens, sentence, evidence.tokens) for sentence in evidence.sentences]
    best = max((aligned.coverage for aligned in found), default=0.0)
    kept = [aligned for aligned in found if aligned.coverage >= max(least, best - NEAR)]
    return sorted(kept, key=lambda aligned: -aligned.coverage)


def _aligned(wanted: tuple[Token, ...], sentence: Span, tokens: tuple[Token, ...]) -> Aligned:
    inside = [token for token in tokens if sentence.contains(token.span)]
    pairs = []
    for token in wanted:
        matches = tuple(other for other in inside if alike(token.stem, other.stem))
        if matches:
            pairs.append((token, matches))
    total = sum(map(weight, wanted)) or 1.0
    return Aligned(sentence, sum(weight(token) for token, _ in pairs) / total, tuple(pairs))
