"""What a probe measures, how much of it, and how the result travels from the probe's process to the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    REACHED = "reached"
    SMALLER = "held, at a smaller count than the goal"
    MISSED = "not reached"
    SKIPPED = "not measured"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: of which promise, by what, and what was found. `promise` 0: a goal beside the promises."""

    promise: int
    how: str
    found: str
    state: State


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(slots=True)
class Outcome:
    """What a probe found."""

    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def add(self, promise: int, how: str, found: str, state: State) -> None:
        self.figures.append(Figure(promise, how, found, state))

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
        cells = tuple(tuple(str(cell) for cell in row) for row in rows)
        self.tables.append(Table(title, tuple(header), cells, note))

    def to_json(self) -> str:
        return json.dumps({"figures": [asdict(one) for one in self.figures], "tables": list(map(asdict, self.tables))})

    @classmethod
    def from_json(cls, text: str) -> Outcome:
        found: dict[str, list[dict[str, Any]]] = json.loads(text)
        figures = [Figure(**{**one, "state": State(one["state"])}) for one in found["figures"]]
        tables = [
            Table(one["title"], tuple(one["header"]), tuple(map(tuple, one["rows"])), one["note"])
            for one in found["tables"]
        ]
        return cls(figures, tables)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything: counts, unless the name says otherwise."""

    mutations: int  # of each format
    hostile: int  # of the 150
    files: int  # of the large folder
    huge_files: int  # 0: not measured
    searches: int  # idle, and as many at least beside an ingest
    writers: int
    readers: int
    crowd_seconds: int
    injections: int  # of each family, at most
    generated: int  # of each family, at most
    poisoned: int
    damaged_vectors: int
    races: int
    kills: int
    kills_per_step: int
    machine_runs: int  # of 50 steps
    every_fault: int  # every n-th system call fails
    flips: int
    canaries: int


FULL = Sizes(10_000, 150, 10_000, 100_000, 400, 4, 8, 600, 1000, 40, 200, 1000, 1000, 200, 5, 500, 1, 500, 200)
QUICK = Sizes(400, 150, 10_000, 0, 120, 2, 3, 20, 12, 3, 40, 1000, 1000, 10, 1, 20, 20, 40, 200)
TINY = Sizes(12, 20, 200, 0, 8, 1, 1, 3, 1, 1, 3, 20, 50, 1, 1, 1, 200, 2, 3)
BY_NAME = {"full": FULL, "quick": QUICK, "tiny": TINY}

Probe = Callable[[Sizes], Outcome]


def state_of(holds: bool, count: int, goal: int) -> State:
    """Whether a promise held, and over as many cases as its goal names."""
    if not holds:
        return State.MISSED
    return State.REACHED if count >= goal else State.SMALLER
