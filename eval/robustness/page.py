"""The page of promises: one row a promise, made of figures and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.robustness.measure import Figure, Outcome, State, Table
from eval.robustness.promises import PROMISES, Promise

BESIDE = 1.0  # load at the start from which other work is said to have run beside
NOTHING = "not measured by this command"


@dataclass(frozen=True, slots=True)
class Circumstances:
    command: str
    version: str
    date: str
    cores: int
    load: float
    seconds: float

    @property
    def short(self) -> str:
        return f"{self.date}, {self.cores} cores"

    @property
    def line(self) -> str:
        beside = f", beside other work (load {self.load:.1f} at the start)" if self.load > BESIDE else ""
        made = f"`{self.command}` · ragcite {self.version} · {self.date} · {self.cores} cores{beside}"
        return f"{made} · {self.seconds:.0f} s"


INTRODUCTION = (
    "What ragcite promises, how each promise was tested, and what came out. Every figure on this page was printed by "
    "the command above, or by a test that it ran; what was not measured says so. “Held, at a smaller count than the "
    "goal” means that nothing went wrong, in fewer cases than the goal names; `--full` takes the goals' counts."
)


def page(outcome: Outcome, where: Circumstances) -> str:
    """The whole page in Markdown."""
    header = ("#", "promise", "goal", "tested by", "found", "reached?", "when, where")
    rows = [_row(promise, outcome.figures, where) for promise in PROMISES]
    beside = [one for one in outcome.figures if one.promise == 0]
    blocks = ["# What ragcite promises, and what was measured", where.line, INTRODUCTION]
    blocks.append(_table(Table("Promises", header, tuple(rows))))
    if beside:
        cells = tuple((one.how, one.found, one.state.value, where.short) for one in beside)
        blocks.append(_table(Table("Goals beside the promises", ("tested by", "found", "reached?", "when"), cells)))
    blocks += [_table(table) for table in outcome.tables]
    return "\n\n".join(blocks) + "\n"


def verdict(figures: Sequence[Figure]) -> str:
    """In one word or two, the worst first; what was only measured in part is never called reached."""
    states = [one.state for one in figures]
    if not states or set(states) == {State.SKIPPED}:
        return State.SKIPPED.value
    if State.MISSED in states:
        return State.MISSED.value
    worst = State.SMALLER if State.SMALLER in states else State.REACHED
    return f"{worst.value}; in part not measured" if State.SKIPPED in states else worst.value


def _row(promise: Promise, figures: Sequence[Figure], where: Circumstances) -> tuple[str, ...]:
    mine = [one for one in figures if one.promise == promise.number]
    if not mine:
        waits = promise.waits or NOTHING
        return (str(promise.number), promise.text, promise.goal, "–", waits, State.SKIPPED.value, where.short)
    how = "<br>".join(f"{_letter(number, mine)}{one.how}" for number, one in enumerate(mine))
    found = "<br>".join(f"{_letter(number, mine)}{one.found}" for number, one in enumerate(mine))
    return (str(promise.number), promise.text, promise.goal, how, found, verdict(mine), where.short)


def _letter(number: int, figures: Sequence[Figure]) -> str:
    """Ties what was found to how, where a promise has several figures."""
    return f"({chr(ord('a') + number)}) " if len(figures) > 1 else ""


def _table(table: Table) -> str:
    lines = [f"## {table.title}", "", _line(table.header), _line(["---"] * len(table.header))]
    lines += [_line(row) for row in table.rows]
    return "\n".join(lines) + (f"\n\n{table.note}" if table.note else "")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
