"""Repairs that are killed at every step: the next one ends in a sound library, and nothing that was sound is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.storage import Doctor
from ragcite.storage.disk import Repairing
from tests.ingestion import conftest as stand_ins
from tests.ingestion import crashes

ONLY_IN_LOG = b"only in the log"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL, fork")


def _row(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "library.db", isolation_level=None)) as connection:
        connection.execute("UPDATE text_layers SET text = x'00' WHERE rowid = 3")


def _base(folder: Path) -> None:
    (base,) = (folder / "vectors").glob("*.faiss")
    base.write_bytes(base.read_bytes()[:-1] + b"?")


def _header_with_log(folder: Path) -> None:
    """No database any more; its log holds commits that nothing else has."""
    copy = folder.with_name("with-log")
    with closing(sqlite3.connect(folder / "library.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE files SET reason = 'only in the log' WHERE document IS NULL")
        shutil.copytree(folder, copy)
    shutil.rmtree(folder)
    copy.rename(folder)
    data = (folder / "library.db").read_bytes()
    (folder / "library.db").write_bytes(b"?" * 16 + data[16:])


DAMAGES: dict[str, Callable[[Path], None]] = {"row": _row, "base": _base, "header with log": _header_with_log}


class Damaged:
    """A damaged library, and what a repair and an ingest make of it that nothing interrupts."""

    def __init__(self, children: Any, place: Path, damage: str) -> None:
        self.children, self.place = children, place
        self.desk = stand_ins.Desk(place / "library", place / "docs")
        for number in range(12):
            self.desk.write(f"{number}.txt", f"line {number}\n" * 2 + f"line of {number}")
        self.desk.write("broken.txt", "%broken")
        assert self.run() == 0
        self.whole = self.desk.content()
        DAMAGES[damage](self.desk.folder)
        shutil.copytree(self.desk.folder, place / "pristine")
        self.marker = ONLY_IN_LOG if damage == "header with log" else self.read("library.db")[0]
        steps = {"steps": str(place / "steps"), "disorders": str(place / "disorders")}
        assert self.run(repair=True, **steps) == 0
        assert (place / "disorders").read_text() == ""
        self.steps = Counter((place / "steps").read_text().splitlines())
        self.repaired = self.desk.content()

    def run(self, **plan: Any) -> int:
        places = {"library": str(self.desk.folder), "docs": str(self.desk.docs), "acks": str(self.place / "acks")}
        return int(self.children.run(**places, **plan))

    def reset(self) -> None:
        shutil.rmtree(self.desk.folder)
        shutil.copytree(self.place / "pristine", self.desk.folder)

    def check(self) -> None:
        """Sound, with every row that was sound, and the damaged files set aside as they were."""
        doctor = Doctor(self.desk.folder, FaissCodec(), lambda: ("hashing-8", 8))
        assert doctor.check(full=True).findings == ()
        assert self.desk.content() == self.repaired
        assert not list(self.desk.folder.glob("library.db.new*"))

    def read(self, names: str) -> list[bytes]:
        """Files, but for SQLite's header with its counters."""
        return [path.read_bytes()[100:] for path in self.desk.folder.glob(names)]

    def kept(self) -> bool:
        """Whether the damaged database lies there whole, with what only its log held."""
        return any(self.marker in data for data in self.read("library.db*"))


@pytest.fixture(scope="module")
def damaged(children: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Damaged]:
    return lambda damage: Damaged(children, tmp_path_factory.mktemp("damaged"), damage)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_repair_that_is_killed_is_finished_by_the_next_and_loses_nothing(
    damaged: Callable[[str], Damaged], damage: str
) -> None:
    scene = damaged(damage)
    replaced = {f"moment {moment.name}" for moment in Repairing}
    assert replaced <= scene.steps.keys() if damage != "base" else not replaced & scene.steps.keys()
    scene.check()
    for name, count in sorted(scene.steps.items()):
        for occurrence in sorted({1, count}):
            scene.reset()
            stop = {"stop": [name, occurrence], "power": name.startswith("moment")}
            assert scene.run(repair=True, **stop) == crashes.KILLED, stop
            assert (scene.desk.folder / "library.db").exists(), stop
            if damage != "base":
                assert scene.kept(), stop
            assert scene.run(repair=True) == 0, (stop, (scene.place / "acks").read_text())
            scene.check()
            if damage != "base":
                assert scene.kept(), stop
                assert not (scene.desk.folder / "library.db.damaged-2").exists(), stop
            assert scene.run() == 0
            assert scene.desk.content() == scene.whole, stop


def test_what_only_the_log_holds_is_set_aside_with_it(damaged: Callable[[str], Damaged]) -> None:
    """A reader of an older state keeps SQLite from bringing the log into the file."""
    scene = damaged("row")
    scene.reset()
    database = scene.desk.folder / "library.db"
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM files").fetchone()
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(f"UPDATE files SET reason = '{ONLY_IN_LOG.decode()}' WHERE document IS NULL")
        assert scene.run(repair=True) == 0
    with closing(sqlite3.connect(scene.desk.folder / "library.db.damaged")) as aside:
        assert ONLY_IN_LOG.decode() in {reason for (reason,) in aside.execute("SELECT reason FROM files")}
