"""Folders that nothing was trained, fitted or tuned on: retrieval, answers, citations, abstention."""

from __future__ import annotations

from itertools import groupby

from eval.corpora import Corpus, folders
from eval.question_runs import (
    Measured,
    answer_table,
    figures_of,
    kinds_table,
    library_of,
    retrieval_table,
    seconds_table,
)
from eval.report import Report
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
    return out


def _figures(corpus: Corpus) -> Figures:
    with library_of(corpus) as library:
        return figures_of(library, corpus, corpus.questions(), extractive=True)


def _together(measured: Measured) -> Measured:
    """All outcomes of a language as one."""
    by_language = sorted(measured, key=lambda one: one[0].language)
    out = []
    for language, group in groupby(by_language, key=lambda one: one[0].language):
        members = list(group)
        everything = Figures(tuple(outcome for _, _, figures in members for outcome in figures.outcomes))
        out.append((Corpus(language.upper(), language, members[0][0].folder), HALF, everything))
    return out
