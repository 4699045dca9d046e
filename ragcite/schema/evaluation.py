"""`ragcite eval --json`: one object of figures. Rates come with their counts and 95 % intervals."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION


class RateOut(BaseModel):
    """`value` = hits / n; `low` and `high` bound the Wilson 95 % interval."""

    value: float
    hits: int
    n: int
    low: float
    high: float


class RetrievalOut(BaseModel):
    """Means over answerable questions: the share of gold spans found in the first k passages, and MRR."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    recall_at_1: float = Field(alias="recall@1")
    recall_at_5: float = Field(alias="recall@5")
    recall_at_10: float = Field(alias="recall@10")
    mrr: float


class AnswersOut(BaseModel):
    """Over answerable questions: `correct`, refusals counted as wrong, and `shown`: a right sentence was on the page,
    as an answer or as nearest beside a refusal."""

    correct: RateOut
    shown: RateOut
    generated: int
    extractive: int
    refusal: int


class CitationsOut(BaseModel):
    """`precision`: shown citations whose quote overlaps a gold span by half; `recall`: gold spans that were cited."""

    precision: RateOut
    recall: RateOut


class AbstentionOut(BaseModel):
    """Both errors: unanswerable questions that were answered, answerable ones that were refused."""

    unanswerable_answered: RateOut
    answerable_refused: RateOut


class EvalOut(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    version: int = Field(default=VERSION)
    questions: int
    retrieval: RetrievalOut
    answers: AnswersOut
    citations: CitationsOut
    abstention: AbstentionOut
    seconds: dict[str, float]
