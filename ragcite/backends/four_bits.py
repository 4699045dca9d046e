"""Matrices in four bits: groups of a row's columns, each with a scale and a zero point of its own.

The zero point is a float32, so that what GGUF keeps as Q4_1 (16 steps from the least value of 32) comes back exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUP = 32  # columns that share a scale; see docs/decisions/0025
TOP = 15
SHRUNK = (1.0, 0.95, 0.9, 0.85, 0.8)  # of the range: an outlier that is cut may leave the others nearer


@dataclass(frozen=True, slots=True)
class FourBits:
    """A matrix (rows, columns) as `scale` · (`whole` − `zero`): whole numbers from 0 to 15.

    `whole` (rows, groups, columns of a group) uint8; `zero` and `scale` (rows, groups, 1) float32.
    """

    whole: NDArray[np.uint8]
    zero: NDArray[np.float32]
    scale: NDArray[np.float32]

    @classmethod
    def nearest(cls, array: NDArray[np.float32]) -> FourBits:
        """Rounded to nearest in that one of the ranges `SHRUNK` which has the least squared error, group by group.

        A row that cannot be cut into groups is one."""
        rows, columns = array.shape
        cut = array.reshape(rows, -1, GROUP if columns % GROUP == 0 else columns)
        found = cls._within(cut, SHRUNK[0])
        error = found._error(cut)
        for part in SHRUNK[1:]:
            other = cls._within(cut, part)
            less = other._error(cut)
            better = less < error
            error = np.where(better, less, error)
            found = cls(
                np.where(better, other.whole, found.whole),
                np.where(better, other.zero, found.zero),
                np.where(better, other.scale, found.scale),
            )
        return found

    @classmethod
    def _within(cls, cut: NDArray[np.float32], part: float) -> FourBits:
        """`part` of each group's range, about its middle."""
        low, high = cut.min(axis=2, keepdims=True), cut.max(axis=2, keepdims=True)
        scale = (np.maximum(part * (high - low), 1e-10) / TOP).astype(np.float32)
        zero = (TOP / 2 - (low + high) / 2 / scale).astype(np.float32)
        whole = np.clip(np.rint(cut / scale + zero), 0, TOP)
        return cls(whole.astype(np.uint8), zero, scale)

    def _error(self, cut: NDArray[np.float32]) -> NDArray[np.float32]:
        """Squared, of each group: (rows, groups, 1)."""
        error: NDArray[np.float32] = ((self.values() - cut) ** 2).sum(axis=2, keepdims=True)
        return error

    def values(self) -> NDArray[np.float32]:
        """What it stands for, in the shape of `whole`."""
        return (self.whole.astype(np.float32) - self.zero) * self.scale


def packed(numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two numbers a byte, the first in the lower half; an odd last one alone."""
    flat: NDArray[Any] = numbers.reshape(-1)
    if len(flat) % 2:
        flat = np.append(flat, np.uint8(0))
    both: NDArray[np.uint8] = flat[0::2] | (flat[1::2] << 4)
    return both
