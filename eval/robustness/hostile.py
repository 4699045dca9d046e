"""Promise 9, hostile files: 150 made by hand and seed, with good ones in between, through the reader of an ingest."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from eval.robustness.data import memory_mb
from eval.robustness.hostile_files import Made, hostile_files
from eval.robustness.measure import Outcome, Sizes, state_of
from eval.robustness.mutations import GOOD, GROWTH_MB, SEED, status
from ragcite.reading import Readers
from ragcite.types import Location

GOAL = 150
SECONDS = 5.0
GOOD_EVERY = 5
WRONG = ("crashed", "silently empty")


def measure(sizes: Sizes) -> Outcome:
    out = Outcome()
    made = hostile_files(SEED)[: sizes.hostile]
    before = memory_mb()
    statuses, good, peak = read(made)
    growth = max(0.0, memory_mb() - before)
    counts = sum(statuses.values(), Counter[str]())
    asked = len(range(0, len(made), GOOD_EVERY))
    found = (
        f"{len(made)} files made to hurt (seed {SEED}, {SECONDS:.0f} s each): {_list(counts)}; the parent lived, its "
        f"memory grew by {peak:.1f} MB while it read the largest, {growth:.1f} MB stayed; {good} of {asked} good files "
        "in between were read"
    )
    holds = good == asked and peak < GROWTH_MB and not any(counts[word] for word in WRONG)
    out.add(9, "`eval/robustness/hostile.py`", found, state_of(holds, len(made), GOAL))
    rows = [(kind, found.total(), _list(found)) for kind, found in sorted(statuses.items())]
    out.table("Files made to hurt by what became of them", ("kind", "files", "status"), rows)
    return out


def read(made: list[Made]) -> tuple[dict[str, Counter[str]], int, float]:
    """What became of each kind, how many good files in between were read, and by how many MB this process grew."""
    statuses: dict[str, Counter[str]] = {}
    good = 0
    with Readers(timeout_s=SECONDS) as readers:
        for suffix in ("html", "txt", "md"):
            status(readers, f"a.{suffix}", GOOD.encode())  # what is imported once is no growth
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = peak_mb()
        for number, (name, kind, data) in enumerate(made):
            shown = Location.of(os.path.join(b"/", name)).path
            statuses.setdefault(kind, Counter())[status(readers, shown, data)] += 1
            if number % GOOD_EVERY == 0:
                good += status(readers, "good.html", f"<p>{GOOD}</p>".encode()) == "read"
    return statuses, good, max(0.0, peak_mb() - before)


def peak_mb() -> float:
    """Of this process's resident memory, in MB (10^6 bytes); Linux only."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in counts.most_common())
