"""From generated tokens to the text that is shown: whole characters, no thinking, nothing after a stop string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

OPENED, CLOSED = "<think>", "</think>"
BROKEN = "\ufffd"


class Detokeniser:
    """Tokens to text, one at a time; a character whose bytes are spread over tokens comes out whole or not at all."""

    def __init__(self, tokenizer: Any) -> None:
        from tokenizers.decoders import DecodeStream

        self._tokenizer = tokenizer
        self._stream = DecodeStream(skip_special_tokens=True)

    def push(self, token: int) -> str:
        # A decoder puts the replacement character where the model wrote bytes that are no UTF-8.
        return (self._stream.step(self._tokenizer, token) or "").replace(BROKEN, "")


class VisibleText:
    """Lets text through up to the first stop string, without `<think>…</think>`.

    What could be the beginning of a marker is held back until it is decided. `stopped` is set once a stop string came.
    """

    def __init__(self, stops: Sequence[str] = (), *, thinking: bool = False) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._thinking = thinking
        self._held = ""
        self.stopped = False

    def push(self, text: str) -> str:
        """The part of what has come so far that may be shown now."""
        self._held += text
        shown: list[str] = []
        while not self.stopped:
            marker, at = self._next()
            if marker is None:
                break
            if not self._thinking:
                shown.append(self._held[:at])
            self._held = self._held[at + len(marker) :]
            self._pass(marker)
        return "".join(shown) + self._safe()

    def finish(self) -> str:
        """What was held back and turned out to be no marker."""
        text, self._held = self._held, ""
        return "" if self._thinking or self.stopped else text

    def _markers(self) -> tuple[str, ...]:
        return (CLOSED,) if self._thinking else (OPENED, *self._stops)

    def _next(self) -> tuple[str | None, int]:
        """The marker that comes first; of two at one place the longer."""
        found = [(self._held.find(marker), -len(marker), marker) for marker in self._markers()]
        at, _, marker = min((item for item in found if item[0] >= 0), default=(-1, 0, None))
        return marker, at

    def _pass(self, marker: str) -> None:
        if marker in (OPENED, CLOSED):
            self._thinking = marker == OPENED
        else:
            self.stopped = True
            self._held = ""

    def _safe(self) -> str:
        """All that is held except an ending that a marker could begin with."""
        if self.stopped:
            return ""
        keep = max((_overlap(self._held, marker) for marker in self._markers()), default=0)
        cut = len(self._held) - keep
        text, self._held = self._held[:cut], self._held[cut:]
        return "" if self._thinking else text


def _overlap(text: str, marker: str) -> int:
    """The length of the longest ending of `text` that `marker` begins with, shorter than the marker."""
    longest = min(len(text), len(marker) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(marker[:size])), 0)
