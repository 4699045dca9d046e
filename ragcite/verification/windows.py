"""Evidence windows: one to three adjacent sentences, and the whole of a short text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ragcite.text import words
from ragcite.types import Span
from ragcite.verification.alignment import alike, weight
from ragcite.verification.reading import Reading

LONGEST = 3
SHORT_TOKENS = 256
BEST = 4
SUMMARY_WORDS = 12
CONTEXT_WORDS = 160  # that a trained model reads at once, as in its training
_MOST_SPREAD = 6
_TOKENS_PER_WORD = 1.35


@dataclass(frozen=True, slots=True)
class Window:
    """`span` of evidence text number `index`; `overlap` is the share of the claim's content words in it."""

    index: int
    span: Span
    text: str
    overlap: float


def best_windows(claim: Reading, evidence: Sequence[Reading], best: int = BEST) -> list[list[Window]]:
    """For each evidence text its `best` windows by word overlap (shorter first where equal), and the whole if short."""
    return [_best(claim, reading, index, best) for index, reading in enumerate(evidence)]


def _best(claim: Reading, reading: Reading, index: int, best: int) -> list[Window]:
    spans = reading.sentences
    if not spans:
        return []
    matched = [_matched(claim, reading, span) for span in spans]
    total = sum(map(weight, claim.tokens)) or 1.0
    windows: list[tuple[float, int, Span]] = []
    for size in range(1, LONGEST + 1):
        for first in range(len(spans) - size + 1):
            found = set().union(*matched[first : first + size])
            overlap = sum(weight(claim.tokens[i]) for i in found) / total
            windows.append((overlap, size, Span(spans[first].start, spans[first + size - 1].end)))
    windows.sort(key=lambda window: (-round(window[0], 6), window[1], window[2]))
    chosen = [Window(index, span, span.of(reading.text), overlap) for overlap, _, span in windows[:best]]
    whole = Span(spans[0].start, spans[-1].end)
    if len(spans) > LONGEST and len(words(reading.text)) * _TOKENS_PER_WORD <= SHORT_TOKENS:
        found = set().union(*matched)
        overlap = sum(weight(claim.tokens[i]) for i in found) / total
        chosen.append(Window(index, whole, whole.of(reading.text), overlap))
    return chosen


def spread(claim: Reading, reading: Reading, index: int) -> list[Window]:
    """Up to six separate sentences that cover a long claim between them, for claims that sum up; else none."""
    if len(claim.tokens) < SUMMARY_WORDS or len(reading.sentences) <= LONGEST:
        return []
    matched = [_matched(claim, reading, span) for span in reading.sentences]
    covered: set[int] = set()
    chosen: list[int] = []
    while len(chosen) < _MOST_SPREAD:
        best = max(range(len(matched)), key=lambda i: (len(matched[i] - covered), -i))
        if not matched[best] - covered:
            break
        chosen.append(best)
        covered |= matched[best]
    total = sum(map(weight, claim.tokens)) or 1.0
    spans = [reading.sentences[i] for i in sorted(chosen)]
    overlaps = [sum(weight(claim.tokens[t]) for t in matched[i]) / total for i in sorted(chosen)]
    return [Window(index, span, span.of(reading.text), o) for span, o in zip(spans, overlaps, strict=True)]


def covering(claim: Reading, reading: Reading, most: int) -> str:
    """The text where it has at most `most` words, else the sentences that cover the claim best, in their order.

    Greedy: the sentence that adds most of the claim's words, then one that shares most, then a neighbour of one taken.
    """
    text = reading.text
    if len(words(text)) <= most or not reading.sentences:
        return text
    found = [_matched(claim, reading, span) for span in reading.sentences]
    lengths = [len(words(span.of(text))) for span in reading.sentences]
    chosen: set[int] = set()
    covered: set[int] = set()
    room = most
    while rest := [i for i in range(len(found)) if i not in chosen and lengths[i] <= room]:
        best = max(rest, key=lambda i: (len(found[i] - covered), len(found[i]), i - 1 in chosen, -i))
        chosen.add(best)
        covered |= found[best]
        room -= lengths[best]
    return " ".join(reading.sentences[i].of(text) for i in sorted(chosen)) or " ".join(text.split()[:most])


def _matched(claim: Reading, reading: Reading, span: Span) -> set[int]:
    inside = {token.stem for token in reading.tokens if span.contains(token.span)}
    return {
        i
        for i, token in enumerate(claim.tokens)
        if token.stem in inside or any(alike(token.stem, other) for other in inside)
    }
