"""KV caches that outlive their generation, so that a prompt which begins as an earlier one runs only what is new.

A cache is never copied or cut. What of it does not belong to the new prompt is passed over by the attention mask, and
the new tokens follow behind it with the positions they have in their own prompt.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ragcite.backends.causal_generator import Logits

IDLE = 2  # caches kept when nothing runs
CHUNK = 512  # tokens of one prefill step: more costs memory and gains no speed


class CachedSequence:
    """One inference request with its KV cache. `tokens` are those that count, in order.

    `whole` is false while a step runs, and stays so where it was interrupted.
    """

    def __init__(self, request: Any, *, reuse: bool) -> None:
        self._request = request
        self._reuse = reuse
        self._slots: list[int] = []  # slot of each token that counts
        self._filled = 0
        self.tokens: list[int] = []
        self.whole = True

    def shared(self, ids: Sequence[int]) -> int:
        """How many leading tokens of `ids` are cached; the last one never counts, since its logits are wanted."""
        limit = min(len(ids) - 1, len(self.tokens)) if self._reuse else 0
        return next((at for at in range(limit) if self.tokens[at] != ids[at]), limit)

    def begin(self, ids: Sequence[int]) -> Logits:
        """Make `ids` the sequence: logits (vocabulary,) after its last token."""
        known = self.shared(ids)
        if self._filled + len(ids) - known > 2 * len(ids):  # mostly passed over: start afresh
            known = 0
        if known == 0:
            self._request.reset_state()
            self._filled = 0
        del self.tokens[known:], self._slots[known:]
        return self.extend(ids[known:])

    def extend(self, ids: Sequence[int]) -> Logits:
        """Append `ids`, at least one: logits (vocabulary,) after the last."""
        for start in range(0, len(ids), CHUNK):
            logits = self._run(ids[start : start + CHUNK])
        return logits

    def _run(self, ids: Sequence[int]) -> Logits:
        at, new = len(self.tokens), len(ids)
        mask = np.zeros((1, self._filled + new), np.int64)
        mask[0, self._slots] = 1
        mask[0, self._filled :] = 1
        inputs = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": mask,
            "position_ids": np.arange(at, at + new, dtype=np.int64)[None],
            "beam_idx": np.zeros(1, np.int32),
        }
        self.whole = False
        out = self._request.infer(inputs, share_inputs=True, share_outputs=True)
        self.tokens += ids
        self._slots += range(self._filled, self._filled + new)
        self._filled += new
        self.whole = True
        logits: Logits = next(iter(out.values()))[0, -1].copy()
        return logits


class PrefixCache:
    """Sequences at rest. `fresh` makes an inference request; safe to call from several threads.

    Without `reuse` every sequence starts empty, and only the requests are used again.
    """

    def __init__(self, fresh: Callable[[], Any], *, reuse: bool) -> None:
        self._fresh = fresh
        self._reuse = reuse
        self._lock = threading.Lock()
        self._idle: list[CachedSequence] = []

    def take(self, ids: Sequence[int]) -> CachedSequence:
        """The sequence at rest that shares most with `ids`, or a new one."""
        with self._lock:
            best = max(self._idle, key=lambda sequence: sequence.shared(ids), default=None)
            if best is not None and (best.shared(ids) > 0 or len(self._idle) >= IDLE):
                self._idle.remove(best)
                return best
        return CachedSequence(self._fresh(), reuse=self._reuse)

    def put_back(self, sequence: CachedSequence) -> None:
        """Keep a sequence for later, unless it was interrupted; of too many the longest at rest is dropped."""
        if not sequence.whole:
            return
        with self._lock:
            self._idle = [*self._idle, sequence][-IDLE:]
