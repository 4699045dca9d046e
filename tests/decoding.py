"""Runs a generator's sequence without its sampling."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.backends.causal_generator import CausalGenerator


def greedy(generator: CausalGenerator, ids: Sequence[int], count: int) -> list[int]:
    """The `count` tokens that are likeliest, each after those before it."""
    out: list[int] = []
    new = list(ids)
    with generator.sequence() as step:
        for _ in range(count):
            new = [int(step(new).argmax())]
            out += new
    return out
