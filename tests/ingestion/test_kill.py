"""An ingest killed at any moment leaves a whole library, and running it again finishes the work."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")

FILES = 40


def run_child(script: Path, desk: Any, kill_after: float | None) -> bool:
    """Whether the child came to its end."""
    command = [sys.executable, str(script), str(desk.folder), str(desk.docs)]
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        if kill_after is not None:
            time.sleep(kill_after)
            child.send_signal(signal.SIGKILL)
        return child.stdout.read() == "done\n"


def write_documents(desk: Any, chance: random.Random, change: bool) -> None:
    for number in range(FILES):
        if not change or chance.random() < 0.5:
            lines = [f"line {chance.randrange(10**9)}" for _ in range(chance.randrange(1, 9))]
            desk.write(f"{number}.txt", "\n".join(lines))
        elif chance.random() < 0.3:
            (desk.docs / f"{number}.txt").rename(desk.docs / f"moved-{number}.txt")
        elif chance.random() < 0.3:
            (desk.docs / f"{number}.txt").unlink()


def integrity(library: Path) -> str:
    with sqlite3.connect(library / "library.db") as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        connection.execute("INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
        connection.rollback()
    connection.close()
    return str(answer)


@pytest.mark.parametrize("seed", range(5))
def test_after_a_kill_a_second_run_gives_what_an_undisturbed_one_gives(
    desk: Any, child_script: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    write_documents(desk, chance, change=False)
    run_child(child_script, desk, kill_after=None)
    write_documents(desk, chance, change=True)
    killed = not run_child(child_script, desk, kill_after=chance.uniform(0.02, 0.25))
    assert integrity(desk.folder) == "ok"
    before = desk.content()
    assert run_child(child_script, desk, kill_after=None)
    assert integrity(desk.folder) == "ok"
    undisturbed = type(desk)(tmp_path / "undisturbed", desk.docs)
    assert run_child(child_script, undisturbed, kill_after=None)
    assert desk.content() == undisturbed.content()
    assert killed or before == desk.content()
