"""Promise 18, hygiene: what was ingested, asked or given as a key is in the library and in answers, nowhere else."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from eval.robustness.command import Desk
from eval.robustness.measure import Outcome, Sizes, State

TEXT, QUESTION, KEY = "zebracanaryq", "quaggacanaryq", "sk-keycanaryq"
NEEDLES = (TEXT, QUESTION, KEY)
ASKED = f"When does the {QUESTION} valve open?"
CALLS = "trace=open,openat,creat"
WRITTEN = re.compile(r'(?:open|openat|creat)\((?:[^"]*, )?"([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)[^)]*\) = \d')
OURS = ("/dev/", "/proc/")


def measure(sizes: Sizes) -> Outcome:
    del sizes
    out = Outcome()
    with tempfile.TemporaryDirectory() as scratch:
        desk = _desk(Path(scratch))
        told, written = _run(desk)
        files = [path for path in Path(scratch).rglob("*") if path.is_file() and not _is_known(desk, path)]
        found = [path.name for path in files if holds(path.read_bytes())]
        outside = {path for path in written if not path.startswith((str(desk.place), *OURS))}
    wrong = [f"printed by {line}" for line, text in told if holds(text)] + [f"in {name}" for name in found]
    wrong += [f"written outside: {path}" for path in sorted(outside)]
    how = "`eval/robustness/traces.py`: ingest, search, ask, a server that is not there, doctor; a home of its own"
    counted = f"under strace {len(written)} files opened for writing" if written else "no strace here"
    said = (
        f"{len(told)} commands; {counted}, {len(outside)} of them outside library, home and temporary folder; text, "
        f"question or key in {len(files)} files outside the library: {len(found)}; in error output, and in what other "
        f"commands than search and ask print: {len(wrong) - len(found) - len(outside)}"
    )
    out.add(18, how, "; ".join([said, *wrong]), State.MISSED if wrong else State.REACHED)
    return out


def holds(data: bytes) -> bool:
    return any(needle.encode() in data for needle in NEEDLES)


def _desk(place: Path) -> Desk:
    desk = Desk(place)
    desk.docs.mkdir()
    (place / "temporary").mkdir()
    (desk.docs / "a.md").write_text(f"# Unit 7\n\nThe valve opens at 40 {TEXT}.\n")
    (desk.docs / "broken.pdf").write_text(f"%PDF-1.4 {TEXT}")
    (desk.docs / "binary.txt").write_bytes(b"\0" * 99 + TEXT.encode())
    return desk


def _is_known(desk: Desk, path: Path) -> bool:
    """The documents, the library, and the list of calls that was made here."""
    return path.is_relative_to(desk.docs) or path.is_relative_to(desk.library) or path == desk.place / "calls"


def _lines(desk: Desk) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Whether the command may print what it found, and the command."""
    yield False, ("ingest", str(desk.docs))
    yield True, ("search", ASKED)
    yield True, ("ask", "--extractive", ASKED)
    yield True, ("ask", ASKED)
    yield False, ("status",)
    yield False, ("doctor", "--full")


def _run(desk: Desk) -> tuple[list[tuple[str, bytes]], set[str]]:
    """What may not hold a canary of each command's output, and the paths that were opened for writing."""
    log = desk.place / "calls"
    server = ["RAGCITE_ENGINE=openai", "RAGCITE_SERVER=http://127.0.0.1:9/v1", f"RAGCITE_SERVER_KEY={KEY}"]
    before = ["env", f"TMPDIR={desk.place / 'temporary'}", *server]
    if shutil.which("strace"):
        before = [*before, "strace", "-f", "-qq", "-e", CALLS, "-o", str(log)]
    told, written = [], set()
    for may_show, line in _lines(desk):
        done = desk.run(*line, before=before)
        told.append((line[0], done.stderr if may_show else done.stdout + done.stderr))
        text = log.read_text("utf-8", "replace") if log.exists() else ""
        written |= {os.path.join(desk.place, found) for found in WRITTEN.findall(text)}
    return told, written
