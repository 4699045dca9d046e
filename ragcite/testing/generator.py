"""A generator that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragcite.types import Prompt, Sampling


class ScriptedGenerator:
    """Says `answers` in turn (the last one again and again), in pieces of `piece` characters; keeps the prompts."""

    def __init__(self, *answers: str, piece: int = 7, context_tokens: int = 4096) -> None:
        if not answers:
            raise ValueError("a scripted generator needs at least one answer")
        self.name = "scripted"
        self.context_tokens = context_tokens
        self.prompts: list[Prompt] = []
        self._answers = answers
        self._piece = piece

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:  # noqa: ARG002
        answer = self._answers[min(len(self.prompts), len(self._answers) - 1)]
        self.prompts.append(prompt)
        for start in range(0, len(answer), self._piece):
            yield answer[start : start + self._piece]
