"""Runs questions through search and ask, and counts."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ragcite.evaluation.correctness import answer_is_right, covers, passage_is_relevant, quote_is_right
from ragcite.evaluation.measures import Rate, reciprocal_rank
from ragcite.evaluation.questions import GoldSpan, Question, locate
from ragcite.types import Answer, AnswerKind, Document, Hit

DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, what came out, and how it is judged. `recalled[k]` is the share of gold spans in the top k;
    `nearest_right`: it was refused, and one of the nearest sentences that were shown is right."""

    question: Question
    answer: Answer
    recalled: Mapping[int, float]
    reciprocal_rank: float
    correct: bool
    citations_right: int
    citations_wrong: int
    gold_cited: int
    gold: int
    nearest_right: bool

    @property
    def refused(self) -> bool:
        return self.answer.kind is AnswerKind.REFUSAL


@dataclass(frozen=True, slots=True)
class Report:
    """All counts over `outcomes`. Recall and MRR are means over answerable questions."""

    outcomes: tuple[Outcome, ...]

    @property
    def answerable(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.question.answerable)

    @property
    def unanswerable(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if not one.question.answerable)

    def recall(self, k: int) -> float:
        return _mean([one.recalled[k] for one in self.answerable])

    @property
    def mrr(self) -> float:
        return _mean([one.reciprocal_rank for one in self.answerable])

    @property
    def correct(self) -> Rate:
        """Answerable questions whose shown answer is right; refusals count against it."""
        return Rate(sum(one.correct for one in self.answerable), len(self.answerable))

    @property
    def shown(self) -> Rate:
        """Answerable questions of which a right sentence was shown, as an answer or as nearest beside a refusal."""
        found = sum(one.citations_right > 0 or one.nearest_right for one in self.answerable)
        return Rate(found, len(self.answerable))

    @property
    def refused(self) -> Rate:
        return Rate(sum(one.refused for one in self.answerable), len(self.answerable))

    @property
    def answered(self) -> Rate:
        """Unanswerable questions that got an answer."""
        return Rate(sum(not one.refused for one in self.unanswerable), len(self.unanswerable))

    @property
    def citation_precision(self) -> Rate:
        """Shown citations that are right; every citation of an unanswerable question is wrong."""
        right = sum(one.citations_right for one in self.outcomes)
        return Rate(right, right + sum(one.citations_wrong for one in self.outcomes))

    @property
    def citation_recall(self) -> Rate:
        """Gold spans of answerable questions that a shown citation overlaps."""
        return Rate(sum(one.gold_cited for one in self.answerable), sum(one.gold for one in self.answerable))

    @property
    def kinds(self) -> Mapping[str, int]:
        return {kind.value: sum(one.answer.kind is kind for one in self.outcomes) for kind in AnswerKind}

    @property
    def seconds(self) -> Mapping[str, float]:
        """Median seconds of each step over the questions that ran it."""
        steps: dict[str, list[float]] = {}
        for one in self.outcomes:
            for timing in one.answer.timings:
                steps.setdefault(timing.step, []).append(timing.seconds)
        return {step: statistics.median(values) for step, values in steps.items()}


def evaluate(
    questions: Sequence[Question],
    documents: Mapping[str, Document],
    search: Callable[[str, int], Sequence[Hit]],
    ask: Callable[[str], Answer],
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question once. `documents` maps the questions' `doc` names to what was ingested."""
    gold = [locate(question, documents) for question in questions]
    outcomes = []
    for number, (question, spans) in enumerate(zip(questions, gold, strict=True), start=1):
        hits = search(question.question, max(DEPTHS))
        outcomes.append(_outcome(question, spans, hits, ask(question.question), documents))
        if progress:
            progress(number, len(questions))
    return Report(tuple(outcomes))


def _outcome(
    question: Question,
    gold: tuple[GoldSpan, ...],
    hits: Sequence[Hit],
    answer: Answer,
    documents: Mapping[str, Document],
) -> Outcome:
    relevant = [passage_is_relevant(hit.passage, gold) for hit in hits]
    right = [quote_is_right(citation.quote, gold) for citation in answer.citations]
    cited = [citation for citation, is_right in zip(answer.citations, right, strict=True) if is_right]
    language = next((documents[r.doc].language for r in question.references), None)
    return Outcome(
        question=question,
        answer=answer,
        recalled={k: _share_found(hits[:k], gold, question.any_reference) for k in DEPTHS},
        reciprocal_rank=reciprocal_rank(relevant),
        correct=question.answerable and answer_is_right(answer, question.answer, language),
        citations_right=sum(right),
        citations_wrong=len(right) - sum(right),
        gold_cited=_needed(sum(any(quote_is_right(c.quote, (one,)) for c in cited) for one in gold), question),
        gold=_needed(len(gold), question),
        nearest_right=answer.refusal is not None and any(quote_is_right(q, gold) for q in answer.refusal.quotes),
    )


def _share_found(hits: Sequence[Hit], gold: tuple[GoldSpan, ...], any_reference: bool) -> float:
    found = sum(any(covers(hit.passage.span, hit.passage.document_id, one) for hit in hits) for one in gold)
    if any_reference:
        return float(found > 0)
    return found / len(gold) if gold else 0.0


def _needed(found: int, question: Question) -> int:
    return min(found, 1) if question.any_reference else found


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0
