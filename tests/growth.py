"""How the time of a call grows with its input: a ratio inside one run, so that a slow machine does not fail it."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 3
STEP = 8
SLACK = 3


def is_linear(run: Callable[[int], object], size: int) -> bool:
    """Whether `run(size)` takes less than `SLACK` times `STEP` times as long as `run(size // STEP)`: quadratic time
    would be `STEP` times that. A call is timed up to three times: other programs only ever make one slower.
    """
    small = min(seconds(lambda: run(size // STEP)) for _ in range(TRIES))
    return any(seconds(lambda: run(size)) < SLACK * STEP * small + 0.05 for _ in range(TRIES))


def seconds(run: Callable[[], object]) -> float:
    """Of this process's cores, not of the clock."""
    start = time.process_time()
    run()
    return time.process_time() - start
