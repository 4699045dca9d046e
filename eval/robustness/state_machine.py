"""Promise 1: all that one does with a library, in any order, with kills, against a dict: the tests' own program."""

from __future__ import annotations

from eval.robustness.durability import SEED, program, said
from eval.robustness.measure import Outcome, Sizes, state_of

STEPS = 50
GOAL = 500


def measure(sizes: Sizes) -> Outcome:
    out = Outcome()
    plan = [str(sizes.machine_runs), str(SEED), str(STEPS)]
    code, counts, wrong = program("state_machine.py", *plan)
    runs = counts.pop("runs", 0)
    found = f"{runs} runs of up to {STEPS} steps ({said(counts)}): 0 times other than the dict says"
    how = f"`python tests/ingestion/state_machine.py {' '.join(plan)}`"
    out.add(1, how, wrong or found, state_of(code == 0, sizes.machine_runs, GOAL))
    return out
