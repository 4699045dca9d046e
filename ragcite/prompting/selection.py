"""Which sentences of which passages a prompt shows, within a token budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragcite.text import content_words, sentences, stem, words
from ragcite.types import Hit, Span

Count = Callable[[Sequence[str]], list[int]]

_NEAR_DUPLICATE = 0.9
_PIECE_WORDS = 60
_NEIGHBOUR = 0.4
_RANK = 0.85  # how much a sentence counts for each place its passage stands lower
_OVERHEAD = 12  # tokens of a source's number and header


@dataclass(slots=True)
class _Piece:
    hit: int
    span: Span  # document coordinates
    tokens: int
    value: float


def distinct(hits: Sequence[Hit], at_most: int) -> list[Hit]:
    """The best hits, without those that repeat one before them (same passage, same words, same place)."""
    kept: list[tuple[Hit, set[str]]] = []
    for hit in hits:
        vocabulary = {word.text for word in words(hit.passage.text)}
        if vocabulary and not any(_repeats(hit, vocabulary, *other) for other in kept):
            kept.append((hit, vocabulary))
        if len(kept) == at_most:
            break
    return [hit for hit, _ in kept]


def _repeats(hit: Hit, vocabulary: set[str], other: Hit, others: set[str]) -> bool:
    a, b = hit.passage, other.passage
    if a.id == b.id:
        return True
    if a.document_id == b.document_id and a.span.overlap(b.span) > 0.5 * min(len(a.span), len(b.span)):
        return True
    if len(vocabulary) < 8:
        return vocabulary == others
    return len(vocabulary & others) >= _NEAR_DUPLICATE * len(vocabulary | others) and _numbers(a.text) == _numbers(
        b.text
    )


def _numbers(text: str) -> list[str]:
    """Versions of one text that differ in a figure are not duplicates."""
    return [word.text for word in words(text) if any(char.isdigit() for char in word.text)]


def shown_spans(question: str, hits: Sequence[Hit], count: Count, budget: int) -> list[tuple[Span, ...]]:
    """For each hit the spans (document coordinates) to show: all of it if everything fits, else its best sentences.

    A hit may get none when the budget is spent. The best sentence of the best hit is always shown.
    """
    if not hits:
        return []
    totals = count([hit.passage.text for hit in hits])
    if sum(totals) + _OVERHEAD * len(hits) <= budget:
        return [(_trimmed(hit.passage.text).shifted(hit.passage.span.start),) for hit in hits]
    pieces = _valued(question, hits, _pieces(hits, count))
    return [_merged(hit, spans) for hit, spans in zip(hits, _choose(pieces, len(hits), budget), strict=True)]


def _trimmed(text: str) -> Span:
    return Span(len(text) - len(text.lstrip()), len(text.rstrip()))


def _pieces(hits: Sequence[Hit], count: Count) -> list[_Piece]:
    places: list[tuple[int, Span]] = []
    for number, hit in enumerate(hits):
        for sentence in sentences(hit.passage.text, hit.passage.language):
            places += [(number, piece) for piece in _bounded(hit.passage.text, sentence)]
    tokens = count([span.of(hits[number].passage.text) for number, span in places])
    return [
        _Piece(number, span.shifted(hits[number].passage.span.start), size, 0.0)
        for (number, span), size in zip(places, tokens, strict=True)
    ]


def _bounded(text: str, sentence: Span) -> list[Span]:
    """A sentence cut at word borders into pieces short enough to choose between."""
    found = words(sentence.of(text))
    starts = [0] + [word.span.start for word in found[_PIECE_WORDS::_PIECE_WORDS]]
    ends = [*starts[1:], len(sentence)]
    spans = []
    for start, end in zip(starts, ends, strict=True):
        inner = _trimmed(sentence.of(text)[start:end])
        if inner.end > inner.start:
            spans.append(inner.shifted(sentence.start + start))
    return spans


def _valued(question: str, hits: Sequence[Hit], pieces: list[_Piece]) -> list[_Piece]:
    """Value: rarity-weighted share of the question's words, a part of the neighbours', lower for lower passages."""
    language = hits[0].passage.language
    asked = {stem(word.text, language) for word in content_words(question, language)}
    stems = []
    for piece in pieces:
        passage = hits[piece.hit].passage
        text = piece.span.shifted(-passage.span.start).of(passage.text)
        stems.append({stem(word.text, passage.language) for word in words(text)})
    rarity = {word: math.log(1 + len(stems) / (1 + sum(word in s for s in stems))) for word in asked}
    total = sum(rarity.values()) or 1.0
    own = [sum(rarity[word] for word in asked & s) / total for s in stems]
    for place, piece in enumerate(pieces):
        near = [own[i] for i in (place - 1, place + 1) if 0 <= i < len(own) and pieces[i].hit == piece.hit]
        piece.value = (0.05 + own[place] + _NEIGHBOUR * max(near, default=0.0)) * _RANK**piece.hit
    return pieces


def _choose(pieces: list[_Piece], hits: int, budget: int) -> list[list[Span]]:
    chosen: list[list[Span]] = [[] for _ in range(hits)]
    for piece in sorted(pieces, key=lambda piece: -piece.value):
        cost = piece.tokens + (0 if chosen[piece.hit] else _OVERHEAD)
        if cost <= budget or not any(chosen):
            chosen[piece.hit].append(piece.span)
            budget -= cost
    return chosen


def _merged(hit: Hit, spans: list[Span]) -> tuple[Span, ...]:
    """Spans in order; neighbours with nothing but white space between become one."""
    passage = hit.passage
    out: list[Span] = []
    for span in sorted(spans):
        between = passage.text[out[-1].end - passage.span.start : span.start - passage.span.start] if out else "-"
        if not between.strip():
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return tuple(out)
