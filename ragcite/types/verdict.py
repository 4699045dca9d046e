"""What the checker says of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ragcite.types.document import Span


class Verdict(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True, slots=True)
class Veto:
    """A deterministic reason against a claim: `name` ("number", "polarity", "quotation"), `detail` for people."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class SupportScore:
    """A support model's opinion of one (evidence, claim) pair, probabilities in [0, 1].

    `contradicted` is None for models that cannot tell contradicted from unsupported.
    """

    supported: float
    contradicted: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """Characters `start:end` of evidence text number `index` (from 0)."""

    index: int
    span: Span


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole path's decision on one claim. `score` is final (vetoes lower it) and the verdict follows it;
    `model_score` is the support model's own; `evidence` are the spans that decided, best first, and `derivations`
    name sums, differences or roundings that were accepted."""

    verdict: Verdict
    score: float
    model_score: float
    vetoes: tuple[Veto, ...] = ()
    evidence: tuple[EvidenceSpan, ...] = ()
    derivations: tuple[str, ...] = ()
