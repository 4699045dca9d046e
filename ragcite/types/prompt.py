"""What a generator is given and what it says, before anything is checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ragcite.types.document import Span
from ragcite.types.passage import Passage
from ragcite.types.retrieval import Location


@dataclass(frozen=True, slots=True)
class Source:
    """Passage number `number` (from 1) of a prompt, and which of its characters were shown (document coordinates)."""

    number: int
    passage: Passage
    location: Location
    shown: tuple[Span, ...]

    def shown_texts(self) -> tuple[str, ...]:
        start = self.passage.span.start
        return tuple(span.shifted(-start).of(self.passage.text) for span in self.shown)


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message. Only `trusted` text, ours, may hold control tokens; all else is encoded as plain text."""

    text: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for a generator, with the numbered sources that their text shows."""

    messages: tuple[Message, ...]
    sources: tuple[Source, ...] = ()

    def source(self, number: int) -> Source | None:
        return next((source for source in self.sources if source.number == number), None)


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence as generated: `raw` with its markers, `text` without, `span` of `raw` in the draft.

    `cited` are the numbers that name a source of the prompt, in order; `fabricated` those that name none.
    """

    raw: str
    text: str
    span: Span
    cited: tuple[int, ...] = ()
    fabricated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    text: str
    sentences: tuple[DraftSentence, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a generator chooses tokens. `temperature` 0 is greedy. Cited answers are greedy.

    `top_k` 0, `top_p` 1, `min_p` 0, `repetition_penalty` 1 and `presence_penalty` 0 leave everything as it is.
    `thinking_tokens`: how long the model may think first, beyond `max_tokens`; 0 switches thinking off.
    """

    max_tokens: int = 256
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    thinking_tokens: int = 0
