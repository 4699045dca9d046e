"""A conversation with the generator alone: its memory is what fits into the context, and nothing is checked."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from ragcite.dialogue.loop import loop_start
from ragcite.errors import PromptOverflow, UsageError
from ragcite.protocols import Generator, Remote
from ragcite.types import Ending, Message, ModelUse, Part, Prompt, Role, Sampling, Turn

ANSWER_TOKENS = 1024
THINKING_TOKENS = 1024
Pieces = abc.Generator[str, None, None]
SWITCH = re.compile(r"(?<!\S)/(no_)?think(?!\S)")


def recommended(thinking: bool) -> Sampling:
    """Qwen3's values for chat (https://huggingface.co/Qwen/Qwen3-0.6B, "Best Practices")."""
    if thinking:
        return Sampling(ANSWER_TOKENS, temperature=0.6, top_p=0.95, top_k=20, thinking_tokens=THINKING_TOKENS)
    return Sampling(ANSWER_TOKENS, temperature=0.7, top_p=0.8, top_k=20)


class RawChat:
    """`model` names the generator; `options` are fields of `Sampling` that replace the recommended ones.

    `thinking` is where a conversation begins; `/think` and `/no_think` in a message switch it, the last one wins.
    Every turn has a seed of its own, made of the one that is given. Raises `UsageError` for thinking at temperature 0.
    `turns` is what the model is told again; `last` is the latest turn, however it went.
    """

    def __init__(
        self, generator: Generator, model: ModelUse, *, system: str = "", thinking: bool = False, **options: Any
    ) -> None:
        self.model = model
        self.turns: list[Turn] = []
        self.last = Turn("")
        self._generator = generator
        self._system = system
        self._thinking = thinking
        self._options = options
        self._said = 0
        self._sampling(thinking)

    @property
    def sends_to(self) -> str:
        """host:port that the conversation is sent to, "" where that is this machine."""
        return self._generator.sends_to if isinstance(self._generator, Remote) else ""

    def say(self, message: str) -> Pieces:
        """The answer in pieces. Closing it ends the answer; what came of it stays in the conversation.

        Where the context is full, the older half of the turns is forgotten. Raises, and leaves the conversation as
        it was: `UsageError` for an empty message or thinking that the model cannot, `PromptOverflow` for a message
        too long even alone. What `ServerError` breaks off stays as far as it came.
        """
        if not message.strip():
            raise UsageError("the message", "it is empty", "Say something.")
        switches = SWITCH.findall(message)
        thinking = switches[-1] == "" if switches else self._thinking
        self.last = Turn(message)
        pieces = self._begun(message, self._sampling(thinking))
        self._thinking = thinking
        self._said += 1
        try:
            with closing(pieces):
                yield from self._answered(pieces)
        finally:
            if self.last.answer:
                self.turns.append(self.last)

    def _answered(self, pieces: Iterator[str]) -> Iterator[str]:
        """The pieces as they come, kept in `last`; blanks before the first word are left out."""
        for piece in pieces:
            shown = piece if self.last.answer else piece.lstrip()
            answer = self.last.answer + shown
            self.last = replace(self.last, answer=answer)
            if shown:
                yield shown
            if (start := loop_start(answer)) is not None:
                self.last = replace(self.last, answer=answer[:start], ending=Ending.LOOP)
                return
        self.last = replace(self.last, ending=Ending.COMPLETE)

    def _sampling(self, thinking: bool) -> Sampling:
        options = dict(self._options)
        if not thinking:
            options.pop("thinking_tokens", None)
        found = replace(recommended(thinking), **options)
        if thinking and found.temperature == 0:
            raise UsageError("thinking", "Qwen3 loops when it thinks greedily", "Give a temperature above 0.")
        return replace(found, seed=found.seed + self._said)

    def _begun(self, message: str, sampling: Sampling) -> Pieces:
        """The pieces, the first of which has come: so far the generator has read everything or refused it."""
        kept = self.turns
        while True:
            try:
                pieces = self._generator.generate(self._prompt(kept, message), sampling)
                first = next(pieces, "")
                break
            except PromptOverflow:
                if not kept:
                    raise
                kept = kept[(len(kept) + 1) // 2 :]
        self.last = Turn(message, dropped=len(self.turns) - len(kept))
        self.turns = kept
        return _together(first, pieces)

    def _prompt(self, turns: Sequence[Turn], message: str) -> Prompt:
        """Nothing in it is trusted: only the model's template writes control tokens."""
        said = [(Role.SYSTEM, self._system)] if self._system else []
        for turn in turns:
            said += [(Role.USER, turn.message), (Role.ASSISTANT, turn.answer)]
        said.append((Role.USER, message))
        return Prompt(tuple(Message(role, (Part(text, trusted=False),)) for role, text in said))


def _together(first: str, rest: Iterator[str]) -> Pieces:
    """Closing it closes `rest`, so that no further token is computed."""
    try:
        if first:
            yield first
        yield from rest
    finally:
        if (close := getattr(rest, "close", None)) is not None:
            close()
