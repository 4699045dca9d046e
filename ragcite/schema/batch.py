"""`ragcite ask --batch`: a question in, an answer out, one JSON value a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from ragcite.errors import RagciteError
from ragcite.schema.answer import answer_out
from ragcite.schema.lines import read_line
from ragcite.types import Answer

Identity = str | int
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class QuestionIn(BaseModel):
    """A line may also be the question alone, as a JSON string. Without an `id` it has its line's number."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: Identity | None = None
    question: str

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, found: Any) -> Any:
        return {"question": found} if isinstance(found, str) else found


@dataclass(frozen=True, slots=True)
class BatchLine:
    """Line `number`, from 1: a `question` under its `id`, or the `error` that makes it none."""

    number: int
    id: Identity | None
    question: str = ""
    error: str = ""


def read_batch(data: bytes) -> list[BatchLine]:
    """Every line that is not blank. An id that a line above has already is an error."""
    found: list[BatchLine] = []
    seen: dict[Identity, int] = {}
    for number, raw in enumerate(data.removeprefix(BYTE_ORDER_MARK).split(b"\n"), start=1):
        if raw.strip():
            line = _line(number, raw)
            if not line.error and line.id is not None:
                above = seen.setdefault(line.id, number)
                if above != number:
                    line = BatchLine(number, line.id, error=f"line {above} has this id already")
            found.append(line)
    return found


def batch_out(line: BatchLine, result: Answer | RagciteError | None) -> dict[str, Any]:
    """The answer object under the line's `id`, or `{"id", "line", "error"}`."""
    if isinstance(result, Answer):
        return {"id": line.id, **answer_out(result).model_dump()}
    return {"id": line.id, "line": line.number, "error": str(result) if result else line.error}


def _line(number: int, raw: bytes) -> BatchLine:
    try:
        read = read_line(raw.decode("utf-8"), QuestionIn)
    except UnicodeDecodeError:
        return BatchLine(number, None, error="it is not UTF-8")
    if isinstance(read, dict):
        return BatchLine(number, read["id"], error=read["error"])
    return BatchLine(number, number if read.id is None else read.id, read.question)
