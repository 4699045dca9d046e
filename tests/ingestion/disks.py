"""Disks for tests: they record every step, stop the process before one, lose what was not synced, or fail the n-th."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from ragcite.storage.disk import Disk

MOMENT = "moment"
ANY = "any"
TEMPORARY = ".new"


class Step(NamedTuple):
    kind: str
    path: Path
    source: Path | None = None  # of a rename

    @property
    def name(self) -> str:
        """The same for every generation, and in every run."""
        return f"{self.kind} {re.sub('[0-9]+', 'N', self.path.name)}"


class StepDisk(Disk):
    """Calls `before` with every step that is about to be done."""

    def __init__(self) -> None:
        self._paths: dict[int, Path] = {}

    def before(self, step: Step) -> None:
        raise NotImplementedError

    def make_folder(self, folder: Path, mode: int) -> None:
        self.before(Step("make folder", folder))
        super().make_folder(folder, mode)

    def create(self, path: Path) -> int:
        self.before(Step("create", path))
        descriptor = super().create(path)
        self._paths[descriptor] = path
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        """In two halves, so that one may stop between them."""
        self.before(Step("write", self._paths[descriptor]))
        return super().write(descriptor, data[: (len(data) + 1) // 2])

    def sync(self, descriptor: int) -> None:
        self.before(Step("sync", self._paths[descriptor]))
        super().sync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        self.before(Step("rename", target, source))
        super().rename(source, target)
        self._paths = {number: target if path == source else path for number, path in self._paths.items()}

    def link(self, source: Path, target: Path) -> None:
        self.before(Step("link", target, source))
        super().link(source, target)

    def remove(self, path: Path) -> None:
        self.before(Step("remove", path))
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self.before(Step("sync folder", folder))
        super().sync_folder(folder)

    def reach(self, moment: StrEnum) -> None:
        self.before(Step(MOMENT, Path(moment.name)))


class RecordingDisk(StepDisk):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    def before(self, step: Step) -> None:
        self.steps.append(step)


class FailingDisk(StepDisk):
    """The `number`-th step (from 1) fails. `hit`: which one it was, if it came to that."""

    def __init__(self, number: int, code: int) -> None:
        super().__init__()
        self._number = number
        self._code = code
        self.hit: Step | None = None

    def before(self, step: Step) -> None:
        if step.kind == MOMENT:
            return
        self._number -= 1
        if self._number == 0:
            self.hit = step
            raise OSError(self._code, os.strerror(self._code))


class StoppingDisk(StepDisk):
    """Kills the process before the `occurrence`-th step of that name (`ANY`: of all steps); `power`: also drops what is
    not durable yet."""

    def __init__(self, name: str, occurrence: int, power: bool) -> None:
        super().__init__()
        self._wanted = (name, occurrence)
        self._power = power
        self._seen: Counter[str] = Counter()
        self._done: list[Step] = []

    def before(self, step: Step) -> None:
        self._seen.update((step.name, ANY))
        if self._wanted in ((name, self._seen[name]) for name in (step.name, ANY)):
            if self._power:
                lose(self._done)
            os.kill(os.getpid(), signal.SIGKILL)
        self._done.append(step)


class Durability:
    """What a power cut would take after some steps: data of the files `written`, and `names`: neither was synced."""

    def __init__(self) -> None:
        self.written: set[Path] = set()
        self.names: list[Step] = []

    def after(self, step: Step) -> None:
        if step.kind == "write":
            self.written.add(step.path)
        elif step.kind == "sync":
            self.written.discard(step.path)
        elif step.kind == "sync folder":
            self.names = [name for name in self.names if name.path.parent != step.path]
        elif step.kind in ("create", "rename", "link", "remove", "make folder"):
            self.names.append(step)
            if step.source in self.written:
                self.written = self.written - {step.source} | {step.path}


def lose(steps: Sequence[Step]) -> None:
    """The least that POSIX lets a power cut leave: half of unsynced data, no unsynced name."""
    state = Durability()
    for step in steps:
        state.after(step)
    for path in state.written:
        if path.exists():
            os.truncate(path, path.stat().st_size // 2)
    for step in state.names:
        if step.kind == "make folder":
            shutil.rmtree(step.path, ignore_errors=True)
        elif step.kind == "rename" and step.path.is_dir():
            shutil.rmtree(step.path)
        else:
            step.path.unlink(missing_ok=True)


def disorders(steps: Sequence[Step]) -> list[str]:
    """Where a name was given, or counted on, before what it stands for was durable."""
    state = Durability()
    found: list[str] = []
    for step in steps:
        found += _wrongs(step, state)
        state.after(step)
    return found


def is_temporary(path: Path) -> bool:
    """By its own name, or by that of its folder."""
    return TEMPORARY in (path.suffix, path.parent.suffix)


def _wrongs(step: Step, state: Durability) -> Iterator[str]:
    if step.kind == "write" and not is_temporary(step.path):
        yield f"{step.name}: under its final name"
    if step.kind == "rename" and any(step.source in (path, *path.parents) for path in state.written):
        yield f"{step.name}: not synced before"
    if step.kind == "rename" and any(step.source == name.path.parent for name in state.names):
        yield f"{step.name}: what is in it is not synced before"
    if step.kind == MOMENT:
        for name in state.names:
            if not is_temporary(name.path):
                yield f"{name.name}: its folder is not synced at {step.path}"
