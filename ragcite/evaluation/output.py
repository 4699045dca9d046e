"""A report as the JSON object of `ragcite eval`."""

from __future__ import annotations

from ragcite.evaluation.measures import Rate
from ragcite.evaluation.runner import Report
from ragcite.schema.evaluation import AbstentionOut, AnswersOut, CitationsOut, EvalOut, RateOut, RetrievalOut


def rate_out(rate: Rate) -> RateOut:
    low, high = rate.interval
    return RateOut(value=rate.value, hits=rate.hits, n=rate.n, low=low, high=high)


def eval_out(report: Report) -> EvalOut:
    recall = {f"recall@{k}": report.recall(k) for k in (1, 5, 10)}
    return EvalOut(
        questions=len(report.outcomes),
        retrieval=RetrievalOut.model_validate({**recall, "mrr": report.mrr}),
        answers=AnswersOut(correct=rate_out(report.correct), shown=rate_out(report.shown), **report.kinds),
        citations=CitationsOut(precision=rate_out(report.citation_precision), recall=rate_out(report.citation_recall)),
        abstention=AbstentionOut(
            unanswerable_answered=rate_out(report.answered), answerable_refused=rate_out(report.refused)
        ),
        seconds={step: round(seconds, 4) for step, seconds in report.seconds.items()},
    )
