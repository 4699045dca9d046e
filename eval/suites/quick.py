"""Every corpus: retrieval, answers, citations, abstention and the checker, on both halves of the questions."""

from __future__ import annotations

from collections.abc import Iterator

from eval.corpora import Corpus, corpora
from eval.question_runs import answer_table, figures_of, kinds_table, library_of, retrieval_table, seconds_table
from eval.report import Report, percent
from ragcite.evaluation import Report as Figures
from ragcite.evaluation import evaluate_claims

GENERATED = "kestrel"  # the corpus on which the generator is measured too; on all of them it would take an hour


def report() -> Report:
    out = Report("Quick: every corpus, packaged models")
    out.note(
        "Questions and claims were written from the documents before the retriever was run. The tuning half chose "
        "thresholds; the reporting half did not. Intervals are Wilson's, 95 %."
    )
    measured = [(corpus, split, figures) for corpus in corpora() for split, figures in _answers(corpus)]
    retrieval_table(out, measured)
    answer_table(out, measured)
    kinds_table(out, measured)
    _checker_table(out)
    seconds_table(out, measured)
    return out


def _answers(corpus: Corpus) -> Iterator[tuple[str, Figures]]:
    with library_of(corpus) as library:
        questions = corpus.questions()
        for split in ("tune", "report"):
            chosen = [question for question in questions if question.split == split]
            yield f"{split}, extractive", figures_of(library, corpus, chosen, extractive=True)
        if corpus.name == GENERATED:
            chosen = [question for question in questions if question.split == "report"]
            yield "report, generated", figures_of(library, corpus, chosen, extractive=False)


def _checker_table(out: Report) -> None:
    rows = []
    for corpus in corpora():
        with library_of(corpus) as library:
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
