"""Cutting a sequence into groups of similar size at its best borders."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

_GROUP = 1.0  # what one more group costs, in the unit of penalties
_UNEVEN = 4.0  # what a group costs that is off by a whole limit


def partition(sizes: Sequence[int], penalties: Sequence[float], limit: int) -> list[int]:
    """Ends of the groups, ascending: each sums up to `limit` at most (unless one item alone exceeds it).

    `penalties[i]` is the price of a border after item i. Dynamic programming over group ends minimises groups +
    penalties + squared deviation from the even size; O(n · items per group).
    """
    total = sum(sizes)
    ideal = total / max(1, ceil(total / limit))
    best = [0.0]
    back = [0]
    for end in range(1, len(sizes) + 1):
        price = penalties[end - 1] if end < len(sizes) else 0.0
        cheapest, origin = float("inf"), end - 1
        size = 0
        for start in range(end - 1, -1, -1):
            size += sizes[start]
            if size > limit and start < end - 1:
                break
            cost = best[start] + _GROUP + _UNEVEN * ((size - ideal) / limit) ** 2
            if cost < cheapest:
                cheapest, origin = cost, start
        best.append(cheapest + price)
        back.append(origin)
    ends: list[int] = []
    end = len(sizes)
    while end:
        ends.append(end)
        end = back[end]
    return ends[::-1]
