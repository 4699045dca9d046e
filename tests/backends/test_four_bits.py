"""Four bits: nothing further off than half a step, nothing spilt into its neighbour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ragcite.backends.four_bits import GROUP, FourBits, packed

FLOATS = st.floats(-100, 100, width=32)


@given(arrays(np.float32, (3, 2 * GROUP), elements=FLOATS))
def test_no_group_is_further_off_than_rounding_in_its_whole_range(array: np.ndarray) -> None:
    found = FourBits.nearest(array)
    assert found.whole.shape == (3, 2, GROUP)
    assert found.whole.max() <= 15
    cut = array.reshape(3, 2, GROUP)
    plain = FourBits._within(cut, 1.0)
    assert (found._error(cut) <= plain._error(cut)).all()
    step = (cut.max(2) - cut.min(2)) / 15
    assert (np.abs(plain.values() - cut) <= 0.51 * step[:, :, None] + 1e-4).all()


def test_what_sixteen_steps_from_anywhere_can_say_is_said_exactly() -> None:
    for least in (-5.0, 3.3, -0.47):
        array = 0.1 * (least + np.arange(16, dtype=np.float32)).repeat(2).reshape(1, GROUP)
        assert np.allclose(FourBits.nearest(array).values().reshape(1, GROUP), array, rtol=0, atol=1e-6)
    flat = FourBits.nearest(np.full((2, 48), 0.3, np.float32))
    assert flat.whole.shape == (2, 1, 48)
    assert np.allclose(flat.values(), 0.3)


def test_an_outlier_is_cut_where_that_brings_the_rest_nearer() -> None:
    array = np.random.default_rng(0).normal(size=(64, GROUP)).astype(np.float32)
    cut = array.reshape(64, 1, GROUP)
    assert FourBits.nearest(array)._error(cut).mean() < 0.97 * FourBits._within(cut, 1.0)._error(cut).mean()


@pytest.mark.parametrize("count", [1, 2, 5, 16])
def test_two_numbers_share_a_byte_the_first_in_the_lower_half(count: int) -> None:
    numbers = np.arange(count, dtype=np.uint8) % 16
    halves = np.stack([packed(numbers) & 15, packed(numbers) >> 4], axis=1).reshape(-1)
    assert (halves[:count] == numbers).all()
    assert len(halves) - count in (0, 1)
