"""What a canary is, and where it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """`mark` is the file that a canary would create; `model` a folder with a sound embedder."""

    folder: Path
    model: Path

    @property
    def mark(self) -> Path:
        return self.folder / "mark"


@dataclass(frozen=True, slots=True)
class Canary:
    """`cve`: the numbers that it stands for; `plant` makes the files, `load` gives them to ragcite."""

    name: str
    cve: str
    plant: Callable[[Place], Path]
    load: Callable[[Path], object]
