"""Promises whose proof is a test: the named files are run, and what they print is the figure."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from eval.robustness.measure import Figure, Outcome, Sizes, State
from eval.robustness.probes import HERE

SECONDS = 240
COUNTS = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


def measure(sizes: Sizes) -> Outcome:
    del sizes
    out = Outcome()
    canaries = "tests/backends/test_embedding_folder.py tests/backends/test_model_locator.py"
    refused = passed(7, canaries, "refused: pickles, `auto_map`, modules of foreign code, wrong hashes")
    out.figures.append(refused)
    floors = "tests/test_architecture.py -k runs_code"
    out.figures.append(passed(7, floors, "no pickle, torch.load, eval or `trust_remote_code` in any syntax tree"))
    order = "tests/ingestion/test_syscalls.py -k told_as_stored_before"
    out.figures.append(passed(14, order, "order of write, fsync, rename, fsync of the folder under strace"))
    pragmas = "tests/storage/test_library.py -k durable"
    out.figures.append(passed(14, pragmas, "the pragmas read back"))
    out.add(
        14, "a machine that is switched off", "power cuts are simulated, no machine was switched off", State.SKIPPED
    )
    return out


def passed(promise: int, tests: str, what: str) -> Figure:
    """Runs `tests` (words of a command line of pytest)."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", *options, *tests.split()]
    try:
        done = subprocess.run(command, cwd=HERE, env=dict(os.environ), capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Figure(promise, f"`pytest {tests}`", f"took longer than {SECONDS} s", State.SKIPPED)
    last = (done.stdout.strip() or "?").splitlines()[-1]
    counts = {word.rstrip("s"): int(number) for number, word in COUNTS.findall(last)}
    said = ", ".join(f"{number} {word}" for word, number in counts.items()) or "nothing was run"
    return Figure(promise, f"`pytest {tests}`", f"{said}: {what}", _state(done.returncode, counts))


def _state(code: int, counts: dict[str, int]) -> State:
    if code == 0 and counts.get("passed"):
        return State.REACHED
    return State.MISSED if counts.get("failed") or counts.get("error") else State.SKIPPED
