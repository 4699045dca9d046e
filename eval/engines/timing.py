"""How fast a generator reads a prompt and decodes, and how fast this machine could at best read the weights."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ragcite.backends.causal_generator import CausalGenerator, Step
from ragcite.backends.openvino_generator import OpenVinoGenerator

TRIES = 3
DECODED = 24  # steps that are timed in each try
READ_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Speed:
    """`prefill` in tokens a second, `decode` in seconds a token: the best try of each, and the median decode step."""

    prefill: float
    decode: float
    decode_median: float


def speed(generator: CausalGenerator, context: int, *, tries: int = TRIES, decoded: int = DECODED) -> Speed:
    """Of random tokens: what they say does not matter to the time."""
    prefills, steps = [], []
    for seed in range(tries):
        with generator.sequence() as step:
            prefills.append(_timed(step, random_tokens(context, seed)))
            for token in random_tokens(decoded, seed + tries):
                steps.append(_timed(step, [token]))
    return Speed(context / min(prefills), min(steps), statistics.median(steps))


def step_seconds(generator: OpenVinoGenerator, sequences: int, tokens: int, context: int = 256) -> float:
    """The median step that appends `tokens` to each of `sequences` sequences which run together."""
    request = generator._fresh()
    past, taken = 0, []
    for step in range(1 + DECODED // 2):
        new = tokens if step else context
        ids = np.array(random_tokens(sequences * new, step)).reshape(sequences, new)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones((sequences, past + new), np.int64),
            "position_ids": np.tile(np.arange(past, past + new, dtype=np.int64), (sequences, 1)),
            "beam_idx": np.arange(sequences, dtype=np.int32),
            "wanted": np.array([tokens], np.int64),
        }
        begun = time.perf_counter()
        request.infer(inputs, share_inputs=True, share_outputs=True)
        taken.append(time.perf_counter() - begun)
        past += new
    return statistics.median(taken[1:])


def first_token(generator: CausalGenerator, ids: Sequence[int]) -> float:
    """Seconds from a prompt of token ids to the logits of the first answer token."""
    with generator.sequence() as step:
        return _timed(step, ids)


def random_tokens(count: int, seed: int) -> list[int]:
    return [int(token) for token in np.random.default_rng(seed).integers(1_000, 40_000, count)]


def read_bandwidth(threads: int) -> float:
    """Bytes a second that this machine reads from memory: the best of some sums over far more than its caches hold."""
    part = np.ones(READ_BYTES // 8 // threads, np.int64)
    parts = [part.copy() for _ in range(threads)]
    taken = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(2 * TRIES):
            begun = time.perf_counter()
            list(pool.map(np.sum, parts))
            taken.append(time.perf_counter() - begun)
    return sum(p.nbytes for p in parts) / min(taken)


def _timed(step: Step, ids: Sequence[int]) -> float:
    begun = time.perf_counter()
    step(ids)
    return time.perf_counter() - begun
