"""The probes by name, each run in a process of its own: one that dies costs its own figures, not the page."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

from eval.robustness.measure import Outcome, Probe, State

HERE = Path(__file__).resolve().parents[2]
# In the order of the page; the promises that a probe speaks of, for the case that it says nothing.
PROBES: dict[str, tuple[int, ...]] = {
    "pdfs": (9,),
    "mutations": (9, 10),
    "hostile": (9,),
    "large_folder": (0,),
    "beside": (16,),
    "crowd": (16,),
    "injection": (13,),
    "hidden": (12,),
    "tokens": (8,),
    "forgery": (3,),
    "vectors": (2,),
    "races": (11,),
    "removal": (17,),
    "command_line": (18, 20, 21),
    "traces": (18,),
    "network": (5,),
    "durability": (1, 15, 19),
    "state_machine": (1,),
    "named_tests": (7, 14),
    "canaries": (7,),
}
PATIENCE_S = {"full": 7200.0}
QUICK_PATIENCE_S = 400.0


def load(name: str) -> Probe:
    return cast(Probe, importlib.import_module(f"eval.robustness.{name}").measure)


def run(name: str, size: str) -> tuple[Outcome, float]:
    """The outcome of the probe `name` and its seconds; a probe that failed is "not measured", with the reason."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "eval.robustness", name, size]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    try:
        patience = PATIENCE_S.get(size, QUICK_PATIENCE_S)
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=patience)
        if done.returncode:
            outcome = _failed(name, f"the measurement failed: {(done.stderr.strip() or '?').splitlines()[-1][:300]}")
        else:
            outcome = Outcome.from_json(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired as late:
        outcome = _failed(name, f"the measurement took longer than {late.timeout:.0f} s")
    return outcome, time.monotonic() - begun


def _failed(name: str, why: str) -> Outcome:
    outcome = Outcome()
    for promise in PROBES[name]:
        outcome.add(promise, f"`eval/robustness/{name}.py`", why, State.SKIPPED)
    return outcome
