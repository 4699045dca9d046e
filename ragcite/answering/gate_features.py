"""What speaks for and against a sentence as the answer: figures that can be explained to a person, and a reader's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ragcite.answering.answer_type import AnswerType, asks_two_things, expected, offers
from ragcite.answering.quotes import PassageWords, Sentence, plain, read_hits
from ragcite.text import detect_language, query_terms, script, stem, words
from ragcite.types import Hit

Array = NDArray[np.float64]
FEATURES = ("sentence", "around", "passage", "absent", "cosine", "no_candidate", "rank", "reader")
COSINE = FEATURES.index("cosine")
ABSENT = FEATURES.index("absent")
RANK = FEATURES.index("rank")
READER = FEATURES.index("reader")
SENTENCE, NO_CANDIDATE = FEATURES.index("sentence"), FEATURES.index("no_candidate")
_PLAIN = 0.9  # of the weight of the question's terms
_RELATED = 0.8  # credit for a word that shares its beginning only ("calibrate", "calibration")
_LEAST_PREFIX = 4
_LEAST_SHARE = 0.6
_FRAME = frozenset(  # words that frame a question and are in no answer
    (
        *("describe", "list", "name", "called", "call", "kind", "type", "tell", "mean", "happen", "according"),
        *("following", "way", "exactly", "specific", "beschreibe", "nenne", "heißt", "welche", "welcher", "welches"),
        *(
            "many",
            "much",
            "often",
            "soon",
            "per",
            "get",
            "got",
            "need",
            "use",
            "used",
            "take",
            "taken",
            "give",
            "given",
        ),
        *("make", "made", "put", "want", "thing", "something", "off", "out", "state", "stated", "say", "says"),
        *("viel", "viele", "oft", "mucho", "muchos", "mucha", "muchas", "cuánto", "cuántos", "combien", "souvent"),
        *("art", "genau", "llama", "tipo", "clase", "appelle", "sorte", "quel", "quelle"),
        *("什么", "哪些", "哪个", "怎么", "如何"),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's terms (stems) as written in it, and which of them are names, numbers or identifiers."""

    text: str
    language: str | None
    script: str
    expected: AnswerType
    terms: tuple[str, ...]
    shown: tuple[str, ...]
    exact: frozenset[str]
    double: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, its figures in the order of `FEATURES` (cosine and reader still 0), and what the passage lacks.

    `credits` (3, terms) say how much of each term of the question the sentence, its surroundings and its passage hold;
    `rarity` (terms) weighs the terms.
    """

    sentence: Sentence
    passage: PassageWords
    figures: Array
    missing: tuple[str, ...]
    offered: bool
    credits: Array
    rarity: Array

    @property
    def context(self) -> str:
        """What a reader is shown: the whole passage, for half of an answer may stand in another sentence."""
        return self.passage.shown


def read_question(question: str) -> Asked:
    """Takes a question apart. Names are known by a capital letter, which says nothing in German."""
    language = detect_language(question) or ("en" if script(question) == "latin" else None)
    capitals = set()
    for number, word in enumerate(words(question)):
        raw = word.span.of(question)
        if any(map(str.isdigit, raw)) or (number and language != "de" and raw[0].isupper()):
            capitals.add(word.text)
    found: dict[str, str] = {}
    exact = set()
    for term in query_terms(question):
        if term in _FRAME:
            continue
        key = stem(plain(term), language)
        found.setdefault(key, term)
        if term in capitals:
            exact.add(key)
    return Asked(
        text=question,
        language=language,
        script=script(question),
        expected=expected(question),
        terms=tuple(found),
        shown=tuple(found.values()),
        exact=frozenset(exact),
        double=asks_two_things(question),
    )


def gather(asked: Asked, hits: Sequence[Hit]) -> list[Evidence]:
    """The figures of every sentence of `hits`. A term weighs the more, the fewer of the hits hold it."""
    passages = read_hits(hits, asked.language)
    match = _Matcher(asked, frozenset().union(*(passage.all for passage in passages)))
    whole = [match.found(passage.all) for passage in passages]
    weights = _rarity(whole, len(asked.terms))
    return [
        evidence
        for passage, found in zip(passages, whole, strict=True)
        for evidence in _of_passage(asked, passage, found, weights, match)
    ]


class _Matcher:
    """Knows for each term of the question which of the hits' terms count as it, and how much."""

    def __init__(self, asked: Asked, vocabulary: frozenset[str]) -> None:
        self._related = [
            {}
            if any(map(str.isdigit, term))
            else {other: _RELATED for other in vocabulary if _are_related(term, other)}
            for term in asked.terms
        ]
        for term, credits in zip(asked.terms, self._related, strict=True):
            credits[term] = 1.0

    def found(self, terms: frozenset[str]) -> Array:
        """For each term of the question: 1 where it stands in `terms`, `_RELATED` where a related word does, else 0."""
        return np.array(
            [max((credits[t] for t in credits.keys() & terms), default=0.0) for credits in self._related], dtype=float
        )


def _of_passage(
    asked: Asked, passage: PassageWords, found: Array, weights: Array, match: _Matcher
) -> Iterator[Evidence]:
    exact = np.array([term in asked.exact for term in asked.terms], dtype=bool)
    missing = tuple(word for word, credit in zip(asked.shown, found, strict=True) if credit == 0)
    absent = float((1 - found)[exact].sum())
    for sentence, terms in zip(passage.sentences, passage.terms, strict=True):
        offered = offers(asked.expected, sentence.text, asked.text)
        credits = np.stack([match.found(terms), match.found(passage.around(sentence.place)), found])
        shares = [_share(row, weights) for row in credits]
        figures = (*shares, absent, 0.0, 0.0 if offered else 1.0, sentence.rank / 8, 0.0)
        yield Evidence(sentence, passage, np.array(figures), missing, offered, credits, weights)


def together(asked: Asked, one: Evidence, other: Evidence) -> Array:
    """The figures of two sentences that are to answer together: what either holds counts."""
    credits = np.maximum(one.credits, other.credits)
    exact = np.array([term in asked.exact for term in asked.terms], dtype=bool)
    joint: Array = np.maximum(one.figures, other.figures)
    joint[RANK] = min(one.figures[RANK], other.figures[RANK])
    joint[:3] = [_share(row, one.rarity) for row in credits]
    joint[ABSENT] = float((1 - credits[2])[exact].sum())
    return joint


def is_plain(figures: Array) -> bool:
    """Whether the sentence itself holds nearly all that is asked about, every name, and the kind of thing asked for."""
    return bool(figures[SENTENCE] >= _PLAIN and figures[ABSENT] == 0 and figures[NO_CANDIDATE] == 0)


def _are_related(one: str, other: str) -> bool:
    if one[:_LEAST_PREFIX] != other[:_LEAST_PREFIX] or len(one) < _LEAST_PREFIX:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= _LEAST_SHARE * max(len(one), len(other))


def _rarity(found: Sequence[Array], terms: int) -> Array:
    """Inverse document frequency within the hits: what all of them say tells nothing, what none says tells most."""
    n = len(found)
    having = np.sum([credits >= _RELATED for credits in found], axis=0) if found else np.zeros(terms)
    return np.array([math.log(1 + (n - h + 0.5) / (h + 0.5)) + 0.3 for h in having])


def _share(found: Array, weights: Array) -> float:
    return float(found @ weights / weights.sum()) if len(weights) else 0.0
