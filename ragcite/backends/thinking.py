"""How long a model may think before it has to answer."""

from __future__ import annotations

from collections.abc import Sequence


class Thinking:
    """Follows a generation's tokens in and out of `<think>…</think>`, whose ids are `opened` and `closed`.

    `limit`: most tokens of thinking, those of `closing` counted. `inside`: the template has opened a block.
    """

    def __init__(self, opened: int, closed: int, closing: Sequence[int], limit: int, inside: bool) -> None:
        self._opened = opened
        self._closed = closed
        self._closing = tuple(closing)
        self._left = limit - len(closing)
        self._inside = inside

    def push(self, token: int) -> bool:
        """Whether `token` is thinking, or a mark around it."""
        thought = self._inside or token == self._opened
        if thought:
            self._left -= 1
            self._inside = token != self._closed
        return thought

    def cut(self) -> tuple[int, ...]:
        """What is put into the model's mouth once it has thought enough: the end of its thinking; mostly nothing."""
        if not self._inside or self._left > 0:
            return ()
        self._inside = False
        return self._closing
