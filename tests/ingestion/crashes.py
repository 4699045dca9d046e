"""Ingests that are killed: at every named step, at random moments, and again while they recover.

Run by itself it kills many: `python tests/ingestion/crashes.py [COUNT] [SEED] [TIMES] [EVERY]`; the seed is printed and
replays (but for kills by the clock, whose moment a busy machine moves). Each step is killed TIMES times (5); every
EVERYth system call (1: each) fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import LibraryError
from ragcite.storage import Doctor
from ragcite.storage.base import base_record, read_vectors, verified_bytes
from ragcite.storage.schema import read_meta
from tests.ingestion import conftest as stand_ins

# By which files change on Linux; SQLite's own among them. Vectors are written with write(2), which a `Disk` sees.
CALLS = "pwrite64,fsync,fdatasync,ftruncate,rename,unlink,mkdir"
KILLED = -9
FAILED = 1
Rows = dict[str, tuple[str | None, str | None]]  # document and reason by path

WAYS = {"stop": "at a step", "after": "by the clock", "trace": "at a system call"}
NO_TWICE = {
    "passages": "SELECT count(*) - count(DISTINCT layer || ':' || span_start || ':' || span_end) FROM passages",
    "entries of the keyword index": "SELECT abs((SELECT count(*) FROM passages) - (SELECT count(*) FROM keywords))",
}


class Children:
    """A process that forks one child for every plan; a context manager."""

    def __enter__(self) -> Self:
        script = Path(__file__).with_name("crash_child.py")
        environment = dict(os.environ, OMP_NUM_THREADS="1")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, str(script)], env=environment, **pipes)  # type: ignore[call-overload]
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *error: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, **plan: Any) -> int:
        """The exit code; `KILLED` where it was."""
        self._process.stdin.write(json.dumps(plan) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def write_documents(desk: Any, chance: random.Random) -> None:
    for number in range(14):
        lines = [f"line {chance.randrange(10**9)}" for _ in range(chance.randrange(1, 6))]
        desk.write(f"{number}.txt", "\n".join(lines))
    desk.write("broken.txt", "%broken")


def change_documents(desk: Any, chance: random.Random) -> None:
    """Changed, moved, removed, copied, mended and new ones."""
    for number in range(6):
        desk.write(f"{number}.txt", "\n".join(f"line {chance.randrange(10**9)}" for _ in range(1 + number)))
    (desk.docs / "6.txt").rename(desk.docs / "moved.txt")
    (desk.docs / "7.txt").unlink()
    (desk.docs / "8.txt").unlink()
    desk.write("copy.txt", (desk.docs / "9.txt").read_bytes())
    desk.write("broken.txt", "line that was mended")
    desk.write("new/bad.txt", "%broken")
    desk.write("new/one.txt", "\n".join(f"line {chance.randrange(10**9)}" for _ in range(9)))


class Scene:
    """A library of some documents (or none: `fresh`), and what an ingest of the changed documents must make of it."""

    def __init__(self, place: Path, children: Children, seed: int = 7, fresh: bool = False) -> None:
        place.mkdir()
        self.place, self.children = place, children
        self.desk = stand_ins.Desk(place / "library", place / "docs")
        self.desk.docs.mkdir()
        write_documents(self.desk, random.Random(seed))
        self.before: Rows = {}
        if not fresh:
            assert self.ingest() == 0
            self.before = rows_of(self.desk.folder)
        change_documents(self.desk, random.Random(seed + 1))
        self._keep(place / "pristine")
        assert self.ingest(steps=str(place / "steps")) == 0
        self.steps = Counter((place / "steps").read_text().splitlines())
        self.after = rows_of(self.desk.folder)
        self.wanted = self.content()
        self.check()

    def _keep(self, pristine: Path) -> None:
        if self.desk.folder.exists():
            shutil.copytree(self.desk.folder, pristine)

    def ingest(self, **plan: Any) -> int:
        """Runs `plan` in a child; gives its exit code."""
        self._acks.unlink(missing_ok=True)
        places = {"library": self.desk.folder, "docs": self.desk.docs, "acks": self._acks}
        return self.children.run(**{key: str(path) for key, path in places.items()}, **plan)

    def reset(self) -> None:
        shutil.rmtree(self.desk.folder, ignore_errors=True)
        if (self.place / "pristine").exists():
            shutil.copytree(self.place / "pristine", self.desk.folder)

    def _told(self) -> str:
        return self._acks.read_text()

    @property
    def _acks(self) -> Path:
        return self.place / "acks"

    def acknowledged(self) -> list[tuple[str, str]]:
        """What the child told, and of which file. It may have been killed within a line."""
        text = self._acks.read_text() if self._acks.exists() else ""
        return [(word, path) for word, _, path in (line.partition(" ") for line in text.split("\n")[:-1])]

    def check(self) -> None:
        """A whole, legal state that holds everything acknowledged. Raises `AssertionError`."""
        told = self.acknowledged()
        if not exists(self.desk.folder):
            assert all(word == "error" for word, _ in told), f"acknowledged, but there is no library: {told}"
            assert not self.before, "the library is gone"
            return
        assert integrity(self.desk.folder) == "ok"
        findings = Doctor(self.desk.folder, FaissCodec(), lambda: ("hashing-8", 8)).check(full=True).findings
        assert findings == (), findings
        rows = rows_of(self.desk.folder)
        for path, row in rows.items():
            assert row in (self.before.get(path), self.after.get(path)), f"{path} is neither as before nor as after"
        for word, path in told:
            if word == "error":
                continue
            assert rows.get(path) == (self.after[path] if word == "stored" else None), f"{word}, but lost: {path}"
        check_vectors(self.desk)

    def content(self) -> str:
        """A hash of all that the library says, and of which files it consists; equal whatever the way there."""
        with closing(sqlite3.connect(self.desk.folder / "library.db")) as connection:
            terms = connection.execute("SELECT term, doc, cnt FROM keyword_terms ORDER BY term").fetchall()
        kinds = sorted(path.suffix for path in self.desk.folder.rglob("*"))
        return hashlib.sha256(repr((self.desk.content(), terms, kinds)).encode()).hexdigest()

    def crash(self, *plans: dict[str, Any]) -> list[int]:
        """From the pristine library: every plan in turn, each checked, then an ingest to the end. Their exit codes."""
        self.reset()
        codes = []
        for plan in plans:
            codes.append(self.ingest(**plan))
            assert codes[-1] in (0, KILLED), self._told()
            self.check()
        self.finish()
        return codes

    def fail(self, **plan: Any) -> str | None:
        """The same for one ingest that may fail but not die. Gives the error, None where there was none."""
        self.reset()
        code = self.ingest(**plan)
        assert code in (0, FAILED), f"exit code {code}"
        self.check()
        told = [line for word, line in self.acknowledged() if word == "error"]
        self.finish()
        return told[0] if told else None

    def at_call(self, number: int, what: str) -> dict[str, Any]:
        """A plan: `what` ("signal=KILL", "error=EIO") happens at that one of `calls`."""
        name = self.calls[number]
        occurrence = self.calls[: number + 1].count(name)  # strace counts every name by itself
        options = ["-e", f"trace={name}", "-e", f"inject={name}:{what}:when={occurrence}"]
        return {"trace": options, "log": str(self.place / "calls")}

    @cached_property
    def calls(self) -> list[str]:
        """The names of such calls that an ingest makes, in order."""
        self.reset()
        assert self.ingest(trace=["-e", f"trace={CALLS}"], log=str(self.place / "calls")) == 0
        return re.findall(r"^\d+ +(\w+)\(", (self.place / "calls").read_text(), re.MULTILINE)

    def finish(self) -> None:
        """An ingest to the end, and the content of one that was never interrupted. Raises `AssertionError`."""
        assert self.ingest() == 0, self._told()
        self.check()
        assert base_files(self.desk.folder), "files of the vector base are left over"
        assert self.content() == self.wanted, "another content than after an uninterrupted ingest"


def exists(folder: Path) -> bool:
    try:
        return bool(rows_of(folder) or True)
    except (sqlite3.OperationalError, FileNotFoundError):
        return False


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """As a reader: the first that opens a library after a crash may be one."""
    if not (folder / "library.db").exists():
        raise FileNotFoundError(folder)
    uri = f"{(folder / 'library.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        yield connection


def rows_of(folder: Path) -> Rows:
    with opened(folder) as connection:
        rows = connection.execute("SELECT path, document, reason FROM files").fetchall()
    return {os.fsdecode(path): (document, reason) for path, document, reason in rows}


def integrity(folder: Path) -> str:
    with opened(folder) as connection:
        for what, query in NO_TWICE.items():
            assert connection.execute(query).fetchone() == (0,), f"{what} twice"
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    return str(answer)


def base_files(folder: Path) -> bool:
    """Whether there are the files that SQLite names, and no others."""
    with opened(folder) as connection:
        record = base_record(read_meta(connection) or {})
    named = {record.index_path(folder), record.keys_path(folder)} if record else set()
    return named == set((folder / "vectors").glob("*"))


def check_vectors(desk: Any) -> None:
    """The base is of a generation that SQLite has, its files are whole, and a search equals brute force."""
    with opened(desk.folder) as connection:
        meta = read_meta(connection) or {}
        record = base_record(meta)
        keys, vectors = read_vectors(connection, 0, desk.embedder.dimension)
    if record is not None:
        assert record.generation <= int(meta["generation"]), "a base of a generation that is still to come"
        assert verified_bytes(desk.folder, record), "the base's files are not those that SQLite names"
    question = desk.embedder.embed_query("question")
    with desk.store().snapshot() as snapshot:
        found = {hit.key: hit.score for hit in snapshot.vector_search(question, len(keys) + 9)}
    assert found.keys() == set(keys.tolist()), "a search does not find the passages that are there"
    assert np.allclose([found[key] for key in keys.tolist()], vectors @ question, atol=1e-5)


def at_steps(steps: Counter[str], chance: random.Random, times: int) -> Iterator[dict[str, Any]]:
    """Every step by name, up to `times` of its occurrences; half of them as power cuts."""
    for number, name in enumerate(sorted(steps)):
        for occurrence in sorted(chance.sample(range(1, steps[name] + 1), min(times, steps[name]))):
            yield {"stop": [name, occurrence], "power": bool((number + occurrence) % 2)}


def many(scenes: Sequence[Scene], count: int, seed: int, times: int) -> Counter[str]:
    """`times` × every step, `count` by the clock, as many at system calls (where there is strace), and an eighth of
    those again while recovering."""
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    plans = [(scene, [plan]) for scene in scenes for plan in at_steps(scene.steps, chance, times)]
    for _ in range(count):
        plans.append((chance.choice(scenes), [{"after": chance.uniform(0, 0.15)}]))
    for _ in range(count if shutil.which("strace") else 0):
        scene = chance.choice(scenes)
        plans.append((scene, [scene.at_call(chance.randrange(len(scene.calls)), "signal=KILL")]))
    for _ in range(max(1, count // 8)):
        scene = chance.choice(scenes)
        first, again = chance.choices(list(at_steps(scene.steps, chance, 3)), k=2)
        plans.append((scene, [first, again, {"after": chance.uniform(0, 0.1)}]))
    for scene, plan in plans:
        try:
            codes = scene.crash(*plan)
        except (AssertionError, LibraryError, sqlite3.Error) as error:
            raise AssertionError(f"seed {seed}, {scene.place.name}, {plan}: {error}") from error
        outcomes["while recovering" if len(plan) > 1 else WAYS[next(iter(plan[0]))]] += 1
        outcomes["killed"] += codes.count(KILLED)
    return outcomes


def every_fault(scenes: Sequence[Scene], every: int = 1) -> Counter[str]:
    """Each (or each `every`-th) system call that changes a file fails once, in turn with EIO and ENOSPC."""
    outcomes: Counter[str] = Counter()
    for scene in scenes if shutil.which("strace") else ():
        for number, name in list(enumerate(scene.calls))[::every]:
            code = ("EIO", "ENOSPC")[number // every % 2]
            try:
                error = scene.fail(**scene.at_call(number, f"error={code}"))
            except (AssertionError, LibraryError, sqlite3.Error) as wrong:
                raise AssertionError(f"{scene.place.name}, {code} at call {number}, {name}: {wrong}") from wrong
            outcomes["failed calls that were told" if error else "failed calls that did no harm"] += 1
    return outcomes


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    count, seed, times, every = [*given, *(200, time.time_ns() % 10**6, 5, 1)[len(given) :]]
    print(f"crashes: {count} by the clock, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as place, Children() as children:
        scenes = [Scene(Path(place) / "changed", children, seed), Scene(Path(place) / "fresh", children, seed, True)]
        print(f"{len({*scenes[0].steps, *scenes[1].steps})} named steps", flush=True)
        outcomes = many(scenes, count, seed, times) + every_fault(scenes, every)
    for what, times in outcomes.most_common():
        print(f"{times:6}  {what}")


if __name__ == "__main__":
    main()
