"""What the system is asked, seen and disturbed by strace: SQLite's own files included.

SIGKILL says nothing of a power cut, since the system keeps what was written. So the order is looked at: what was told
as stored was synced before, its name too.
"""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion import crashes

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace")

LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
DESCRIPTOR = re.compile(r"^\d+<(.*?)>")
PATH = re.compile(r'"([^"]*)"')
SHOWN = "trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,mkdir,unlink"
VOLATILE = ("-shm", "-journal", ".lock")  # made anew by whoever comes next, or gone before anything is told


@pytest.fixture(scope="module")
def scenes(children: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("syscalls")
    made = {name: crashes.Scene(place / name, children, fresh=name == "fresh") for name in ("changed", "fresh")}
    try:
        assert all(len(scene.calls) > 100 for scene in made.values())
    except AssertionError:
        pytest.skip("strace may not trace here")
    return made


class Watch:
    """Follows the calls; `wrongs` says what was told, or given a name, before it was durable."""

    def __init__(self, library: Path, acks: Path) -> None:
        self._library, self._acks = library, acks
        self._unsynced: set[str] = set()
        self._unnamed = {str(path) for path in [library] if not path.exists()}
        self._named = {str(path) for path in library.rglob("*")}
        self.wrongs: list[str] = []
        self.told = 0

    def see(self, call: str, arguments: str, result: int) -> None:
        if result < 0:
            return
        found = DESCRIPTOR.match(arguments)
        path = found[1] if found else PATH.findall(arguments)[-1]
        if call == "write" and path == str(self._acks):
            self.told += 1
            self._judge()
        elif call in ("write", "pwrite64", "ftruncate") and self._is_ours(path):
            self._unsynced.add(path)
        elif call in ("fsync", "fdatasync"):
            self._unsynced.discard(path)
            self._unnamed = {name for name in self._unnamed if os.path.dirname(name) != path}
        elif call == "unlink":
            self._unsynced.discard(path)
        elif call == "rename" and PATH.findall(arguments)[0] in self._unsynced:
            self.wrongs.append(f"renamed, but not synced: {path}")
        if call in ("rename", "mkdir") or (call == "openat" and "O_CREAT" in arguments):
            self._name(path)

    def _judge(self) -> None:
        self.wrongs += [f"told, but not synced: {path}" for path in sorted(self._unsynced)]
        self.wrongs += [f"told, but its name is not synced: {path}" for path in sorted(self._unnamed)]

    def _name(self, path: str) -> None:
        if path not in self._named and self._is_ours(path) and ".new" not in os.path.basename(path):
            self._unnamed.add(path)
        self._named.add(path)

    def _is_ours(self, path: str) -> bool:
        return Path(path).is_relative_to(self._library) and not path.endswith(VOLATILE)


def watch(scene: Any, **plan: Any) -> Watch:
    scene.reset()
    log = scene.place / "shown"
    watch = Watch(scene.desk.folder, scene.place / "acks")
    assert scene.ingest(trace=["-y", "-s", "200", "-e", SHOWN], log=str(log), **plan) == 0
    for line in log.read_text().splitlines():
        if (found := LINE.match(line)) and found[1]:
            watch.see(found[1], found[2], int(found[3]))
    assert watch.told > 10
    return watch


@pytest.mark.parametrize("start", ["changed", "fresh"])
def test_nothing_is_told_as_stored_before_it_and_its_names_are_synced(scenes: Any, start: str) -> None:
    assert watch(scenes[start]).wrongs == []


@pytest.mark.parametrize(
    ("bug", "wrong"),
    [
        ("commits not synced", "told, but not synced"),
        ("told before the commit", None),
        ("file not synced", "renamed, but not synced"),
    ],
)
def test_a_missing_sync_is_seen(scenes: Any, bug: str, wrong: str | None) -> None:
    """What is told before its commit has nothing written yet that could be unsynced: the crash tests see that."""
    wrongs = watch(scenes["changed"], bug=bug).wrongs
    assert any(wrong in found for found in wrongs) if wrong else wrongs == []


@pytest.mark.parametrize("start", ["changed", "fresh"])
def test_a_kill_at_a_system_call_keeps_what_was_told(scenes: Any, start: str) -> None:
    scene, chance = scenes[start], random.Random(5)
    for number in chance.sample(range(len(scene.calls)), 4):
        assert scene.crash(scene.at_call(number, "signal=KILL")) == [crashes.KILLED]


def test_a_new_database_whose_log_stays_behind_does_not_get_its_name(scenes: Any) -> None:
    """SQLite keeps the errors of closing to itself, and a file that is renamed without its log is no library."""
    scene = scenes["fresh"]
    renamed = scene.calls.index("rename")
    emptying = renamed - 1 - scene.calls[renamed - 1 :: -1].index("pwrite64")
    for number in range(emptying, renamed):
        scene.fail(**scene.at_call(number, "error=EIO"))


@pytest.mark.parametrize("start", ["changed", "fresh"])
@pytest.mark.parametrize("code", ["EIO", "ENOSPC"])
def test_a_system_call_that_fails_is_a_clear_error_or_does_no_harm(scenes: Any, start: str, code: str) -> None:
    scene, chance = scenes[start], random.Random(6)
    causes = ("the disk reports an error", "disk is full", os.strerror(getattr(errno, code)))
    errors = []
    for number in chance.sample(range(len(scene.calls)), 4):
        if error := scene.fail(**scene.at_call(number, f"error={code}")):
            assert str(scene.desk.folder) in error
            assert any(cause in error for cause in causes), error
            errors.append(error)
    assert errors
