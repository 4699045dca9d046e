"""A report: tables in Markdown under a line that says how to make them again."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field

from ragcite._version import __version__
from ragcite.evaluation import Rate


@dataclass
class Report:
    """Collects tables and notes in order."""

    title: str
    blocks: list[str] = field(default_factory=list)

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        lines = [f"## {title}", "", _row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
        self.blocks.append("\n".join(lines))

    def note(self, text: str) -> None:
        self.blocks.append(text)

    def render(self, command: str) -> str:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        today = datetime.datetime.now(tz=datetime.UTC).date()
        made = (
            f"`{command}` · ragcite {__version__} · {today} · {cores} cores, {platform.machine()}, {platform.system()}"
        )
        return "\n\n".join([f"# {self.title}", made, *self.blocks]) + "\n"


def percent(rate: Rate) -> str:
    """ "93.3 % [78.7, 98.2] (28/30)"."""
    low, high = rate.interval
    return f"{100 * rate.value:.1f} % [{100 * low:.1f}, {100 * high:.1f}] ({rate.hits}/{rate.n})"


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
