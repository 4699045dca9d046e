"""Every corpus: retrieval, answers, citations, abstention and the checker, on both halves of the questions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.corpora import Corpus, corpora
from eval.report import Report, percent
from ragcite.evaluation import Question, evaluate, evaluate_claims
from ragcite.evaluation import Report as Figures
from ragcite.library import Library, documents_by_name

GENERATED = "kestrel"  # the corpus on which the generator is measured too; on all of them it would take an hour


def report() -> Report:
    out = Report("Quick: every corpus, packaged models")
    out.note(
        "Questions and claims were written from the documents before the retriever was run. The tuning half chose "
        "thresholds; the reporting half did not. Intervals are Wilson's, 95 %."
    )
    measured = [(corpus, split, figures) for corpus in corpora() for split, figures in _answers(corpus)]
    _retrieval_table(out, measured)
    _answer_table(out, measured)
    _kinds_table(out, measured)
    _checker_table(out)
    _seconds_table(out, measured)
    return out


Measured = list[tuple[Corpus, str, Figures]]


@contextmanager
def _library(corpus: Corpus) -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library") as library:
        library.ingest(corpus.documents)
        yield library


def _answers(corpus: Corpus) -> Iterator[tuple[str, Figures]]:
    with _library(corpus) as library:
        questions = corpus.questions()
        for split in ("tune", "report"):
            chosen = [question for question in questions if question.split == split]
            yield f"{split}, extractive", _run(library, corpus, chosen, extractive=True)
        if corpus.name == GENERATED:
            chosen = [question for question in questions if question.split == "report"]
            yield "report, generated", _run(library, corpus, chosen, extractive=False)


def _run(library: Library, corpus: Corpus, questions: list[Question], extractive: bool) -> Figures:
    return evaluate(
        questions,
        documents_by_name(library, corpus.documents),
        lambda question, k: library.search(question, k=k),
        lambda question: library.ask(question, extractive=extractive),
    )


def _retrieval_table(out: Report, measured: Measured) -> None:
    rows = [
        [c.name, split.split(",")[0], len(f.answerable), *(f"{f.recall(k):.3f}" for k in (1, 5, 10)), f"{f.mrr:.3f}"]
        for c, split, f in measured
        if "extractive" in split
    ]
    out.table("Retrieval", ["corpus", "half", "n", "recall@1", "recall@5", "recall@10", "MRR"], rows)


def _answer_table(out: Report, measured: Measured) -> None:
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
    header = ["corpus", "half", "answers correct", "right sentence on the page", "citations right"]
    header += ["unanswerable answered", "answerable refused"]
    out.table("Answers, citations, abstention", header, rows)
    out.note(
        "A citation is right iff its quote and a gold span share half of the shorter one; all citations of an answered "
        "unanswerable question are wrong. An answer is correct iff it shows the expected numbers and three quarters of "
        "the expected words; a refusal is not correct. A right sentence is on the page when it is cited, or shown as "
        "nearest beside a refusal."
    )


def _kinds_table(out: Report, measured: Measured) -> None:
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


def _checker_table(out: Report) -> None:
    rows = []
    for corpus in corpora():
        with _library(corpus) as library:
            for split in ("tune", "report"):
                claims = [claim for claim in corpus.claims() if claim.split == split]
                judged = evaluate_claims(claims, library.verify)
                rows.append([corpus.name, split, percent(judged.false_pass()), percent(judged.false_strip())])
                if split == "report":
                    rows += [
                        [corpus.name, f"{split}, {kind}", percent(judged.false_pass(kind)), ""]
                        for kind in judged.kinds(supported=False)
                    ]
                    rows += [
                        [corpus.name, f"{split}, {kind}", "", percent(judged.false_strip(kind))]
                        for kind in judged.kinds(supported=True)
                    ]
    out.table("Checker on claims.jsonl", ["corpus", "half, kind", "false pass", "false strip"], rows)


def _seconds_table(out: Report, measured: Measured) -> None:
    rows = [
        [corpus.name, split, ", ".join(f"{step} {seconds:.2f}" for step, seconds in figures.seconds.items())]
        for corpus, split, figures in measured
    ]
    out.table("Median seconds of each step (models loaded)", ["corpus", "half", "seconds"], rows)
