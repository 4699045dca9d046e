"""The questions of a corpus of our own, asked of a library that the real pipeline made from its documents."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.gate_cases import HITS, Case
from ragcite.backends.faiss_codec import FaissCodec
from ragcite.evaluation.correctness import passage_is_relevant
from ragcite.evaluation.questions import GoldSpan, Question, locate, read_questions
from ragcite.ingestion import Ingestor
from ragcite.protocols import Embedder
from ragcite.reading import Readers
from ragcite.retrieval import FITTED, HybridRetriever
from ragcite.splitting import Splitter
from ragcite.storage import SqliteStore
from ragcite.text import sentences
from ragcite.types import Document, Hit


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what was found; `gold` is empty when it is unanswerable."""

    question: Question
    gold: tuple[GoldSpan, ...]
    hits: tuple[Hit, ...]

    def case(self, source: str) -> Case:
        kind = "answerable" if self.gold else "unanswerable"
        return Case(
            source, self.question.id, kind, self.question.question, self.hits, frozenset(self._gold_sentences())
        )

    def sources(self) -> tuple[Hit, ...]:
        """What an answer would cite: the hits that hold the references (none where one is missing that is needed), or,
        where nothing answers the question, the first two."""
        if not self.gold:
            return self.hits[:2]
        found = [any(passage_is_relevant(hit.passage, (gold,)) for hit in self.hits) for gold in self.gold]
        if not (any(found) if self.question.any_reference else all(found)):
            return ()
        return tuple(hit for hit in self.hits if passage_is_relevant(hit.passage, self.gold))

    def _gold_sentences(self) -> Iterator[str]:
        for hit in self.hits:
            passage = hit.passage
            for span in sentences(passage.text, passage.language):
                inside = span.shifted(passage.span.start)
                if any(g.document_id == passage.document_id and inside.overlap(g.span) for g in self.gold):
                    yield span.of(passage.text)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Of answers to one question: sentences that its references support, and careless ones."""

    true: tuple[str, ...]
    false: tuple[str, ...]


def sentences_of(folder: Path) -> dict[str, Sentences]:
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return {row["id"]: Sentences(tuple(row.get("true", ())), tuple(row.get("false", ()))) for row in rows}


def searched(corpus: Path, half: str, embedder: Embedder) -> list[Searched]:
    """Every question of the half; the best `HITS` passages of each."""
    files = corpus / "documents"
    lines = (corpus / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [question for question in read_questions(lines, "questions.jsonl") if question.split == half]
    with tempfile.TemporaryDirectory() as folder, Readers() as readers:
        store = SqliteStore.open(Path(folder) / "library", FaissCodec(), embedder.name, embedder.dimension)
        Ingestor(store, readers, Splitter(embedder), embedder, time.time_ns).ingest([files])
        retriever = HybridRetriever(embedder, FITTED)
        with store.snapshot() as snapshot:
            documents: dict[str, Document] = {}
            for file in snapshot.files():
                document = snapshot.document(file.document_id) if file.document_id else None
                if document:
                    documents[Path(file.path.decode()).relative_to(files.resolve()).as_posix()] = document
            return [
                Searched(one, locate(one, documents), tuple(retriever.retrieve(one.question, snapshot, HITS)))
                for one in questions
            ]
