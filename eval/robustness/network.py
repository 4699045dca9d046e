"""Promise 5: every connect and every packet of ingest and ask, seen by strace; and both without any interface."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from eval.robustness.command import Desk
from eval.robustness.measure import Outcome, Sizes, State

TEXT = "# Unit 7\n\nThe relief valve of unit 7 opens at 40 bar. It was tested in May.\n"
QUESTION = "At how many bar does the relief valve of unit 7 open?"
CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
ADDRESS = re.compile(r"sa_family=AF_INET6?\b.*")
LOOPBACK = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"')
NO_NETWORK = ("unshare", "-rn")


def measure(sizes: Sizes) -> Outcome:
    """A home of its own, so the caches are cold: the packaged generator is converted on the way."""
    del sizes
    out = Outcome()
    with tempfile.TemporaryDirectory() as scratch:
        desk = _desk(Path(scratch) / "traced")
        if shutil.which("strace"):
            _traced(out, desk)
        else:
            out.add(5, "strace", "there is no strace here", State.SKIPPED)
        _without(out, desk)
    return out


def _desk(place: Path) -> Desk:
    desk = Desk(place)
    desk.docs.mkdir(parents=True)
    (desk.docs / "unit.md").write_text(TEXT)
    (desk.docs / "unit.html").write_text(f"<p>{TEXT}</p><img src=https://example.org/x.png>")
    (desk.docs / "broken.pdf").write_bytes(b"%PDF-1.4")
    return desk


def _lines(desk: Desk) -> Iterator[tuple[str, ...]]:
    yield ("ingest", str(desk.docs))
    yield ("ask", QUESTION)
    yield ("ask", "--extractive", "Who won the cup?")
    yield ("ask", "--generator", "no-such-model", QUESTION)  # an error path


def _traced(out: Outcome, desk: Desk) -> None:
    log = desk.place / "calls"
    outward, calls = [], 0
    for line in _lines(desk):
        done = desk.run(*line, before=["strace", "-f", "-qq", "-e", CALLS, "-o", str(log)])
        if not log.exists():
            out.add(5, "strace", f"strace does not run here: {done.stderr[-200:]!r}", State.SKIPPED)
            return
        seen = [found.group() for found in map(ADDRESS.search, log.read_text().splitlines()) if found]
        calls += len(seen)
        outward += [address for address in seen if not LOOPBACK.search(address)]
    dns = sum("htons(53)" in address for address in outward)
    found = (
        f"ingest (text, HTML with a remote image, a broken PDF), ask generated and extractive, a model that is not "
        f"there; cold caches: {len(outward)} non-loopback connects or packets, {dns} DNS, "
        f"{calls - len(outward)} loopback"
    )
    how = "`eval/robustness/network.py`: strace -f of connect and send"
    out.add(5, how, found, State.MISSED if outward else State.REACHED)


def _without(out: Outcome, desk: Desk) -> None:
    how = "`eval/robustness/network.py`: a network namespace without interfaces"
    if not shutil.which("unshare") or subprocess.run([*NO_NETWORK, "true"], capture_output=True).returncode:
        out.add(5, how, "not allowed here", State.SKIPPED)
        return
    ingested = desk.run("ingest", str(desk.docs), before=NO_NETWORK)
    asked = desk.run("ask", "--extractive", QUESTION, before=NO_NETWORK)
    works = b"40 bar" in asked.stdout and asked.returncode == 0 and b"Traceback" not in ingested.stderr
    found = "ingest and ask work as ever" if works else f"ask fails: {asked.stderr.decode('utf-8', 'replace')[-200:]}"
    out.add(5, how, found, State.REACHED if works else State.MISSED)
