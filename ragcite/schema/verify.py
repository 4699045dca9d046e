"""`ragcite verify`: a claim with its evidence in, a verdict out, one JSON object a line."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.lines import read_line
from ragcite.types import Judgement


class ClaimIn(BaseModel):
    """`evidence` is one text, or a list of texts that may support the claim together."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int | None = None
    claim: Annotated[str, Field(min_length=1)]
    evidence: str | list[str]

    @property
    def texts(self) -> list[str]:
        return [self.evidence] if isinstance(self.evidence, str) else self.evidence


class SpanOut(BaseModel):
    """Characters `start:end` of evidence text number `index`, from 0."""

    index: int
    start: int
    end: int


class VetoOut(BaseModel):
    name: str
    detail: str


class VerdictOut(BaseModel):
    """`score` is final and the verdict follows it; `model_score` is the support model's own."""

    id: str | int | None
    verdict: Literal["supported", "contradicted", "unsupported", "not_checkable"]
    score: Annotated[float, Field(ge=0, le=1)]
    model_score: Annotated[float, Field(ge=0, le=1)]
    vetoes: list[VetoOut]
    evidence_span: SpanOut | None


def read_claim(line: str) -> ClaimIn | dict[str, Any]:
    """A claim, or the object that reports why the line is none (`id` where it can be read, and `error`)."""
    return read_line(line, ClaimIn)


def verdict_out(identity: str | int | None, judgement: Judgement) -> VerdictOut:
    best = judgement.evidence[0] if judgement.evidence else None
    return VerdictOut(
        id=identity,
        verdict=judgement.verdict.value,
        score=judgement.score,
        model_score=judgement.model_score,
        vetoes=[VetoOut(name=veto.name, detail=veto.detail) for veto in judgement.vetoes],
        evidence_span=SpanOut(index=best.index, start=best.span.start, end=best.span.end) if best else None,
    )
