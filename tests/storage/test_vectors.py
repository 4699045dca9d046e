"""The vector base is derived: whatever befalls it, a search says what brute force over SQLite says."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ragcite.errors import LibraryError
from ragcite.storage import tidy

PATHS = [f"/docs/{name}" for name in "abcdef"]
WORDS = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6, unique=True).map("\n".join)


@pytest.fixture
def small_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "SMALL", 2)


def brute_force(shelf: Any, texts: list[str], question: str) -> list[tuple[str, float]]:
    vector = shelf.vector(question)
    lines = {line for text in texts for line in text.split("\n")}
    return sorted(((line, float(shelf.vector(line) @ vector)) for line in lines), key=lambda pair: -pair[1])


def searched(shelf: Any, store: Any, question: str, k: int) -> list[tuple[str, float]]:
    with store.snapshot() as snapshot:
        hits = snapshot.vector_search(shelf.vector(question), k)
        stored = snapshot.passages([hit.key for hit in hits])
        assert len(stored) == len(hits), "a hit without a passage or place"
        return [(stored[hit.key].passage.text, hit.score) for hit in hits]


class LibraryMachine(RuleBasedStateMachine):
    """Documents come, change and go; the base file is damaged, swapped, deleted. `model` is what must be found."""

    make_shelf: Any

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.shelf = self.make_shelf(self.place / "library")
        self.store = self.shelf.open()
        self.model: dict[str, str] = {}
        self.copies: list[tuple[str, bytes]] = []

    @rule(path=st.sampled_from(PATHS), text=TEXTS)
    def put(self, path: str, text: str) -> None:
        self.shelf.add(self.store, path, text)
        self.model[path] = text

    @rule(path=st.sampled_from(PATHS), texts=st.lists(TEXTS, min_size=1, max_size=3))
    def put_often_in_one_block_and_fail_last(self, path: str, texts: list[str]) -> None:
        with pytest.raises(ZeroDivisionError), self.store.writer() as writer:  # noqa: PT012
            for text in texts:
                document = self.shelf.document(text)
                self.shelf.put(writer, document)
                writer.record(self.shelf.record(path, document))
                writer.commit()
                self.model[path] = text
            writer.forget([path.encode()])
            raise ZeroDivisionError

    @rule(old=st.sampled_from(PATHS), new=st.sampled_from(PATHS))
    def move(self, old: str, new: str) -> None:
        if old not in self.model or old == new:
            return
        with self.store.writer() as writer:
            writer.record(self.shelf.record(new, self.shelf.document(self.model[old])))
            writer.forget([old.encode()])
        self.model[new] = self.model.pop(old)

    @rule(path=st.sampled_from(PATHS), failed=st.booleans())
    def remove(self, path: str, failed: bool) -> None:
        if failed:
            with self.store.writer() as writer:
                writer.record(self.shelf.record(path, None, "damaged"))
        else:
            self.shelf.forget(self.store, [path])
        self.model.pop(path, None)

    @rule()
    def reopen(self) -> None:
        self.store = self.shelf.open()

    def files(self) -> list[Path]:
        return sorted((self.shelf.folder / "vectors").glob("base-*"))

    @precondition(lambda self: self.files())
    @rule(at=st.integers(0, 2000), how=st.sampled_from(["flip", "cut", "delete", "empty"]), which=st.integers(0, 1))
    def damage(self, at: int, how: str, which: int) -> None:
        path = self.files()[which % len(self.files())]
        data = bytearray(path.read_bytes())
        self.copies.append((path.suffix, bytes(data)))
        if how == "delete":
            path.unlink()
        elif data:
            data[at % len(data)] ^= 0x41
            kept = {"flip": len(data), "cut": at % len(data), "empty": 0}[how]
            path.write_bytes(bytes(data[:kept]))
        self.store = self.shelf.open()

    @precondition(lambda self: self.files() and self.copies)
    @rule()
    def swap_in_an_older_file(self) -> None:
        suffix, data = self.copies[0]
        for path in self.files():
            if path.suffix == suffix:
                path.write_bytes(data)
        self.store = self.shelf.open()

    @invariant()
    def a_search_is_brute_force(self) -> None:
        if not hasattr(self, "store"):
            return
        wanted = brute_force(self.shelf, list(self.model.values()), "question")
        copies = [line for text in set(self.model.values()) for line in text.split("\n")]
        found = searched(self.shelf, self.store, "question", 50)
        assert sorted(text for text, _ in found) == sorted(copies)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        scores = dict(wanted)
        assert all(score == pytest.approx(scores[text], abs=1e-5) for text, score in found)
        top = searched(self.shelf, self.store, "question", 3)
        assert [score for _, score in top] == pytest.approx([score for _, score in found][:3], abs=1e-5)
        assert {text for text in self.shelf.found(self.store, "alpha zeta", 50)} == {"alpha", "zeta"} & set(scores)

    def teardown(self) -> None:
        if hasattr(self, "place"):
            shutil.rmtree(self.place)


def test_search_equals_brute_force_whatever_happens(shelf: Any, small_base: None) -> None:
    class Machine(LibraryMachine):
        make_shelf: Any = staticmethod(type(shelf))

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def lines(count: int, name: str = "line") -> str:
    return "\n".join(f"{name} {number}" for number in range(count))


def test_a_base_is_built_when_brute_force_would_take_long(shelf: Any, small_base: None) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", lines(2))
    assert shelf.bases() == []
    shelf.add(store, "/docs/b", lines(3, "more"))
    assert [path.name for path in shelf.bases()] == ["base-2.faiss"]
    shelf.add(store, "/docs/c", lines(1, "few"))
    assert [path.name for path in shelf.bases()] == ["base-2.faiss"]
    assert shelf.nearest(store, "few 0", 1) == ["few 0"]
    shelf.add(store, "/docs/d", lines(3, "many"))
    assert [path.name for path in shelf.bases()] == ["base-4.faiss"]


def test_a_damaged_base_is_never_decoded_and_is_rebuilt_by_the_next_write(
    shelf: Any, small_base: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", lines(9))
    (base,) = shelf.bases()
    good = base.read_bytes()
    base.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with monkeypatch.context() as patch:
        patch.setattr("ragcite.backends.faiss_codec.FaissCodec.decode", None)
        assert shelf.nearest(shelf.open(), "line 4", 1) == ["line 4"]
    shelf.add(store, "/docs/b", "one more")
    (base,) = shelf.bases()
    calls = []
    with monkeypatch.context() as patch:
        patch.setattr("ragcite.storage.vectors.load_base", lambda *given: calls.append(given))
        shelf.nearest(shelf.open(), "line 4", 1)
    assert len(calls) == 1
    assert shelf.nearest(shelf.open(), "line 4", 1) == ["line 4"]
    assert base.name == "base-2.faiss"


def test_a_missing_base_is_rebuilt_even_by_a_block_that_writes_nothing(shelf: Any, small_base: None) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", lines(9))
    (base,) = shelf.bases()
    base.unlink()
    with store.writer():
        pass
    assert shelf.bases() == [base]


def test_removed_passages_fill_no_places_of_a_search(shelf: Any, small_base: None, monkeypatch: Any) -> None:
    store = shelf.open()
    for number in range(40):
        shelf.add(store, f"/docs/{number}", f"text {number}")
    with monkeypatch.context() as patch:  # as after a crash between the commit and the purge
        patch.setattr("ragcite.storage.store.tidy", lambda *given: None)
        shelf.forget(store, [f"/docs/{number}" for number in range(30)])
    assert len(shelf.nearest(store, "text 3", 8)) == 8
    assert len(shelf.nearest(store, "text 3", 20)) == 10


def test_a_base_without_its_record_is_ignored_and_swept(shelf: Any, small_base: None) -> None:
    store = shelf.open()
    (shelf.folder / "vectors").mkdir()
    for name in ("base-1.faiss", "base-1.keys", "base-7.faiss.new"):
        (shelf.folder / "vectors" / name).write_bytes(b"left over")
    shelf.add(store, "/docs/a", lines(9))
    assert sorted(path.name for path in (shelf.folder / "vectors").iterdir()) == ["base-1.faiss", "base-1.keys"]
    assert shelf.bases()[0].read_bytes() != b"left over"


def test_another_codec_makes_its_own_base(shelf: Any, small_base: None, monkeypatch: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", lines(9))
    monkeypatch.setattr("ragcite.backends.faiss_codec.FaissCodec.name", "other-1")
    assert shelf.nearest(shelf.open(), "line 4", 1) == ["line 4"]
    with store.writer():
        pass
    assert "other-1" in store.info()["vector_base"]


def test_the_base_is_decoded_once_for_many_questions(shelf: Any, small_base: None, monkeypatch: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", lines(9))
    calls = []
    decode = type(shelf.open()._codec).decode

    def counted(codec: Any, data: bytes) -> Any:
        calls.append(1)
        return decode(codec, data)

    monkeypatch.setattr("ragcite.backends.faiss_codec.FaissCodec.decode", counted)
    for _ in range(3):
        shelf.nearest(store, "line 1", 1)
    shelf.add(store, "/docs/b", "newer")
    assert shelf.nearest(store, "newer", 1) == ["newer"]
    assert len(calls) == 1


def test_a_vector_of_the_wrong_length_is_reported_not_searched(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "one\ntwo")
    with sqlite3.connect(shelf.folder / "library.db") as connection:
        connection.execute("UPDATE passages SET vector = x'00' WHERE key = 1")
    with store.snapshot() as snapshot, pytest.raises(LibraryError, match="ragcite ingest"):
        snapshot.vector_search(np.ones(8, dtype=np.float32), 1)
