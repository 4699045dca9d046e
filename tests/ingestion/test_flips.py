"""The short form of `make soak`'s flips."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any


def flips() -> Any:
    spec = importlib.util.spec_from_file_location("flips", Path(__file__).with_name("flips.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_flipped_bit_is_found_or_holds_nothing_and_repair_and_ingest_restore_the_content(tmp_path: Path) -> None:
    outcomes = flips().many(30, seed=3, place=tmp_path)
    assert sum(outcomes.values()) == 30
    assert outcomes["nothing there"] < 15
