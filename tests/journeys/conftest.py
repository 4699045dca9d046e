from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Ragcite = Callable[..., Done]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of converted models for all journeys: converting takes seconds."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def ragcite(tmp_path: Path, models: Path) -> Ragcite:
    """Runs the real command line, as a user would, with a library and a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("RAGCITE_", "XDG_"))}
    environment = {
        **kept,
        "HOME": str(home),
        "RAGCITE_LIBRARY": str(tmp_path / "library"),
        "RAGCITE_MODELS": str(models),
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }

    def run(*arguments: str | Path, text: str | None = None, **more: str) -> Done:
        command = [sys.executable, "-m", "ragcite", *map(str, arguments)]
        done = subprocess.run(
            command, input=text, env={**environment, **more}, cwd=tmp_path, capture_output=True, text=True, timeout=240
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run
