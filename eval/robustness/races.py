"""Promise 11: a file and a link to one outside, swapped as fast as can be while the file is read."""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter
from pathlib import Path

from eval.robustness.measure import Outcome, Sizes, state_of
from eval.robustness.named_tests import passed
from ragcite.errors import ReadingError
from ragcite.ingestion.folders import read_regular_file

GOAL = 1000
INSIDE, OUTSIDE = b"good", b"secret"


def measure(sizes: Sizes) -> Outcome:
    """Counts only attempts in a run in which both faces were met, else nothing raced."""
    with tempfile.TemporaryDirectory() as scratch:
        counts = _race(Path(scratch), sizes.races)
    out = Outcome()
    met = counts["inside"] > 0 and counts["refused"] > 0
    found = (
        f"{sum(counts.values()):,} attempts while a link was swapped in: {counts['inside']:,} times the file inside, "
        f"{counts['refused']:,} refused, {counts['outside']} leaks"
    )
    out.add(11, "`eval/robustness/races.py`", found, state_of(not counts["outside"] and met, sizes.races, GOAL))
    out.figures.append(passed(11, "tests/ingestion/test_walk.py", "links, loops, pipes, sockets, devices, names"))
    return out


def _race(place: Path, attempts: int) -> Counter[str]:
    (place / "secret.txt").write_bytes(OUTSIDE)
    docs = place / "docs"
    docs.mkdir()
    (docs / "good").write_bytes(INSIDE)
    (docs / "link").symlink_to(place / "secret.txt")
    stop, counts = threading.Event(), Counter[str]()
    thread = threading.Thread(target=_swap, args=(docs, stop))
    thread.start()
    try:
        while sum(counts.values()) < attempts or (len(counts) < 2 and sum(counts.values()) < 100 * attempts):
            counts[_read(docs)] += 1
    finally:
        stop.set()
        thread.join()
    return counts


def _swap(docs: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        for name in ("good", "link"):
            os.link(docs / name, docs / "next", follow_symlinks=False)
            os.replace(docs / "next", docs / "a.txt")
            (docs / "next").unlink(missing_ok=True)


def _read(docs: Path) -> str:
    try:
        data = read_regular_file(str(docs), ("a.txt",), 100)[0]
    except (OSError, ReadingError):
        return "refused"
    return "inside" if data == INSIDE else "outside"
