"""One of the crowd: writes or reads until it is killed, a line for everything it did."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from ragcite.errors import LibraryLocked, RagciteError
from ragcite.library import Library
from ragcite.testing import HashingEmbedder

FOLDERS = ("a", "b", "shared")
FILES = 40
CONTENT = (
    "SELECT path, document, reader, reason FROM files ORDER BY 1",
    "SELECT layer, span_start, span_end FROM passages ORDER BY 1, 2, 3",
    "SELECT term, doc, cnt FROM keyword_terms ORDER BY 1",
)


def open_library(folder: Path) -> Library:
    return Library.open(folder, embedder=HashingEmbedder())


def write_folders(place: Path) -> None:
    for name in FOLDERS:
        (place / name).mkdir()
        for number in range(FILES):
            _write(place / name / f"{number}.md", random.Random(f"{name}{number}"))


def ingest_all(library: Library, place: Path) -> None:
    library.ingest(*(place / name for name in FOLDERS))


def content(library: Library, folder: Path) -> str:
    """A hash of all that the library says, apart from keys and times."""
    del library
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        rows = [connection.execute(query).fetchall() for query in CONTENT]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def main() -> None:
    role, number, place = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    chance = random.Random(time.time_ns())
    with open_library(place / "library") as library:
        while True:
            try:
                said = _write_once(library, place, number, chance) if role == "writer" else _read_once(library, chance)
            except LibraryLocked:
                said = "locked"
            except RagciteError as error:
                said = f"error {error}"
            except Exception as error:
                said = f"error {type(error).__name__}: {error}"
            print(said.replace("\n", " "), flush=True)


def _write_once(library: Library, place: Path, number: int, chance: random.Random) -> str:
    """Its own folder, the shared one or both, after some files have changed, gone or come."""
    folders = chance.choice([[FOLDERS[number % 2]], ["shared"], [FOLDERS[number % 2], "shared"]])
    for name in folders:
        for _ in range(4):
            path = place / name / f"{chance.randrange(FILES + 6)}.md"
            if chance.random() < 0.2:
                path.unlink(missing_ok=True)
            else:
                _write(path, chance)
    library.ingest(*(place / name for name in folders))
    return "ingested"


def _read_once(library: Library, chance: random.Random) -> str:
    """Every hit is the text at its place in its document: one state, whole."""
    for hit in library.search(f"reading {chance.randrange(1000)} of the pump", k=5):
        if not hit.passage.text.strip():
            return "error an empty hit"
    return "searched"


def _write(path: Path, chance: random.Random) -> None:
    """Under another name first: a reader of the folder sees a whole file, or none."""
    lines = [f"Reading {chance.randrange(1000)} of the pump was {chance.randrange(10**6)} bar.\n" for _ in range(6)]
    half = path.with_name(f".{os.getpid()}-{path.name}")
    half.write_text(f"# Log {path.stem}\n\n" + "\n".join(lines))
    half.replace(path)


if __name__ == "__main__":
    main()
