"""Asking generates on the fast engine: torch is never loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.journey

SCRIPT = """
import sys
from ragcite.library import Library
with Library.open(sys.argv[1], models=sys.argv[2]) as library:
    answer = library.ask("Who serviced the feed pump?")
    print(answer.draft != "", [name for name in ("torch", "transformers") if name in sys.modules])
"""


def test_asking_never_loads_torch(ragcite: Callable[..., Any], models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump\n\nThe feed pump was serviced on 4 June 2024 by Ines Okafor.\n")
    assert ragcite("ingest", folder).code == 0
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "library"), str(models)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RAGCITE_")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=240)
    assert done.stdout.strip() == "True []"


def test_the_reference_engine_is_chosen_by_a_setting(ragcite: Callable[..., Any], tmp_path: Path) -> None:
    wrong = ragcite("ask", "Why?", RAGCITE_ENGINE="abacus")
    assert wrong.code == 2
    assert "openvino" in wrong.err
