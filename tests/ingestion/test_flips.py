"""The short form of `make soak`'s flips."""

from __future__ import annotations

from pathlib import Path

from tests.ingestion import flips


def test_every_flipped_bit_is_found_or_holds_nothing_and_repair_and_ingest_restore_the_content(tmp_path: Path) -> None:
    outcomes = flips.many(30, seed=3, place=tmp_path)
    assert sum(outcomes.values()) == 30
    assert outcomes["nothing there"] < 15
