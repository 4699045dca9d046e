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
WHOLE = 4096  # tokens of a prompt that are run in one step; what follows a cache takes several times as long a token,
NEW = 1 / 6  # so a prompt of which more than this share is new is run afresh (docs/decisions/0027)
CHUNK = 512  # tokens of a later step: more would cost memory


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

    def begin(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        """Make `ids` and `guessed` the sequence: logits as `extend`."""
        known = self.shared(ids)
        new = len(ids) - known
        if new > NEW * len(ids) or self._filled + new > 2 * len(ids):  # or mostly passed over
            return self._afresh(ids, guessed)
        del self.tokens[known:], self._slots[known:]
        return self.extend(ids[known:], guessed)

    def _afresh(self, ids: Sequence[int], guessed: Sequence[int]) -> Logits:
        self._request.reset_state()
        self._filled = 0
        self.tokens, self._slots = [], []
        if len(ids) <= WHOLE:
            return self._run([*ids, *guessed], 1 + len(guessed))
        self._run(ids[:WHOLE], 1)
        return self.extend(ids[WHOLE:], guessed)

    def extend(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        """Append `ids`, at least one, and `guessed`: logits (1 + guessed, vocabulary) after the last of `ids` and after
        each guessed token."""
        *before, last = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
        for part in before:
            self._run(part, 1)
        return self._run([*last, *guessed], 1 + len(guessed))

    def drop(self, count: int) -> None:
        """The last `count` tokens, at least one, no longer count."""
        del self.tokens[-count:], self._slots[-count:]

    def _run(self, ids: Sequence[int], wanted: int) -> Logits:
        at, new = len(self.tokens), len(ids)
        mask = np.zeros((1, self._filled + new), np.int64)
        mask[0, self._slots] = 1
        mask[0, self._filled :] = 1
        inputs = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": mask,
            "position_ids": np.arange(at, at + new, dtype=np.int64)[None],
            "beam_idx": np.zeros(1, np.int32),
            "wanted": np.array([wanted], np.int64),
        }
        self.whole = False
        out = self._request.infer(inputs, share_inputs=True, share_outputs=True)
        self.tokens += ids
        self._slots += range(self._filled, self._filled + new)
        self._filled += new
        self.whole = True
        logits: Logits = next(iter(out.values()))[0].copy()
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
