"""Answerable questions, and unanswerable ones made from them, with the passages that a search would bring."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.fit_fusion import keyword_index, passages_of, shown, vectors_of
from eval.qa_data import Gold, Question, QuestionSet
from ragcite.protocols import Embedder, Vectors
from ragcite.retrieval import FITTED, fuse
from ragcite.text import script, sentences, words
from ragcite.types import Document, Format, Hit, Location, Passage, Scored, Span

HITS = 8
POOL = 50
NOWHERE = Location("", b"")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its hits. `kind`: answerable, unanswerable (as published), or how it was made so.

    `gold` are the sentences' texts that answer.
    """

    source: str
    group: str
    kind: str
    question: str
    hits: tuple[Hit, ...]
    gold: frozenset[str] = frozenset()

    @property
    def answerable(self) -> bool:
        return self.kind == "answerable"


class Library:
    """One question set as a searchable library in memory."""

    def __init__(self, questions: QuestionSet, embedder: Embedder, folder: Path | None) -> None:
        self.name = questions.name
        self.passages = passages_of(questions, embedder)
        self._vectors: Vectors = vectors_of(
            f"{questions.name}-passages", lambda: [shown(p) for p in self.passages], embedder, folder
        )
        self._keyword = keyword_index(self.passages)
        self._weight = FITTED.of(script(questions.questions[0].text), questions.language)
        self._embedder = embedder

    def search(self, question: str, without: frozenset[int] = frozenset()) -> list[Hit]:
        keyword = [hit for hit in self._keyword(question) if hit.key not in without]
        dense: list[Scored] = []
        if self._weight:
            cosines = self._vectors @ self._embedder.embed_query(question)
            dense = [Scored(int(k), float(cosines[k])) for k in np.argsort(-cosines)[:POOL] if int(k) not in without]
        ranked = fuse(dense, keyword, self._weight, POOL)[:HITS]
        return [Hit(self.passages[hit.key], NOWHERE, hit.score, hit.dense, hit.keyword) for hit in ranked]

    def holding(self, gold: Sequence[Gold]) -> frozenset[int]:
        return frozenset(
            key
            for key, passage in enumerate(self.passages)
            if any(g.document_id == passage.document_id and g.span.overlap(passage.span) for g in gold)
        )


def cases_of(questions: QuestionSet, library: Library, most: int, seed: int) -> Iterator[Case]:
    """Four cases for an answerable question: as it is; its passages removed; its sentences removed; a name swapped."""
    rng = random.Random(seed)
    chosen = rng.sample(questions.questions, min(most, len(questions.questions)))
    names = sorted({question.text[a:b] for question in questions.questions for a, b in _names(question.text)})
    titles = {document.id: document.title or document.id for document in questions.documents}
    for question in chosen:
        hits = library.search(question.text)
        if not question.gold:
            yield Case(library.name, question.id, "unanswerable", question.text, tuple(hits))
            continue
        group = titles[question.gold[0].document_id] if questions.whole else question.id
        yield from _made(question, group, hits, library, names, rng)


def _made(
    question: Question, group: str, hits: list[Hit], library: Library, names: Sequence[str], rng: random.Random
) -> Iterator[Case]:
    holding = library.holding(question.gold)
    held = {library.passages[key].id for key in holding}
    cut, removed = _without_sentences(hits, question.gold)
    base = Case(library.name, group, "", question.text, tuple(hits), removed)
    if held & {hit.passage.id for hit in hits}:
        yield replace(base, kind="answerable")
        texts = " ".join(shown(library.passages[key]) for key in holding)
        swapped = other_name(question.text, names, texts, rng)
        if swapped:
            yield replace(base, kind="swapped name", question=swapped, hits=tuple(library.search(swapped)))
    yield replace(base, kind="passage removed", hits=tuple(library.search(question.text, holding)))
    yield replace(base, kind="sentence removed", hits=tuple(cut))


def _without_sentences(hits: Sequence[Hit], gold: Sequence[Gold]) -> tuple[list[Hit], frozenset[str]]:
    """The hits with every sentence cut out that touches a gold span, and those sentences' texts."""
    found: list[Hit] = []
    removed: set[str] = set()
    for hit in hits:
        passage = hit.passage
        spans = [g.span for g in gold if g.document_id == passage.document_id]
        kept: list[str] = []
        for span in sentences(passage.text, passage.language):
            touches = any(span.shifted(passage.span.start).overlap(g) for g in spans)
            if touches:
                removed.add(span.of(passage.text))
            else:
                kept.append(span.of(passage.text))
        if len("\n".join(kept)) > 0:
            found.append(replace(hit, passage=_passage("\n".join(kept), passage)) if spans else hit)
    return found, frozenset(removed)


def _passage(text: str, like: Passage) -> Passage:
    document = Document(like.document_id, text, Format.TEXT, "eval-1", title=like.title, language=like.language)
    return Passage.cut(document, Span(0, len(text)), "eval-1")


def _names(question: str) -> list[tuple[int, int]]:
    found = []
    for number, word in enumerate(words(question)):
        raw = word.span.of(question)
        if re.search(r"\d", raw) or (number and raw[0].isupper()):
            found.append((word.span.start, word.span.end))
    return found


def other_name(question: str, names: Sequence[str], text: str, rng: random.Random) -> str | None:
    """The question with one name or number of another question, which `text` does not hold."""
    places = _names(question)
    if not places:
        return None
    start, end = rng.choice(places)
    old = question[start:end]
    others = [
        name
        for name in names
        if any(map(str.isdigit, name)) == any(map(str.isdigit, old)) and name.casefold() not in text.casefold()
    ]
    return question[:start] + rng.choice(others) + question[end:] if others else None
