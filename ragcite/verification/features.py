"""What the first support score looks at: how the words of a claim lie in a piece of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ragcite.verification.alignment import weight
from ragcite.verification.quantities import match_quantity
from ragcite.verification.reading import Reading, Token

WORD_FEATURES = ("alignment", "worst", "rare", "phrases", "one_sentence", "figures", "names")
EMBEDDING_FEATURES = ("cosine", "cosine_best")
_LEAST_SIMILARITY = 0.4
_WORST_SHARE = 0.34


def word_features(claim: Reading, evidence: Reading) -> list[float]:
    """In the order of WORD_FEATURES, each in [0, 1].

    alignment: similarity of each claim word to its best evidence word, weighted by `weight`; worst: the mean over
    the third of the claim's words that match least; rare: alignment over words of seven letters or more; phrases:
    share of adjacent word pairs of the claim found near each other; one_sentence: the best single sentence's share;
    figures: share of numbers that are given; names: share of capitalised words that occur.
    """
    tokens = claim.tokens
    if not tokens:
        return [0.0] * len(WORD_FEATURES)
    pool = {token.stem for token in evidence.tokens} | evidence.stems
    similarity = [_best(token.stem, pool) for token in tokens]
    weights = [weight(token) for token in tokens]
    total = sum(weights)
    least = sorted(similarity)[: max(1, round(len(similarity) * _WORST_SHARE))]
    long = [s for s, token in zip(similarity, tokens, strict=True) if len(token.text) >= 7]
    aligned = sum(s * w for s, w in zip(similarity, weights, strict=True)) / total
    return [
        aligned,
        sum(least) / len(least),
        sum(long) / len(long) if long else aligned,
        _phrases(tokens, evidence.tokens),
        _one_sentence(tokens, evidence, total),
        _figures(claim, evidence),
        _names(claim, evidence),
    ]


def _best(word: str, pool: set[str] | frozenset[str]) -> float:
    if word in pool:
        return 1.0
    if len(word) < 4 or any(map(str.isdigit, word)):
        return 0.0
    grams = _trigrams(word)
    found = max(
        (_dice(grams, _trigrams(other)) for other in pool if other[:2] == word[:2] and len(other) > 3), default=0.0
    )
    return found if found >= _LEAST_SIMILARITY else 0.0


def _trigrams(word: str) -> set[str]:
    return {word[i : i + 3] for i in range(len(word) - 2)}


def _dice(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))


def _phrases(claim: Sequence[Token], evidence: Sequence[Token]) -> float:
    stems = [token.stem for token in claim]
    pairs = [(a, b) for a, b in pairwise(stems)]
    if not pairs:
        return 1.0 if stems and stems[0] in {token.stem for token in evidence} else 0.0
    other = [token.stem for token in evidence]
    near = {(a, b) for i, a in enumerate(other) for b in other[i + 1 : i + 4]}
    near |= {(b, a) for a, b in near}
    return sum(pair in near for pair in pairs) / len(pairs)


def _one_sentence(claim: Sequence[Token], evidence: Reading, total: float) -> float:
    best = 0.0
    for sentence in evidence.sentences:
        inside = {token.stem for token in evidence.tokens if sentence.contains(token.span)}
        best = max(best, sum(weight(token) for token in claim if token.stem in inside) / total)
    return best


def _figures(claim: Reading, evidence: Reading) -> float:
    wanted = claim.facts.quantities
    if not wanted:
        return 1.0
    found = sum(match_quantity(q, evidence.facts, claim.text, evidence.text).found for q in wanted)
    return found / len(wanted)


def _names(claim: Reading, evidence: Reading) -> float:
    named = [t for t in claim.tokens if t.span.start > 0 and claim.text[t.span.start].isupper()]
    return sum(token.stem in evidence.stems for token in named) / len(named) if named else 1.0
