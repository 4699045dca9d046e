"""Questions asked of a library made from a corpus, and the tables that suites print of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.corpora import Corpus
from eval.report import Report, percent
from ragcite.evaluation import Question, evaluate
from ragcite.evaluation import Report as Figures
from ragcite.library import Library, documents_by_name

Measured = list[tuple[Corpus, str, Figures]]
ANSWER_HEADER = ["corpus", "half", "answers correct", "right sentence on the page", "citations right"]
ANSWER_HEADER += ["unanswerable answered", "answerable refused"]


@contextmanager
def library_of(corpus: Corpus) -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library") as library:
        library.ingest(corpus.documents)
        yield library


def figures_of(library: Library, corpus: Corpus, questions: list[Question], extractive: bool) -> Figures:
    """Every question searched and asked."""
    return evaluate(
        questions,
        documents_by_name(library, corpus.documents),
        lambda question, k: library.search(question, k=k),
        lambda question: library.ask(question, extractive=extractive),
    )


def retrieval_table(out: Report, measured: Measured) -> None:
    rows = [
        [c.name, split.split(",")[0], len(f.answerable), *(f"{f.recall(k):.3f}" for k in (1, 5, 10)), f"{f.mrr:.3f}"]
        for c, split, f in measured
        if "extractive" in split
    ]
    out.table("Retrieval", ["corpus", "half", "n", "recall@1", "recall@5", "recall@10", "MRR"], rows)


def answer_table(out: Report, measured: Measured) -> None:
    rows = [
        [
            corpus.name,
            split,
            percent(figures.correct),
            percent(figures.shown),
            percent(figures.citation_precision),
            percent(figures.answered),
            percent(figures.refused),
        ]
        for corpus, split, figures in measured
    ]
    out.table("Answers, citations, abstention", ANSWER_HEADER, rows)
    out.note(
        "A citation is right iff its quote and a gold span share half of the shorter one; all citations of an answered "
        "unanswerable question are wrong. An answer is correct iff it shows the expected numbers and three quarters of "
        "the expected words; a refusal is not correct. A right sentence is on the page when it is cited, or shown as "
        "nearest beside a refusal."
    )


def kinds_table(out: Report, measured: Measured) -> None:
    rows = []
    for corpus, split, figures in measured:
        if split == "report, extractive":
            for kind in sorted({one.question.kind for one in figures.outcomes}):
                chosen = [one for one in figures.outcomes if one.question.kind == kind]
                refused = sum(one.refused for one in chosen)
                correct = sum(one.correct for one in chosen)
                answerable = chosen[0].question.answerable
                rows.append([corpus.name, kind, len(chosen), refused, correct if answerable else "–"])
    out.table("By kind of question, reporting half", ["corpus", "kind", "n", "refused", "correct"], rows)


def seconds_table(out: Report, measured: Measured) -> None:
    rows = [
        [corpus.name, split, ", ".join(f"{step} {seconds:.2f}" for step, seconds in figures.seconds.items())]
        for corpus, split, figures in measured
    ]
    out.table("Median seconds of each step (models loaded)", ["corpus", "half", "seconds"], rows)
