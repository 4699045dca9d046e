"""Promise 16: how long a search takes while another process ingests, against idle. Packaged embedder in both."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from eval.corpora import corpora
from eval.robustness.measure import Outcome, Sizes, state_of
from ragcite.library import Library

GOAL = 2.0
GOAL_SEARCHES = 100
MOST_S = 20.0


def measure(sizes: Sizes) -> Outcome:
    """Searches one after the other, so that a slow one delays the next, as for a person."""
    corpus = next(one for one in corpora() if one.name == "kestrel")
    questions = [question.question for question in corpus.questions()]
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        more = _copies(corpus.documents, place / "more", sizes.searches // 6 + 1)
        with Library.open(place / "library") as library:
            library.ingest(corpus.documents)
            library.search("warm up", k=8)
            idle = _searches(library, questions, lambda taken: len(taken) >= sizes.searches)
            beside = _beside(library, questions, place / "library", more)
    return _outcome(idle, beside)


def _beside(library: Library, questions: list[str], folder: Path, more: Path) -> list[float]:
    command = [sys.executable, "-m", "ragcite", "ingest", "--library", str(folder), str(more)]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ended = lambda _: process.poll() is not None or time.monotonic() - begun > MOST_S  # noqa: E731
        return _searches(library, questions, ended)
    finally:
        process.kill()
        process.wait()


def _searches(library: Library, questions: list[str], enough: Callable[[list[float]], bool]) -> list[float]:
    taken: list[float] = []
    while not enough(taken):
        begun = time.perf_counter()
        library.search(f"{questions[len(taken) % len(questions)]} ({len(taken)})", k=8)
        taken.append(time.perf_counter() - begun)
    return taken


def _copies(documents: Path, target: Path, times: int) -> Path:
    """The corpus again and again, each time with another word, so that everything is embedded anew."""
    for number in range(times):
        for path in documents.rglob("*"):
            if path.suffix in (".md", ".txt"):
                copy = target / str(number) / path.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
                copy.write_bytes(path.read_bytes().replace(b".", b" %d." % number))
    return target


def _outcome(idle: list[float], beside: list[float]) -> Outcome:
    out = Outcome()
    quiet, busy = _p95(idle), _p95(beside)
    found = (
        f"p95 idle {1000 * quiet:.0f} ms ({len(idle)} searches), beside an ingest {1000 * busy:.0f} ms "
        f"({len(beside)}): {busy / quiet:.2f} ×; medians {1000 * statistics.median(idle):.0f} and "
        f"{1000 * statistics.median(beside):.0f} ms"
    )
    state = state_of(busy <= GOAL * quiet, len(beside), GOAL_SEARCHES)
    out.add(16, "`eval/robustness/beside.py`: searches while another process ingests, packaged embedder", found, state)
    return out


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
