"""The short form of `make soak`'s state machine, and proof that it catches what it is for."""

from __future__ import annotations

import os

import pytest

from tests.ingestion import state_machine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL, fork")


def test_whatever_is_done_in_whatever_order_the_library_says_what_a_dict_says() -> None:
    counts = state_machine.many(runs=12, number=1, steps=30)
    assert counts["runs"] >= 12
    assert min(counts[what] for what in ("ingests", "removals", "changes of the folder")) > 0


@pytest.mark.parametrize(("bug", "number"), [("forgotten by name only", 2), ("recorded before it is written", 1)])
def test_planted_bugs_are_caught(bug: str, number: int) -> None:
    with pytest.raises(AssertionError):
        state_machine.many(runs=40, number=number, steps=30, bug=bug)
