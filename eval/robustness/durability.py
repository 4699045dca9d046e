"""Promises 1, 15, 19: kills, failing system calls and flipped bits, by the tests' own programs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter

from eval.robustness.measure import Outcome, Sizes, state_of
from eval.robustness.named_tests import passed
from eval.robustness.probes import HERE

SEED = 20261128
GOAL_KILLS = 200
GOAL_FLIPS = 500
COUNTED = re.compile(r"^ *(\d+)  (.+)$", re.MULTILINE)


def measure(sizes: Sizes) -> Outcome:
    out = Outcome()
    _crashes(out, sizes)
    _flips(out, sizes)
    out.figures.append(passed(15, "tests/ingestion/test_faults.py", "every n-th step on files fails; a full tmpfs"))
    return out


def _crashes(out: Outcome, sizes: Sizes) -> None:
    plan = [str(sizes.kills), str(SEED), str(sizes.kills_per_step), str(sizes.every_fault)]
    code, counts, wrong = program("crashes.py", *plan)
    how = f"`python tests/ingestion/crashes.py {' '.join(plan)}`"
    killed = counts.pop("killed", 0)
    failing = {name: counts.pop(name) for name in list(counts) if name.startswith("failed calls")}
    found = f"{killed} processes killed ({said(counts)}), each checked and ingested to the end: 0 failures"
    out.add(1, how, wrong or found, state_of(code == 0, sizes.kills, GOAL_KILLS))
    fully = GOAL_KILLS if sizes.every_fault == 1 else 0
    out.add(15, how, wrong or f"{said(failing)}: 0 failures at the end", state_of(code == 0, fully, GOAL_KILLS))


def _flips(out: Outcome, sizes: Sizes) -> None:
    code, counts, wrong = program("flips.py", str(sizes.flips), str(SEED))
    nothing = counts.pop("nothing there", 0)
    found = (
        f"{sum(counts.values())} of {sizes.flips} found and repaired; the other {nothing} in bytes that hold nothing; "
        "after repair and ingest 0 libraries differed"
    )
    state = state_of(code == 0, sizes.flips, GOAL_FLIPS)
    out.add(19, f"`python tests/ingestion/flips.py {sizes.flips} {SEED}`", wrong or found, state)


def program(name: str, *arguments: str) -> tuple[int, Counter[str], str]:
    """Of tests/ingestion: its exit code and what it counted; where it failed, its last words."""
    command = [sys.executable, f"tests/ingestion/{name}", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)
    counts: Counter[str] = Counter({what: int(times) for times, what in COUNTED.findall(done.stdout)})
    wrong = done.stderr.strip().splitlines()[-1][:300] if done.returncode else ""
    return done.returncode, counts, wrong


def said(counts: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items()) or "none"
