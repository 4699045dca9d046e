"""Whole processes from the outside: seconds until one says something, and the most memory it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.02  # seconds between two looks at the memory

FIRST_TOKEN = """
import sys, time
from pathlib import Path
from ragcite.backends.openvino_generator import OpenVinoGenerator
generator = OpenVinoGenerator(Path(sys.argv[1]), "model", cache_dir=Path(sys.argv[2]))
ids = [int(word) for word in sys.argv[3].split()]
for _ in range(2):
    begun = time.perf_counter()
    with generator.sequence() as step:
        step(ids)
    print(time.perf_counter() - begun, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """`lines` with the second since the start at which each was printed; `peak` proportional set size in bytes."""

    lines: tuple[tuple[float, str], ...]
    seconds: float
    peak: int


def ran(command: Sequence[str], environment: dict[str, str] | None = None) -> Ran:
    """Raises `CalledProcessError` where the process fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    peaks = [0]
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    assert process.stdout is not None
    assert process.stderr is not None
    lines = tuple((time.perf_counter() - begun, line.rstrip("\n")) for line in process.stdout)
    failed = process.stderr.read()
    code = process.wait()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, command, stderr=failed)
    return Ran(lines, time.perf_counter() - begun, peaks[0])


def to_first_token(folder: Path, cache: Path, ids: Sequence[int]) -> tuple[float, float]:
    """Seconds from the start of a process to the logits of its first token; and those of the same prompt again."""
    words = " ".join(map(str, ids))
    found = ran([sys.executable, "-c", FIRST_TOKEN, str(folder), str(cache), words])
    return found.lines[0][0], float(found.lines[1][1])


def _watch(process: subprocess.Popen[str], peaks: list[int]) -> None:
    while process.poll() is None:
        peaks[0] = max(peaks[0], _proportional(process.pid))
        time.sleep(EVERY)


def _proportional(pid: int) -> int:
    """Of Linux: memory that is shared with other processes counts by their number; 0 elsewhere."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
