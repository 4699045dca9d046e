"""What a conversation without documents is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    COMPLETE = "complete"  # the model ended it, or the limit of tokens did
    LOOP = "loop"  # it repeated itself and was stopped; `answer` says everything once
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and its answer so far. `dropped`: earlier turns that no longer fitted and were forgotten for it."""

    message: str
    answer: str = ""
    ending: Ending = Ending.INTERRUPTED
    dropped: int = 0
