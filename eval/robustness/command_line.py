"""Promises 18, 20, 21: what the real command line leaves on disk, prints, and lets a folder decide."""

from __future__ import annotations

import json
import stat
import tempfile
from pathlib import Path

from eval.robustness.command import Desk
from eval.robustness.measure import Outcome, Sizes, State, state_of

ESCAPES = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1bP+q544e\x1b\\",
    "\x9b31m",
    "\x90q\x9c",
    "bell\x07",
    "back\x08\x08\x08",
    "\u202ereversed\u202c",
    "\u2066isolate\u2069",
)
FILES = 60
ALLOWED = {"\n", "\t"}
PLANTED = 'passage_tokens = 41\nlibrary = "/elsewhere"\nserver = "http://203.0.113.1/v1"\nallow_remote = true\n'


def measure(sizes: Sizes) -> Outcome:
    del sizes
    out = Outcome()
    with tempfile.TemporaryDirectory() as scratch:
        desk = Desk(Path(scratch))
        names = write_poisoned(desk.docs)
        (desk.docs / "ragcite.toml").write_text(PLANTED)
        (desk.place / "ragcite.toml").write_text(PLANTED)
        printed = _print_everything(desk)
        _terminal(out, printed, names)
        _modes(out, desk)
        _planted(out, desk)
    return out


def write_poisoned(docs: Path) -> int:
    """Gives how many have an escape in their name too; a line break or a slash cannot be in all of them."""
    docs.mkdir()
    named = 0
    for number in range(FILES):
        escape = ESCAPES[number % len(ESCAPES)]
        in_name = number % 2 and "/" not in escape
        named += bool(in_name)
        name = f"{number}{escape if in_name else ''}.md"
        text = f"# Unit {number} {escape}\n\nThe {escape} valve of unit {number} opens {escape} at {number} bar.\n"
        (docs / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    (docs / "broken\x1b[31m.pdf").write_bytes(b"%PDF-1.4 \x1b[31m nothing")
    return named


def _print_everything(desk: Desk) -> list[str]:
    """Every command that shows what a document or a file is called or says. Under umask 000."""
    lines = [
        ("ingest", str(desk.docs)),
        ("search", "valve of unit 3 opens at 3 bar"),
        ("ask", "--extractive", "At how many bar does the valve of unit 4 open?"),
        ("ask", "--extractive", "--json", "At how many bar does the valve of unit 5 open?"),
        ("ask", "--extractive", "Who won the cup\x1b[31m?"),
        ("status",),
        ("doctor", "--full"),
        ("rm", str(desk.docs / "1\x1b]0;title\x07.md")),
        ("rm", str(desk.docs / "no such\x1b[31m file")),
    ]
    done = [desk.run(*line, umask=0) for line in lines]
    return [text.decode("utf-8", "replace") for one in done for text in (one.stdout, one.stderr)]


def _terminal(out: Outcome, printed: list[str], names: int) -> None:
    raw = [letter for text in printed for letter in text if letter not in ALLOWED and is_control(letter)]
    shown = sum(text.count("\\x1b") + text.count("\\u001b") for text in printed)
    found = (
        f"{FILES} files, {names} with an escape in the name: {len(raw)} raw control characters in what 9 commands "
        f"printed, {shown} escapes shown as text"
    )
    how = "`eval/robustness/command_line.py`: ingest, search, ask, ask --json, status, doctor, rm"
    out.add(20, how, found, state_of(not raw and shown > 0, FILES, FILES))


def is_control(letter: str) -> bool:
    """C0, C1 and what turns the direction of writing."""
    code = ord(letter)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def _modes(out: Outcome, desk: Desk) -> None:
    paths = [desk.library, *desk.library.rglob("*")]
    wanted = {path: 0o700 if path.is_dir() else 0o600 for path in paths}
    wrong = [path.name for path, mode in wanted.items() if stat.S_IMODE(path.stat().st_mode) != mode]
    found = f"{len(paths)} folders and files after these commands: {len(wrong)} violations {' '.join(wrong)}".strip()
    out.add(18, "`eval/robustness/command_line.py`: umask 000", found, State.MISSED if wrong else State.REACHED)


def _planted(out: Outcome, desk: Desk) -> None:
    """`status` from inside the ingested folder, beside both planted files."""
    done = desk.run("status", "--json", cwd=desk.docs)
    settings = json.loads(done.stdout)["settings"]
    planted = [key for key, value in settings.items() if value["from"].endswith("ragcite.toml")]
    moved = settings["library"]["value"] != str(desk.library)
    found = f"2 planted files (current and ingested folder), 4 settings each: {len(planted) + moved} took effect"
    state = State.MISSED if planted or moved else State.REACHED
    out.add(21, "`eval/robustness/command_line.py`: `ragcite status --json` beside them", found, state)
