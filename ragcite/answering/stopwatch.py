"""Seconds of each step, by a clock that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ragcite.types import Timing


class Stopwatch:
    """Adds up the seconds spent in named steps; a step may be entered many times."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = clock()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = self._clock()
        try:
            yield
        finally:
            self._steps[name] = self._steps.get(name, 0.0) + self._clock() - begun

    def mark(self, name: str) -> None:
        """Seconds from the start until now, once."""
        self._steps.setdefault(name, self._clock() - self._start)

    def timings(self) -> tuple[Timing, ...]:
        """Every step in the order it was first entered, then the total."""
        steps = [Timing(name, seconds) for name, seconds in self._steps.items()]
        return (*steps, Timing("total", self._clock() - self._start))
