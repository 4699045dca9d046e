"""Goals beside the promises: a folder of many small files, first and again, and what it takes in memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from eval.robustness.data import memory_mb, write_notes
from eval.robustness.measure import Outcome, Sizes, State, state_of
from ragcite.library import Library
from ragcite.testing import HashingEmbedder
from ragcite.types import FileStatus

SECOND_S = 2.0
GOAL_FILES = 10_000
HUGE = 100_000
MOST_MB = 500.0
RACY_S = 2.5  # stamps younger than two seconds are not trusted
HOW = "`eval/robustness/large_folder.py`: {} files of one sentence, stand-in embedder (hashing)"


def measure(sizes: Sizes) -> Outcome:
    out = Outcome()
    first, again, _ = _child(sizes.files)
    found = f"first ingest {first:.1f} s ({sizes.files / first:,.0f} files a second); second {again:.2f} s"
    goal = f"; goal {SECOND_S:g} s for the second over {GOAL_FILES:,}"
    out.add(0, HOW.format(f"{sizes.files:,}"), found + goal, state_of(again <= SECOND_S, sizes.files, GOAL_FILES))
    how = HOW.format(f"{HUGE:,}")
    if not sizes.huge_files:
        out.add(0, how, f"only with --full; goal {MOST_MB:.0f} MB of the process (PSS)", State.SKIPPED)
        return out
    first, again, memory = _child(sizes.huge_files)
    found = f"first ingest {first:.0f} s, second {again:.1f} s; the process takes {memory:.0f} MB (PSS)"
    out.add(0, how, f"{found}; goal {MOST_MB:.0f} MB", state_of(memory <= MOST_MB, sizes.huge_files, HUGE))
    return out


def _child(files: int) -> tuple[float, float, float]:
    """Seconds of the first and the second ingest as the report says, MB after the second; in a fresh process."""
    command = [sys.executable, "-m", "eval.robustness.large_folder", str(files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, again, memory = map(float, done.stdout.split())
    return first, again, memory


def main() -> None:
    import time

    files = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        notes = Path(place) / "notes"
        write_notes(notes, files)
        time.sleep(RACY_S)
        seconds = []
        for wanted in (FileStatus.ADDED, FileStatus.UNCHANGED):
            with Library.open(Path(place) / "library", embedder=HashingEmbedder()) as library:
                report = library.ingest(notes)
                seconds.append(report.seconds)
                if report.count(wanted) != files:
                    raise SystemExit(f"{report.count(wanted)} of {files} files are {wanted}")
                memory = memory_mb()
    print(*seconds, memory)


if __name__ == "__main__":
    main()
