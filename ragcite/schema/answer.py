"""`ragcite ask --json`: the answer object."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from ragcite.schema.verify import VetoOut
from ragcite.schema.version import VERSION
from ragcite.types import (
    Answer,
    AnswerEvent,
    AnswerSentence,
    Citation,
    Finished,
    Hit,
    Page,
    Quote,
    QuotesFound,
    Refusal,
    SentenceChecked,
    Withheld,
)


class PageOut(BaseModel):
    index: int
    label: str


class QuoteOut(BaseModel):
    """`text` is exactly the characters `start:end` of the document's text."""

    path: str
    document: str
    passage: str
    page: PageOut | None
    headings: list[str]
    start: int
    end: int
    text: str


class CitationOut(BaseModel):
    number: int
    quote: QuoteOut


class SentenceOut(BaseModel):
    text: str
    verdict: Literal["supported", "contradicted", "unsupported", "not_checkable"]
    score: float
    model_score: float
    vetoes: list[VetoOut]
    repairs: list[str]
    derivations: list[str]
    citations: list[CitationOut]


class WithheldOut(BaseModel):
    sentence: SentenceOut
    reason: str


class NearestOut(BaseModel):
    path: str
    page: PageOut | None
    headings: list[str]
    score: float
    text: str


class RefusalOut(BaseModel):
    reason: str
    unsure: bool
    nearest: list[NearestOut]
    quotes: list[QuoteOut]


class ModelOut(BaseModel):
    role: str
    name: str
    fallback: bool


class AnswerOut(BaseModel):
    """`answer` is the text with its markers, empty for a refusal; `seconds` holds each step's time."""

    version: int = Field(default=VERSION)
    question: str
    kind: Literal["generated", "extractive", "refusal"]
    answer: str
    sentences: list[SentenceOut]
    quotes: list[QuoteOut]
    withheld: list[WithheldOut]
    refusal: RefusalOut | None
    draft: str
    sent_to: str | None
    models: list[ModelOut]
    seconds: dict[str, float]


def answer_out(answer: Answer) -> AnswerOut:
    return AnswerOut(
        question=answer.question,
        kind=answer.kind.value,
        answer=answer.text,
        sentences=[_sentence(sentence) for sentence in answer.sentences],
        quotes=[_quote(quote) for quote in answer.quotes],
        withheld=[_withheld(withheld) for withheld in answer.withheld],
        refusal=_refusal(answer.refusal) if answer.refusal else None,
        draft=answer.draft,
        sent_to=answer.sent_to or None,
        models=[ModelOut(role=model.role, name=model.name, fallback=model.fallback) for model in answer.models],
        seconds={timing.step: round(timing.seconds, 4) for timing in answer.timings},
    )


def event_out(event: AnswerEvent) -> dict[str, Any]:
    """One event of a stream as a JSON object whose `event` names it."""
    if isinstance(event, QuotesFound):
        return {"event": "quotes", "quotes": [_quote(quote).model_dump() for quote in event.quotes]}
    if isinstance(event, SentenceChecked):
        return {"event": "sentence", "kind": event.kind.value, "sentence": _sentence(event.sentence).model_dump()}
    if isinstance(event, Finished):
        return {"event": "answer", "answer": answer_out(event.answer).model_dump()}
    return {"event": "withheld", **_withheld(event.withheld).model_dump()}


def _page(page: Page | None) -> PageOut | None:
    return PageOut(index=page.index, label=page.label) if page else None


def _quote(quote: Quote) -> QuoteOut:
    return QuoteOut(
        path=quote.location.path,
        document=quote.document_id,
        passage=quote.passage_id,
        page=_page(quote.page),
        headings=list(quote.heading_path),
        start=quote.span.start,
        end=quote.span.end,
        text=quote.text,
    )


def _citation(citation: Citation) -> CitationOut:
    return CitationOut(number=citation.number, quote=_quote(citation.quote))


def _sentence(sentence: AnswerSentence) -> SentenceOut:
    return SentenceOut(
        text=sentence.text,
        verdict=sentence.verdict.value,
        score=sentence.score,
        model_score=sentence.model_score,
        vetoes=[VetoOut(name=veto.name, detail=veto.detail) for veto in sentence.vetoes],
        repairs=[repair.value for repair in sentence.repairs],
        derivations=list(sentence.derivations),
        citations=[_citation(citation) for citation in sentence.citations],
    )


def _withheld(withheld: Withheld) -> WithheldOut:
    return WithheldOut(sentence=_sentence(withheld.sentence), reason=withheld.reason)


def _refusal(refusal: Refusal) -> RefusalOut:
    return RefusalOut(
        reason=refusal.reason,
        unsure=refusal.unsure,
        nearest=[_nearest(hit) for hit in refusal.nearest],
        quotes=[_quote(quote) for quote in refusal.quotes],
    )


def _nearest(hit: Hit) -> NearestOut:
    passage = hit.passage
    return NearestOut(
        path=hit.location.path,
        page=_page(passage.page_of(passage.span)),
        headings=list(passage.heading_path),
        score=hit.score,
        text=passage.text,
    )
