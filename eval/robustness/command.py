"""The real command line in a process of its own, with a library and a home that nobody else has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 180


@dataclass(frozen=True, slots=True)
class Desk:
    """`place` holds the home, the library and what is ingested."""

    place: Path

    @property
    def library(self) -> Path:
        return self.place / "library"

    @property
    def docs(self) -> Path:
        return self.place / "docs"

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("RAGCITE_", "XDG_"))}
        mine = {"HOME": str(self.place / "home"), "RAGCITE_LIBRARY": str(self.library), "NO_COLOR": "1"}
        return {**kept, **mine, "COLUMNS": "120"}

    def run(
        self, *arguments: str, before: Sequence[str] = (), cwd: Path | None = None, umask: int = -1
    ) -> subprocess.CompletedProcess[bytes]:
        """`before`: words that stand in front of the command, as of a tracer."""
        (self.place / "home").mkdir(exist_ok=True)
        command = [*before, sys.executable, "-m", "ragcite", *arguments]
        return subprocess.run(
            command, env=self.environment(), cwd=cwd or self.place, capture_output=True, timeout=SECONDS, umask=umask
        )
