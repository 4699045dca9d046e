"""Promise 16: writers and readers on one library, each a process, killed at random moments and started again."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from eval.robustness.crowd_child import FOLDERS, content, ingest_all, open_library, write_folders
from eval.robustness.measure import Outcome, Sizes, State, state_of

SEED = 20261128
GOAL_SECONDS = 600


@dataclass(slots=True)
class Member:
    """A process, its place in the crowd, and the file it writes to."""

    role: str
    number: int
    place: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        command = [sys.executable, "-m", "eval.robustness.crowd_child", self.role, str(self.number), str(self.place)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        return self.place / f"{self.role}-{self.number}.log"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def measure(sizes: Sizes) -> Outcome:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        write_folders(place)
        with open_library(place / "library") as library:
            ingest_all(library, place)
        crowd = [Member("writer", number, place) for number in range(sizes.writers)]
        crowd += [Member("reader", number, place) for number in range(sizes.readers)]
        kills = _run(crowd, sizes.crowd_seconds)
        said = Counter(word for one in crowd for word in _words(one.log))
        wrong = [line for one in crowd for line in one.log.read_text().splitlines() if line.startswith("error")]
        whole = _final(place)
    out = Outcome()
    found = (
        f"{sizes.writers} writers, {sizes.readers} readers, {sizes.crowd_seconds} s, {kills} SIGKILLs: "
        f"{said['ingested']} ingests and {said['searched']} searches done, {said['locked']} said “locked”, "
        f"{len(wrong)} errors{': ' + wrong[0][:200] if wrong else ''}; then {whole or 'sound and exact'}"
    )
    state = state_of(not wrong and not whole, sizes.crowd_seconds, GOAL_SECONDS)
    if not (said["ingested"] and said["searched"]):
        state = State.SKIPPED  # a machine too busy to start them: nothing met
    out.add(
        16,
        "`eval/robustness/crowd.py`: the full check at the end, and the content of an undisturbed ingest",
        found,
        state,
    )
    return out


def _run(crowd: list[Member], seconds: int) -> int:
    """Kills one of the crowd every half second or so, the writer as often as all readers. Gives the kills."""
    chance, kills, begun = random.Random(SEED), 0, time.monotonic()
    for one in crowd:
        one.start()
    try:
        while time.monotonic() - begun < seconds:
            time.sleep(chance.uniform(0.2, 1.0))
            victim = chance.choice([one for one in crowd if one.role == chance.choice(("writer", "reader"))] or crowd)
            if victim.process.poll() is None:
                victim.process.send_signal(signal.SIGKILL)
                kills += 1
            victim.process.wait()
            victim.start()
    finally:
        for one in crowd:
            one.end()
    return kills


def _words(log: Path) -> list[str]:
    return [line.split()[0] for line in log.read_text().splitlines() if line.strip()]


def _final(place: Path) -> str:
    """What is wrong in the end, or ""."""
    with open_library(place / "library") as library:
        ingest_all(library, place)
        checkup = library.doctor(full=True)
        found = content(library, place / "library")
    if not checkup.is_sound:
        return f"NOT sound: {checkup.findings[0].detail}"
    shutil.rmtree(place / "library")
    with open_library(place / "library") as library:
        ingest_all(library, place)
        wanted = content(library, place / "library")
    return "" if found == wanted else f"another content than after an undisturbed ingest of {len(FOLDERS)} folders"
