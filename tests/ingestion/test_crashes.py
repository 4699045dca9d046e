"""The short form of `make soak`'s crashes, and proof that they catch what they are for."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from ragcite.storage import Doctor
from ragcite.storage.disk import Disk, Moment
from tests.ingestion import crashes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL, fork")

CANARY = "zebracanaryq"
TELLING = (("moment READY", 2), ("rename base-N.faiss", 1), ("moment BASE_RECORDED", 1))  # steps to stop at


def test_every_named_moment_of_the_write_path_is_among_the_crash_points(changed: Any, fresh: Any) -> None:
    reached = {*changed.steps, *fresh.steps}
    assert {f"moment {moment.name}" for moment in Moment} <= reached
    assert {name.split()[0] for name in reached} >= {"create", "write", "sync", "rename", "remove"}


def test_a_kill_at_any_step_keeps_what_was_told_and_the_next_ingest_finishes(changed: Any, fresh: Any) -> None:
    making = Counter({name: n for name, n in fresh.steps.items() if name not in changed.steps or "moment" in name})
    for scene, steps in ((changed, changed.steps), (fresh, making)):
        for plan in crashes.at_steps(steps, random.Random(1), times=1):
            assert scene.crash(plan) == [crashes.KILLED], plan


def test_a_new_library_has_its_name_only_when_it_is_whole(desk: Any) -> None:
    """Else a kill leaves a half-made database with a journal that no reader may roll back."""
    present = {}

    class Looking(Disk):
        def reach(self, moment: StrEnum) -> None:
            present[str(moment)] = {path.name for path in desk.folder.iterdir()}

    desk.disk = Looking()
    desk.store()
    assert present[Moment.MADE] == {"library.db.new", "library.lock"}
    assert present[Moment.NAMED] == {"library.db", "library.lock"}


def test_logs_of_a_database_that_was_deleted_by_hand_are_not_read_into_the_new_one(desk: Any) -> None:
    log = desk.folder / "library.db-wal"
    logs: list[bytes] = []
    for number in range(40):
        desk.write(f"{number}.txt", f"line {number}\n" * 9)
    desk.ingest()
    shutil.rmtree(desk.docs)
    desk.write("a.txt", "line one")
    desk.ingest(progress=lambda event: logs.append(log.read_bytes()) if event.phase == "stored" else None)
    (desk.folder / "library.db").unlink()
    log.write_bytes(logs[0])
    desk.ingest()
    assert Doctor(desk.folder, desk.store()._codec, lambda: ("hashing-8", 8)).check(full=True).is_sound
    assert desk.found("line") == {"a.txt": ["line one"]}


def test_a_kill_at_any_time_and_again_while_recovering(changed: Any, fresh: Any) -> None:
    outcomes = crashes.many([changed, fresh], count=8, seed=2, times=0)
    assert outcomes["by the clock"] == 8
    assert outcomes["while recovering"] == 1
    assert outcomes["killed"] >= 2


def test_a_removal_that_is_killed_leaves_all_or_nothing_and_in_the_end_no_byte(
    children: Any, tmp_path: Path, desk: Any
) -> None:
    needles = [CANARY[4:].encode(), b"secret-name"]
    for number in range(12):
        desk.write(f"{number}.txt", f"line {number}\n" * 2 + f"line of {number}")
    secret = desk.write("secret-name.txt", "\n".join(f"{CANARY} number {number}" for number in range(9)))
    places = {"library": str(desk.folder), "docs": str(desk.docs), "acks": str(tmp_path / "acks")}
    steps = tmp_path / "steps"
    outcomes = set()
    for stop in [None, *_moments_of_a_removal(children, desk, places, secret.name, steps)]:
        shutil.rmtree(desk.folder)
        secret.write_text("\n".join(f"{CANARY} number {number}" for number in range(9)))
        assert children.run(**places) == 0
        code = children.run(**places, remove=[secret.name], **({"stop": [stop, 1]} if stop else {}))
        assert code == (crashes.KILLED if stop else 0), stop
        assert Doctor(desk.folder, desk.store()._codec, lambda: ("hashing-8", 8)).check(full=True).is_sound
        outcomes.add(len(desk.found(CANARY).get(secret.name, [])))
        secret.unlink()
        assert children.run(**places) == 0
        files = (path for path in desk.folder.rglob("*") if path.is_file())
        assert not [path for path in files if any(needle in path.read_bytes() for needle in needles)], stop
    assert outcomes == {0, 9}


def _moments_of_a_removal(children: Any, desk: Any, places: Any, name: str, steps: Path) -> list[str]:
    assert children.run(**places) == 0
    assert children.run(**places, remove=[name], steps=str(steps)) == 0
    return sorted({step for step in steps.read_text().splitlines() if step.startswith("moment")})


def caught(scene: Any, bug: str | None) -> set[str]:
    """Which of the detectors find it: the order of steps, crashes and the checks after them, files opened by hand."""
    planted = {"bug": bug} if bug else {}
    found = set()
    scene.reset()
    disorders, opened = scene.place / "disorders", scene.place / "opened"
    opened.unlink(missing_ok=True)
    assert scene.ingest(disorders=str(disorders), **planted) == 0
    if disorders.read_text():
        found.add("order")
    try:
        for name, occurrence in TELLING:
            scene.crash({"stop": [name, occurrence], "power": True, **planted})
    except AssertionError:
        found.add("crashes")
    scene.reset()
    scene.ingest(opened=str(opened), **planted)
    if any(Path(line).name.startswith("library.db") for line in opened.read_text().splitlines()):
        found.add("opened by hand")
    return found


@pytest.mark.parametrize(
    ("bug", "detectors"),
    [
        (None, set()),
        ("file not synced", {"order", "crashes"}),
        ("renamed before it is synced", {"order"}),
        ("folder not synced", {"order", "crashes"}),
        ("recorded before it is written", {"crashes"}),
        ("generation not stored", {"crashes"}),
        ("generation not counted", {"crashes"}),
        ("base of another generation", {"crashes"}),
        ("told before the commit", {"crashes"}),
        ("database opened by hand", {"opened by hand"}),
    ],
)
def test_planted_bugs_are_caught(changed: Any, bug: str | None, detectors: set[str]) -> None:
    assert caught(changed, bug) == detectors
