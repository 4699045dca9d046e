"""Ingest, change, rename, remove, `rm`, ask, search, export, import and crash, in any order, against a dict.

Run by itself: `python tests/ingestion/state_machine.py [RUNS] [SEED] [STEPS]` (500 of 50 steps). The seed is printed
and replays; a failure is shrunk to the fewest steps that still show it, and these are printed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from ragcite import Library
from ragcite.backends.faiss_codec import FaissCodec
from ragcite.storage import Doctor
from ragcite.testing import ScriptedGenerator
from ragcite.types import Location
from ragcite.verification.support import LexicalSupportModel
from tests.ingestion import conftest as stand_ins
from tests.ingestion import crashes

Texts = dict[str, bytes]  # by the name below the documents' folder
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "gravel", "harbour")
UNREADABLE = (b"%broken", b"", b"bug")
UNSUPPORTED = "photo.jpg"
NAMES = ("a.txt", "b.txt", "c.txt", "in/d.txt", "in/e.txt", "in/deep/f.txt", os.fsdecode(b"odd\xff.txt"), UNSUPPORTED)
PLACES = (*NAMES, "in", "in/deep", "")
HOUR_NS = 3_600_000_000_000

lines = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9)
texts = st.one_of(
    lines.map(lambda words: "\n".join(f"line {n} {word}" for n, word in enumerate(words)).encode()),
    st.sampled_from(UNREADABLE),
)
changes = st.dictionaries(st.sampled_from(NAMES), texts, min_size=1, max_size=5)
crash = st.fixed_dictionaries({"stop": st.tuples(st.just("any"), st.integers(1, 30)), "power": st.booleans()})


class Overlap:
    """A reranker without a model: shared words."""

    name = "overlap"

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        wanted = set(question.lower().split())
        return [float(len(wanted & set(text.lower().split()))) for text in texts]


class Machine(RuleBasedStateMachine):
    """`docs`: what lies in the folder; `held`: what the library must say; `kept`: what the exported file must hold."""

    children: ClassVar[crashes.Children]
    bug: ClassVar[dict[str, str]]
    counts: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="ragcite-machine-"))
        self.desk = stand_ins.Desk(self.place / "library-0", self.place / "docs")
        self.desk.docs.mkdir()
        self.docs: Texts = {}
        self.held: Texts = {}
        self.kept: Texts | None = None
        self.libraries = 0
        self.now = time.time_ns() - 2 * HOUR_NS
        self.reading: tuple[Any, Texts, ExitStack] | None = None
        self.counts["runs"] += 1

    # What a person does to the folder.

    @rule(changes=changes)
    def write(self, changes: Texts) -> None:
        for name, text in changes.items():
            self.counts["changes of the folder"] += 1
            path = self.desk.write(name, text)
            self.now += 1_000_000
            os.utime(path, ns=(self.now, self.now))
            self.docs[name] = text

    @precondition(lambda self: self.docs)
    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def rename(self, data: st.DataObject, name: str) -> None:
        source = data.draw(st.sampled_from(sorted(self.docs)))
        self.counts["changes of the folder"] += 1
        (self.desk.docs / name).parent.mkdir(parents=True, exist_ok=True)
        (self.desk.docs / source).replace(self.desk.docs / name)
        self.docs[name] = self.docs.pop(source)

    @precondition(lambda self: self.docs)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.docs)))
        self.counts["changes of the folder"] += 1
        (self.desk.docs / name).unlink()
        del self.docs[name]

    # What ragcite does, whole or killed.

    @rule()
    def ingest(self) -> None:
        self.counts["ingests"] += 1
        assert self.run() == 0, self.told
        self.held = supported(self.docs)
        self.check()

    @rule(changes=changes, plan=crash)
    def ingest_killed(self, changes: Texts, plan: dict[str, Any]) -> None:
        self.write(changes)
        if self.killed(**plan):
            self.settle(supported(self.docs))
        else:
            self.held = supported(self.docs)
        self.check(full=True)

    @rule(name=st.sampled_from(PLACES))
    def rm(self, name: str) -> None:
        self.counts["removals"] += 1
        gone = below(name, self.held)
        assert self.run(remove=[name]) == (0 if gone else crashes.FAILED), self.told
        self.held = {path: text for path, text in self.held.items() if path not in gone}
        self.check()

    @precondition(lambda self: self.held)
    @rule(data=st.data(), plan=crash)
    def rm_killed(self, data: st.DataObject, plan: dict[str, Any]) -> None:
        name = data.draw(st.sampled_from(sorted(self.held)))
        rest = {path: text for path, text in self.held.items() if path not in below(name, self.held)}
        if self.killed(remove=[name], **plan):
            self.settle(rest)
        else:
            self.held = rest
        self.check(full=True)

    @precondition(lambda self: crashes.exists(self.desk.folder))
    @rule()
    def export(self) -> None:
        self.counts["exports"] += 1
        assert self.run(export=str(self.file), bare=True) == 0, self.told
        self.kept = dict(self.held)

    @precondition(lambda self: crashes.exists(self.desk.folder))
    @rule(plan=crash)
    def export_killed(self, plan: dict[str, Any]) -> None:
        """The old file or the new one; which of them, the next import shows."""
        before = self.file.read_bytes() if self.file.exists() else b""
        self.killed(export=str(self.file), bare=True, **plan)
        if self.file.exists() and self.file.read_bytes() != before:
            self.kept = dict(self.held)
        assert self.file.exists() or self.kept is None, "the exported file is gone"
        self.check(full=True)

    @precondition(lambda self: self.kept is not None)
    @rule()
    def bring(self) -> None:
        self.counts["imports"] += 1
        new = self.next_library()
        assert self.run(**{"import": str(self.file)}, into=str(new)) == 0, self.told
        self.move_to(new)

    @precondition(lambda self: self.kept is not None)
    @rule(plan=crash)
    def bring_killed(self, plan: dict[str, Any]) -> None:
        new = self.next_library()
        if not self.killed(**{"import": str(self.file)}, into=str(new), **plan) or new.exists():
            self.move_to(new)

    # Asking, also with a snapshot that is older than the last writes.

    @rule(word=st.sampled_from(WORDS))
    def ask(self, word: str) -> None:
        self.counts["questions"] += 1
        if not crashes.exists(self.desk.folder):
            return
        parts = {"embedder": self.desk.embedder, "generator": ScriptedGenerator("x"), "reranker": Overlap()}
        with Library.open(self.desk.folder, support=LexicalSupportModel(), **parts) as library:
            hits, answer = library.search(f"{word} line", k=50), library.ask(f"Where is {word}?", extractive=True)
        found = {(self.name_of(hit.location.path), hit.passage.text.strip()) for hit in hits}
        assert found <= passages(self.held), "found what is not held"
        for citation in answer.citations:
            text = self.held[self.name_of(citation.quote.location.path)].decode()
            assert citation.quote.text in text, "a quote that is not in the document"

    @precondition(lambda self: self.reading is None and crashes.exists(self.desk.folder))
    @rule()
    def open_snapshot(self) -> None:
        stack = ExitStack()
        self.reading = (stack.enter_context(self.desk.store().snapshot()), dict(self.held), stack)

    @precondition(lambda self: self.reading is not None)
    @rule()
    def close_snapshot(self) -> None:
        """It says what was true when it was opened, whatever was written, removed or killed since."""
        self.counts["snapshots"] += 1
        assert self.reading
        snapshot, held, stack = self.reading
        with stack:
            self.compare(snapshot, held)
        self.reading = None

    def teardown(self) -> None:
        """An ingest to the end makes what a first ingest of the same folder makes."""
        try:
            if not sys.exc_info()[0]:
                if self.reading:
                    self.close_snapshot()
                self.ingest()
                assert self.desk.content() == self.first_ingest(), "another content than after a first ingest"
        finally:
            if self.reading:
                self.reading[2].close()
            shutil.rmtree(self.place)

    # Helpers.

    @property
    def file(self) -> Path:
        return self.place / "exported"

    @property
    def told(self) -> str:
        acks = self.place / "acks"
        return acks.read_text("utf-8", "replace") if acks.exists() else ""

    def run(self, **plan: Any) -> int:
        (self.place / "acks").unlink(missing_ok=True)
        places = {"library": self.desk.folder, "docs": self.desk.docs, "acks": self.place / "acks"}
        return self.children.run(**{key: str(path) for key, path in places.items()}, **self.bug, **plan)

    def killed(self, **plan: Any) -> bool:
        """Whether it was, or came to its end before that step."""
        code = self.run(**plan)
        assert code in (0, crashes.KILLED), self.told
        self.counts["kills" if code else "kills that came too late"] += 1
        return code == crashes.KILLED

    def settle(self, after: Texts) -> None:
        """After a kill each file is as before or as `after`; what was told is as `after`."""
        rows = self.rows()
        told = [tuple(line.split(" ", 1)) for line in self.told.split("\n")[:-1]]
        sure = {self.name_of(path) for word, path in told if word in ("stored", "removed")}
        settled = {}
        for name in {*self.held, *after, *rows}:
            ways = (after,) if name in sure else (after, self.held)
            fitting = [way.get(name) for way in ways if says(rows.get(name), way.get(name))]
            assert fitting, f"{name} is neither as before nor as after; told: {name in sure}"
            if fitting[0] is not None:
                settled[name] = fitting[0]
        self.held = settled

    def check(self, full: bool = False) -> None:
        if not crashes.exists(self.desk.folder):
            assert not self.held, "the library is gone"
            return
        rows = self.rows()
        assert rows.keys() == self.held.keys()
        assert all(says(rows[name], text) for name, text in self.held.items())
        with self.desk.store().snapshot() as snapshot:
            self.compare(snapshot, self.held)
        crashes.check_vectors(self.desk)
        if full:
            assert crashes.integrity(self.desk.folder) == "ok"
            checkup = Doctor(self.desk.folder, FaissCodec(), lambda: ("hashing-8", 8)).check(full=True)
            assert checkup.findings == ()

    def compare(self, snapshot: Any, held: Texts) -> None:
        """Every word finds each text that has it, once, where it lies, and nothing else."""
        assert {os.path.relpath(os.fsdecode(file.path), self.desk.docs) for file in snapshot.files()} == held.keys()
        for word in WORDS:
            hits = [hit.key for hit in snapshot.keyword_search(word, 1000)]
            entries = list(snapshot.passages(hits).values())
            found = [(self.name_of(entry.location.path), entry.passage.text.strip()) for entry in entries]
            wanted = {(name, text) for name, text in passages(held) if word in text}
            assert set(found) <= wanted, f"{word} finds what is not held"
            distinct = {(held[name], text) for name, text in wanted}
            assert sorted((held[name], text) for name, text in found) == sorted(distinct), f"{word} does not find all"

    def rows(self) -> dict[str, tuple[str | None, str | None]]:
        if not crashes.exists(self.desk.folder):
            return {}
        return {os.path.relpath(path, self.desk.docs): row for path, row in crashes.rows_of(self.desk.folder).items()}

    def name_of(self, path: str) -> str:
        """Of a path as it is shown."""
        shown = {Location.of(os.fsencode(self.desk.docs / name)).path: name for name in NAMES}
        return shown[path]

    def next_library(self) -> Path:
        self.libraries += 1
        return self.place / f"library-{self.libraries}"

    def move_to(self, library: Path) -> None:
        assert self.kept is not None
        self.desk.folder, self.held = library, dict(self.kept)
        self.check(full=True)

    def first_ingest(self) -> list[Any]:
        folder, self.desk.folder = self.desk.folder, self.next_library()
        assert self.run() == 0, self.told
        content = self.desk.content()
        self.desk.folder = folder
        return content


def says(row: tuple[str | None, str | None] | None, text: bytes | None) -> bool:
    """Whether the library's `row` is what a file of that `text` must give; None: no row, no file."""
    if row is None or text is None:
        return row is None and text is None
    if text in UNREADABLE:
        return row[0] is None and row[1] is not None
    return row == (hashlib.sha256(text).hexdigest(), None)


