"""Is it right? Deterministic rules for passages, citations and answers; our own checker is never the judge."""

from __future__ import annotations

import re

from ragcite.evaluation.questions import GoldSpan
from ragcite.text import content_words, stem
from ragcite.types import Answer, Passage, Quote, Span

ANSWER_RECALL = 0.75
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def covers(span: Span, document_id: str, gold: GoldSpan) -> bool:
    """Whether a passage holds half of a gold span or more."""
    return document_id == gold.document_id and 2 * span.overlap(gold.span) >= len(gold.span)


def passage_is_relevant(passage: Passage, gold: tuple[GoldSpan, ...]) -> bool:
    return any(covers(passage.span, passage.document_id, one) for one in gold)


def quote_is_right(quote: Quote, gold: tuple[GoldSpan, ...]) -> bool:
    """Whether the quote and a gold span share half of the shorter one or more."""
    return any(
        quote.document_id == one.document_id
        and 2 * quote.span.overlap(one.span) >= max(1, min(len(quote.span), len(one.span)))
        for one in gold
    )


def answer_is_right(answer: Answer, expected: str, language: str | None = None) -> bool:
    """Whether what was shown holds every number of the expected answer and three quarters of its content words."""
    shown = " ".join(sentence.text for sentence in answer.sentences)
    if not shown or not expected:
        return False
    if not set(_NUMBER.findall(expected)) <= set(_NUMBER.findall(shown)):
        return False
    wanted = {stem(word.text, language) for word in content_words(expected, language)}
    found = {stem(word.text, language) for word in content_words(shown, language)}
    return not wanted or len(wanted & found) >= ANSWER_RECALL * len(wanted)
