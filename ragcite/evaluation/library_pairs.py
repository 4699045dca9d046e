"""Labelled pairs out of documents nobody labelled: sentences kept, changed in one fact, or shown another passage.

What this assumes: a sentence is supported by the passage it stands in; after one fact of it was changed by rule it is
not; and it is not supported by another passage that has none of its own sentences, however alike. The last is wrong
where documents repeat themselves in other words, and rates of errors that only reading finds (a wrong reason, a merged
fact) are not in it: pairs that people labelled say more.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ragcite.evaluation.corruptions import corruptions, names_in
from ragcite.evaluation.rewrites import rewrites
from ragcite.text import content_words, sentences, words
from ragcite.types import LabelledPair

KEPT, CHANGED, ELSEWHERE = "kept", "changed", "elsewhere"
_SENTENCES = 6  # of a piece, which stands for a passage
_COMPARED = 200  # other pieces that are looked at for the nearest one


@dataclass(frozen=True, slots=True)
class _Piece:
    sentences: tuple[str, ...]
    vocabulary: frozenset[str]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


def library_pairs(texts: Sequence[str], count: int, seed: int = 0) -> list[LabelledPair]:
    """About `count` pairs (fewer from few sentences): a third supported, the rest not. The same for the same seed."""
    rng = random.Random(seed)
    pieces = [piece for text in texts for piece in _pieces(text)]
    names = names_in(" x ".join(piece.text for piece in pieces))
    places = [(piece, number) for piece in pieces for number in range(len(piece.sentences))]
    rng.shuffle(places)
    out: list[LabelledPair] = []
    for piece, number in places:
        if len(out) >= count:
            break
        out += _of_sentence(piece, piece.sentences[number], pieces, names, rng)
    return out


def _pieces(text: str) -> Iterator[_Piece]:
    found = [" ".join(span.of(text).split()) for span in sentences(text)]
    usable = [sentence for sentence in found if 6 <= len(words(sentence)) <= 45 and "|" not in sentence]
    for start in range(0, len(usable), _SENTENCES):
        chosen = tuple(usable[start : start + _SENTENCES])
        yield _Piece(chosen, frozenset(word.text for word in content_words(" ".join(chosen))))


def _of_sentence(
    piece: _Piece, sentence: str, pieces: Sequence[_Piece], names: Sequence[str], rng: random.Random
) -> Iterator[LabelledPair]:
    evidence = (piece.text,)
    restated = rewrites(sentence, rng)
    yield LabelledPair(rng.choice(restated)[1] if restated else sentence, evidence, True, KEPT)
    changed = corruptions(sentence, names, rng)
    if changed:
        yield LabelledPair(rng.choice(changed).text, evidence, False, CHANGED)
    other = _nearest(piece, sentence, pieces, rng)
    if other is not None:
        yield LabelledPair(sentence, (other.text,), False, ELSEWHERE)


def _nearest(piece: _Piece, sentence: str, pieces: Sequence[_Piece], rng: random.Random) -> _Piece | None:
    """The piece that shares most words with the sentence, of some that do not have it."""
    wanted = {word.text for word in content_words(sentence)}
    others = rng.sample(pieces, min(_COMPARED, len(pieces)))
    others = [other for other in others if other is not piece and sentence not in other.sentences]
    return max(others, key=lambda other: len(wanted & other.vocabulary), default=None)
