"""Guesses how an answer goes on: as the prompt, or the answer itself, went on where its last tokens stood before.

Prompt lookup decoding: Saxena 2023 (https://github.com/apoorvumang/prompt-lookup-decoding). A guess is checked by the
step that runs it, so it changes no token, only how many steps they take.
"""

from __future__ import annotations

from collections.abc import Sequence

ALIKE = (3, 2)  # last tokens that have to stand elsewhere too, the most telling first


class PromptLookup:
    """Of the tokens `prompt` and what follows them; a guess has at most `longest` tokens, with 0 none at all."""

    def __init__(self, prompt: Sequence[int], longest: int) -> None:
        self._longest = longest
        self._tokens: list[int] = []
        self._next: dict[tuple[int, ...], int] = {}  # where it goes on after the latest place of these tokens
        self.push(prompt)

    def push(self, tokens: Sequence[int]) -> None:
        """`tokens` follow."""
        if not self._longest:
            return
        for token in tokens:
            at = len(self._tokens)
            for count in ALIKE:
                if at >= count:
                    self._next[tuple(self._tokens[at - count :])] = at
            self._tokens.append(token)

    def guess(self) -> list[int]:
        """What may follow; mostly nothing."""
        for count in ALIKE:
            at = self._next.get(tuple(self._tokens[-count:]))
            if at is not None:
                return self._tokens[at : at + self._longest]
        return []
