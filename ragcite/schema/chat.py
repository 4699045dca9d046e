"""`ragcite chat --raw --json`: one object a turn."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from ragcite.errors import RagciteError
from ragcite.schema.version import VERSION
from ragcite.types import ModelUse, Turn


class ChatOut(BaseModel):
    """`error`: why there is no whole answer, or None."""

    version: int = VERSION
    message: str
    answer: str
    ending: Literal["complete", "loop", "interrupted"]
    dropped: int
    model: str
    fallback: bool
    sent_to: str | None
    error: str | None


def chat_out(turn: Turn, model: ModelUse, sent_to: str, error: RagciteError | None) -> ChatOut:
    return ChatOut(
        message=turn.message,
        answer=turn.answer,
        ending=turn.ending.value,
        dropped=turn.dropped,
        model=model.name,
        fallback=model.fallback,
        sent_to=sent_to or None,
        error=str(error) if error else None,
    )
