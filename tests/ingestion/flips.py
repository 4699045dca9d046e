"""Single flipped bits in a library's files: found by the doctor, or in a byte that holds nothing; then repaired.

Run by itself it flips many: `python tests/ingestion/flips.py [COUNT] [SEED]`; the seed is printed and replays.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.storage import Doctor, tidy
from tests.ingestion import conftest as stand_ins

TABLES = {
    "meta": "key",
    "text_layers": "layer",
    "documents": "sha256",
    "files": "path",
    "passages": "key",
    "keywords": "rowid",
    "sqlite_sequence": "name",
}


def small_desk(stand_in: Any, place: Path) -> Any:
    """A library with every kind of row: copies, failures, texts of several pages of the database, a vector base."""
    (place / "docs").mkdir(parents=True)
    desk = stand_in.Desk(place / "library", place / "docs")
    chance = random.Random(7)
    for number in range(12):
        lines = [f"line {chance.randrange(10**6)} of words {chance.randrange(99)}" for _ in range(1 + number)]
        desk.write(f"{number}.txt", "\n".join(lines))
    desk.write("long.txt", "\n".join(f"a longer line {number} " * 8 for number in range(90)))
    desk.write("copy.txt", (desk.docs / "3.txt").read_bytes())
    desk.write("broken.txt", "%broken")
    desk.ingest()
    desk.write("0.txt", "a line that came later")
    desk.ingest()
    return desk


def doctor_of(desk: Any) -> Doctor:
    return Doctor(desk.folder, FaissCodec(), lambda: ("hashing-8", 8))


def dump(folder: Path) -> dict[str, Any]:
    """All that SQL can see, keyword index and schema included."""
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        rows = {
            name: connection.execute(f"SELECT *, {key} FROM {name} ORDER BY 1").fetchall()
            for name, key in TABLES.items()
        }
        rows["schema"] = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()
        rows["terms"] = connection.execute("SELECT * FROM keyword_terms ORDER BY 1").fetchall()
    return rows


def flip(path: Path, chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    path.write_bytes(bytes(data))
    return f"{path.name} byte {at} bit {bit}"


def one(desk: Any, pristine: Path, wanted: Any, rows: Any, chance: random.Random) -> str:
    """What became of one flip: the damages that were found, or "nothing there". Raises `AssertionError`."""
    shutil.rmtree(desk.folder)
    shutil.copytree(pristine, desk.folder)
    files = [desk.folder / "library.db", *sorted((desk.folder / "vectors").iterdir())]
    where = flip(chance.choices(files, [3, 1, 1])[0], chance)
    found = doctor_of(desk).check(full=True)
    if found.is_sound:
        assert dump(desk.folder) == rows, f"{where}: unseen"
        return "nothing there"
    mended = doctor_of(desk).repair()
    assert mended.is_sound, f"{where}: {mended}"
    desk.ingest()
    assert doctor_of(desk).check(full=True).is_sound, f"{where}: not sound after the ingest"
    assert desk.content() == wanted, f"{where}: other content after {mended}"
    return "+".join(sorted({finding.damage.value for finding in found.findings}))


def many(count: int, seed: int, place: Path) -> Counter[str]:
    small, tidy.SMALL = tidy.SMALL, 20  # so that there is a vector base
    try:
        return _many(count, seed, small_desk(stand_ins, place), place / "pristine")
    finally:
        tidy.SMALL = small


def _many(count: int, seed: int, desk: Any, pristine: Path) -> Counter[str]:
    assert doctor_of(desk).check(full=True).findings == ()
    wanted, rows = desk.content(), dump(desk.folder)
    shutil.copytree(desk.folder, pristine)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        try:
            outcomes[one(desk, pristine, wanted, rows, random.Random(f"{seed}:{number}"))] += 1
        except Exception as error:
            raise AssertionError(f"flip {number} of seed {seed}: {error}") from error
    return outcomes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 10**6
    print(f"flips: {count}, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        outcomes = many(count, seed, Path(place))
    for what, times in outcomes.most_common():
        print(f"{times:6}  {what}")


if __name__ == "__main__":
    main()
