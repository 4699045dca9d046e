from __future__ import annotations

from tests.growth import is_linear


def test_work_that_grows_with_the_square_is_told_from_work_that_grows_with_the_length() -> None:
    assert is_linear(lambda size: sum(range(size * 100)), 20_000)
    assert not is_linear(lambda size: sum(sum(range(size)) for _ in range(size)), 6_000)