def supported(docs: Texts) -> Texts:
    return {name: text for name, text in docs.items() if name != UNSUPPORTED}


def below(name: str, held: Texts) -> set[str]:
    return {path for path in held if not name or path == name or path.startswith(f"{name}/")}


def passages(held: Texts) -> set[tuple[str, str]]:
    """Which text must be found, and where."""
    return {(name, line) for name, text in held.items() if text not in UNREADABLE for line in text.decode().split("\n")}


def many(runs: int, number: int, steps: int, bug: str | None = None, shrink: bool = False) -> Counter[str]:
    """Raises what was wrong, with the steps that show it."""
    plan = {"bug": bug} if bug else {}
    with crashes.Children() as children:
        kind = type("Machine", (Machine,), {"children": children, "bug": plan, "counts": Counter()})
        phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
        how = settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seed(number)(kind), settings=how)
    return kind.counts  # type: ignore[attr-defined,no-any-return]


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    runs, number, steps = [*given, *(500, time.time_ns() % 10**6, 50)[len(given) :]]
    print(f"state machine: {runs} runs of {steps} steps, seed {number}", flush=True)
    try:
        counts = many(runs, number, steps, shrink=True)
    except BaseException:
        traceback.print_exc()
        sys.exit(f"seed {number}: the library does not say what the dict says; the steps are above")
    for what, times in counts.most_common():
        print(f"{times:6}  {what}")


if __name__ == "__main__":
    main()
