"""What ragcite promises, measured: runs every probe and writes docs/promises.md."""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path

from eval.robustness.measure import Outcome
from eval.robustness.page import Circumstances, page
from eval.robustness.probes import PROBES, run
from ragcite._version import __version__

PAGE = Path(__file__).resolve().parents[2] / "docs" / "promises.md"


def write_page(full: bool) -> str:
    """Runs every probe, one after the other, and writes the page. Gives its text."""
    load, begun = os.getloadavg()[0], time.monotonic()
    outcome = Outcome()
    for name in PROBES:
        found, seconds = run(name, "full" if full else "quick")
        outcome.figures += found.figures
        outcome.tables += found.tables
        print(f"{seconds:7.1f} s  {name}", file=sys.stderr, flush=True)
        for figure in found.figures:
            print(f"           {figure.promise:2} {figure.state}: {figure.found}", file=sys.stderr, flush=True)
    command = f"python -m eval run robustness{' --full' if full else ''}"
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    text = page(outcome, Circumstances(command, __version__, today, cores, load, time.monotonic() - begun))
    PAGE.write_text(text, "utf-8")
    return text
