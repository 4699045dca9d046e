"""Exports and imports that are killed, or whose disk fails, at every step: all or nothing, and the next one works."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.storage import Doctor, import_library
from ragcite.storage.disk import Transfer
from tests.ingestion import conftest as stand_ins
from tests.ingestion import crashes

DONE = "moment DONE"
EXPORTING, IMPORTING = ("COPIED", "CHECKED", "PACKED", "DONE"), ("UNPACKED", "BELIEVED", "DONE")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL, fork")


class Transfers:
    """A library, its export, and a place to import it to."""

    def __init__(self, children: Any, place: Path) -> None:
        self.children, self.place = children, place
        self.desk = stand_ins.Desk(place / "library", place / "docs")
        for number in range(12):
            self.desk.write(f"{number}.txt", f"line {number}\n" * 2 + f"line of {number}")
        self.acks = place / "acks"
        self.file, self.other = place / "safe" / "kept", place / "there" / "other"
        self.file.parent.mkdir()
        self.other.parent.mkdir()
        assert self.run() == 0
        self.old = b"an older export"
        self.content = self.desk.content()

    def run(self, **plan: Any) -> int:
        self.acks.unlink(missing_ok=True)
        places = {"library": str(self.desk.folder), "docs": str(self.desk.docs), "acks": str(self.acks)}
        return int(self.children.run(**places, **plan))

    def export(self, **plan: Any) -> int:
        return self.run(export=str(self.file), **plan)

    def bring(self, **plan: Any) -> int:
        return self.run(**{"import": str(self.file)}, into=str(self.other), **plan)

    def steps(self, work: Callable[..., int]) -> Counter[str]:
        assert work(steps=str(self.place / "steps"), disorders=str(self.place / "disorders")) == 0
        assert (self.place / "disorders").read_text() == ""
        return Counter((self.place / "steps").read_text().splitlines())

    def every(self, work: Callable[..., int]) -> list[tuple[str, int]]:
        """The first and the last of each step by name."""
        return sorted({(name, number) for name, count in self.steps(work).items() for number in (1, count)})

    def check_export(self) -> bool:
        """Whether it is the new one; else it is the old one, byte for byte."""
        assert Doctor(self.desk.folder, FaissCodec(), lambda: ("hashing-8", 8)).check(full=False).is_sound
        if self.file.read_bytes() == self.old:
            return False
        shutil.rmtree(self.place / "probe", ignore_errors=True)
        import_library(self.file, self.place / "probe", FaissCodec(), lambda text: text)
        assert self.desk_of(self.place / "probe").content() == self.content
        return True

    def check_import(self) -> bool:
        """Whether there is a library, which then is the whole one."""
        if not self.other.exists():
            return False
        assert {path.name for path in self.other.iterdir()} >= {"library.db", "certificate.json"}
        assert Doctor(self.other, FaissCodec(), lambda: ("hashing-8", 8)).check(full=True).is_sound
        assert self.desk_of(self.other).content() == self.content
        return True

    def desk_of(self, folder: Path) -> stand_ins.Desk:
        return stand_ins.Desk(folder, self.desk.docs)

    def reset(self) -> None:
        shutil.rmtree(self.other, ignore_errors=True)


@pytest.fixture(scope="module")
def transfers(children: Any, tmp_path_factory: pytest.TempPathFactory) -> Transfers:
    return Transfers(children, tmp_path_factory.mktemp("transfers"))


def test_an_export_that_is_killed_leaves_the_old_file_or_the_new_one(transfers: Transfers) -> None:
    assert {*EXPORTING, *IMPORTING} == {moment.name for moment in Transfer}
    outcomes = set()
    steps = transfers.every(transfers.export)
    assert {f"moment {moment}" for moment in EXPORTING} <= {name for name, _ in steps}
    for number, (name, occurrence) in enumerate(steps):
        transfers.file.write_bytes(transfers.old)
        stop = {"stop": [name, occurrence], "power": number % 3 > 0 or name == DONE}
        assert transfers.export(**stop) == crashes.KILLED, stop
        outcomes.add((name == DONE, transfers.check_export()))
        assert transfers.export() == 0, stop
        assert transfers.check_export()
        assert [path.name for path in transfers.file.parent.iterdir()] == ["kept"], stop
    assert outcomes >= {(False, False), (True, True)}
    assert (True, False) not in outcomes


def test_an_import_that_is_killed_leaves_no_library_or_the_whole_one(transfers: Transfers) -> None:
    outcomes = set()
    assert transfers.export() == 0
    steps = transfers.every(transfers.bring)
    assert {f"moment {moment}" for moment in IMPORTING} <= {name for name, _ in steps}
    for number, (name, occurrence) in enumerate(steps):
        transfers.reset()
        stop = {"stop": [name, occurrence], "power": number % 3 > 0 or name == DONE}
        assert transfers.bring(**stop) == crashes.KILLED, stop
        outcomes.add((name == DONE, transfers.check_import()))
        transfers.reset()
        assert transfers.bring() == 0, stop
        assert transfers.check_import()
        assert [path.name for path in transfers.other.parent.iterdir()] == ["other"], stop
    assert outcomes >= {(False, False), (True, True)}
    assert (True, False) not in outcomes


@pytest.mark.parametrize("what", ["export", "import"])
def test_the_nth_step_fails_until_none_is_left_to_fail(transfers: Transfers, what: str) -> None:
    transfers.reset()
    assert transfers.export() == 0
    failed = 0
    for number in itertools.count(1, 3):
        code = (errno.ENOSPC, errno.EIO)[number % 2]
        if what == "export":
            transfers.file.write_bytes(transfers.old)
            ended = transfers.export(fail=[number, code])
            done, target = transfers.check_export(), transfers.file
        else:
            transfers.reset()
            ended = transfers.bring(fail=[number, code])
            done, target = transfers.check_import(), transfers.other
        assert [path.name for path in target.parent.iterdir() if path != target] == []
        if ended == 0:
            assert done
            break
        assert ended == crashes.FAILED
        said = transfers.acks.read_text()
        assert str(target) in said
        assert os.strerror(code) in said
        assert "try again" in said
        failed += 1
    assert failed > 4
