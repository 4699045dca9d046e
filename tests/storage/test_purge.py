"""A removed text is gone from every file of the library."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

CANARY = "zebracanaryq"


def traces(folder: Path, needles: list[bytes]) -> dict[str, int]:
    """Only ever looked for while no connection is open: reading a database by hand drops SQLite's locks."""
    files = (path for path in folder.rglob("*") if path.is_file())
    counted = {path.name: sum(path.read_bytes().count(needle) for needle in needles) for path in files}
    return {name: count for name, count in counted.items() if count}


def needles_of(shelf: Any, text: str, path: str) -> list[bytes]:
    vectors = [shelf.vector(line).tobytes() for line in text.split("\n")]
    # FTS5 leaves out what a term shares with the one before it, so the end of the word is looked for.
    return [CANARY[4:].encode(), path.encode(), *vectors]


@pytest.mark.parametrize("how", ["forget", "change", "fail"])
def test_no_trace_of_a_removed_text_is_left_in_any_file(shelf: Any, monkeypatch: Any, how: str) -> None:
    monkeypatch.setattr("ragcite.storage.tidy.SMALL", 5)
    store = shelf.open()
    text = "\n".join(f"{CANARY} number {number}" for number in range(30))
    path = "/docs/only-here" if how == "forget" else "/docs/stays"
    needles = needles_of(shelf, text, "/docs/only-here")
    shelf.add(store, "/docs/before", "\n".join(f"before {number}" for number in range(40)))
    shelf.add(store, path, text)
    shelf.add(store, "/docs/after", "\n".join(f"after {number}" for number in range(40)))
    assert "library.db" in traces(shelf.folder, needles)
    assert any(name.startswith("base-") for name in traces(shelf.folder, needles))
    if how == "forget":
        shelf.forget(store, [path])
    elif how == "change":
        shelf.add(store, path, "harmless")
    else:
        with store.writer() as writer:
            writer.record(shelf.record(path, None, "encrypted"))
    assert traces(shelf.folder, needles) == {}
    assert store.info()["purge"] == "none pending"
    assert len(shelf.found(store, "before after", 99)) == 80


@pytest.mark.parametrize("seed", range(4))
def test_no_trace_is_left_whatever_the_history(shelf: Any, seed: int) -> None:
    chance = random.Random(seed)
    store = shelf.open()
    held: set[str] = set()
    for step in range(20):
        path = f"/docs/{chance.randrange(8)}"
        if path in held and chance.random() < 0.5:
            shelf.forget(store, [path])
            held.discard(path)
        else:
            words = [f"{CANARY}{chance.randrange(9)} w{chance.randrange(40)}" for _ in range(chance.randrange(1, 30))]
            shelf.add(store, path, "\n".join([f"step {step}", *words]))
            held.add(path)
    shelf.add(store, "/docs/other", "\n".join(f"other {number}" for number in range(20)))
    shelf.forget(store, sorted(held))
    assert traces(shelf.folder, [CANARY[4:].encode()]) == {}


def test_a_purge_held_up_by_a_reader_stays_pending_and_is_made_good(shelf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("ragcite.storage.tidy._READER_WAIT_MS", 50)
    store = shelf.open()
    shelf.add(store, "/docs/a", f"{CANARY} one")
    with store.snapshot() as snapshot:
        shelf.forget(store, ["/docs/a"])
        assert store.info()["purge"] == "pending"
        assert len(snapshot.keyword_search(CANARY, 1)) == 1
    with store.writer():
        pass
    assert store.info()["purge"] == "none pending"
    assert traces(shelf.folder, [CANARY[4:].encode()]) == {}


def test_a_library_that_lost_much_becomes_smaller(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "\n".join(f"long line {number} " * 20 for number in range(2_000)))
    large = int(store.info()["database_bytes"])
    shelf.forget(store, ["/docs/a"])
    assert int(store.info()["database_bytes"]) < large / 5
