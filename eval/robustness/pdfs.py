"""Promise 9, real files: every PDF of the public data through the supervised reader, against what is known of it."""

from __future__ import annotations

import fnmatch
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.robustness.data import data_folder
from eval.robustness.measure import Outcome, Sizes, State
from ragcite.errors import ReadingError
from ragcite.reading import Readers

SETS = ("pdf_sample_files", "pdf_pypdf_resources", "pdf_pdfjs")
TIMEOUT_S = 60.0  # as the settings have it
READ = "read"


@dataclass(frozen=True, slots=True)
class Known:
    """What the sets' metadata say; None where they say nothing."""

    encrypted: bool
    opens_without: bool  # an empty user password
    pages: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    status: str
    reason: str
    characters: int
    pages: int
    seconds: float


def measure(sizes: Sizes) -> Outcome:
    """Always all of them: they are read in seconds."""
    del sizes
    root = data_folder()
    rows, statuses, slowest, wrong = [], Counter[str](), 0.0, 0
    with Readers(timeout_s=TIMEOUT_S) as readers:
        for path in sorted(file for name in SETS for file in (root / name).rglob("*.pdf")):
            seen = look(readers, path)
            statuses[seen.status] += 1
            slowest = max(slowest, seen.seconds)
            found = disagreements(known(root, path), seen)
            wrong += bool(found)
            rows += [(str(path.relative_to(root)), seen.status, f"{text}; {empty_password(path)}") for text in found]
    return _outcome(rows, statuses, slowest, wrong)


def _outcome(rows: list[tuple[str, str, str]], statuses: Counter[str], slowest: float, wrong: int) -> Outcome:
    out, total = Outcome(), sum(statuses.values())
    bad = statuses["crashed"] + statuses["timeout"] + statuses["silently empty"]
    counts = ", ".join(f"{status} {count}" for status, count in statuses.most_common())
    found = (
        f"{total} PDFs: {counts}; crashed {statuses['crashed']}, hung {statuses['timeout']}, silently empty "
        f"{statuses['silently empty']}; slowest {slowest:.1f} s; {wrong} disagree with their metadata"
    )
    out.add(9, "`eval/robustness/pdfs.py`: every PDF of the three public sets", found, _state(bad))
    if rows:
        note = "Where the status of a file, or its pages, is not what the sets' files.json and passwords.json say."
        out.table("PDFs that disagree with their metadata", ("file", "status", "disagreement"), rows, note)
    return out


def _state(bad: int) -> State:
    return State.MISSED if bad else State.REACHED


def look(readers: Readers, path: Path) -> Seen:
    begun = time.monotonic()
    try:
        document = readers.read(path.name, path.read_bytes())
    except ReadingError as error:
        status = "crashed" if "reading process crashed" in error.why else error.state
        return Seen("broken" if status == "error" else status, error.why, 0, 0, time.monotonic() - begun)
    characters = len("".join(document.text.split()))
    status = READ if characters else "silently empty"
    return Seen(status, "", characters, len(document.pages), time.monotonic() - begun)


def known(root: Path, path: Path) -> Known:
    folder = root / path.relative_to(root).parts[0]
    name = path.relative_to(folder).as_posix()
    passwords = json.loads((folder / "passwords.json").read_text("utf-8"))
    mine = [value for pattern, value in passwords.items() if fnmatch.fnmatch(name, pattern)]
    facts = next((one for one in _files(folder) if one["path"] == name), {})
    encrypted = bool(facts.get("encrypted")) or bool(mine)
    return Known(encrypted, any(value.get("user") == "" for value in mine), facts.get("pages"))


def _files(folder: Path) -> list[dict[str, Any]]:
    path = folder / "files.json"
    return list(json.loads(path.read_text("utf-8"))["data"]) if path.exists() else []


def empty_password(path: Path) -> str:
    """What pypdf itself says, for the files in dispute."""
    import pypdf

    try:
        opened = pypdf.PdfReader(path).decrypt("").name
    except Exception as error:
        return f"pypdf: {type(error).__name__}"
    names = {"NOT_DECRYPTED": "does not open it", "USER_PASSWORD": "is the user's", "OWNER_PASSWORD": "is the owner's"}
    return f"pypdf: the empty password {names[opened]}"


def disagreements(facts: Known, seen: Seen) -> list[str]:
    found = []
    locked = facts.encrypted and not facts.opens_without
    if locked and seen.status != "encrypted":
        found.append(f"needs a password, but: {seen.status} {seen.reason}".strip())
    if not facts.encrypted and seen.status == "encrypted":
        found.append("no password is known of, but it is said to be encrypted")
    if facts.opens_without and seen.status != READ:
        found.append(f"opens with the empty password, but: {seen.status} {seen.reason}".strip())
    if seen.status == READ and facts.pages is not None and seen.pages != facts.pages:
        found.append(f"has {facts.pages} pages, {seen.pages} were given")
    return found
