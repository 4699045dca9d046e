"""What is put comes back whole, and goes when its last file goes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragcite.protocols import Counts


def test_a_document_comes_back_as_it_was_put(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.add(store, "/docs/a.txt", "the first line\nthe second line")
    with store.snapshot() as snapshot:
        assert snapshot.document(document.id) == document
        assert snapshot.document("no such id") is None
        assert snapshot.counts() == Counts(files=1, failed=0, documents=1, passages=2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=60))
def test_any_text_survives_storage_even_lone_surrogates_and_nul(shelf: Any, text: str) -> None:
    store = shelf.open()
    document = shelf.add(store, "/docs/a.txt", text)
    with store.snapshot() as snapshot:
        assert snapshot.document(document.id) == document
        keys = [hit.key for hit in snapshot.vector_search(shelf.vector("x"), 99)]
        passages = [entry.passage for entry in snapshot.passages(keys).values()]
        assert sorted(passage.text for passage in passages) == sorted(p.text for p in shelf.cut(document))
        assert all(passage.span.of(document.text) == passage.text for passage in passages)


def test_passages_come_in_the_order_of_their_keys_in_the_question(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a.txt", "one\ntwo\nthree")
    with store.snapshot() as snapshot:
        keys = [hit.key for hit in snapshot.vector_search(shelf.vector("one"), 9)]
        wanted = [keys[2], 999_999, keys[0], keys[1]]
        assert list(snapshot.passages(wanted)) == [keys[2], keys[0], keys[1]]


def test_a_passage_lies_at_the_first_of_its_files_by_path(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.add(store, "/docs/b.txt", "only once")
    with store.writer() as writer:
        writer.record(shelf.record("/docs/a.txt", document))
    with store.snapshot() as snapshot:
        (entry,) = snapshot.passages([1]).values()
    assert (entry.location.path, entry.location.raw) == ("/docs/a.txt", b"/docs/a.txt")


def test_a_path_that_is_no_text_is_kept_and_shown_escaped(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.document("word")
    with store.writer() as writer:
        shelf.put(writer, document)
        writer.record(shelf.record(b"/docs/\xff.txt", document))
    with store.snapshot() as snapshot:
        (entry,) = snapshot.passages([1]).values()
        assert [file.path for file in snapshot.files()] == [b"/docs/\xff.txt"]
    assert entry.location.raw == b"/docs/\xff.txt"
    assert entry.location.path == "/docs/\\xff.txt"


def test_two_documents_share_one_text_layer_and_its_passages(shelf: Any) -> None:
    store = shelf.open()
    first = shelf.document("same text", data=b"bytes one")
    second = shelf.document("same text", data=b"bytes two")
    with store.writer() as writer:
        for path, document in (("/docs/1", first), ("/docs/2", second)):
            shelf.put(writer, document)
            writer.record(shelf.record(path, document))
    with store.snapshot() as snapshot:
        assert snapshot.counts() == Counts(files=2, failed=0, documents=2, passages=1)
        (entry,) = snapshot.passages([1]).values()
        assert entry.passage.document_id == first.id
    shelf.forget(store, ["/docs/1"])
    with store.snapshot() as snapshot:
        (entry,) = snapshot.passages([1]).values()
        assert (entry.passage.document_id, entry.location.path) == (second.id, "/docs/2")


def test_a_document_goes_with_its_last_file_and_not_before(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.add(store, "/docs/a", "once here")
    with store.writer() as writer:
        writer.record(shelf.record("/docs/b", document))
    shelf.forget(store, ["/docs/a"])
    assert shelf.found(store, "once") == ["once here"]
    shelf.forget(store, ["/docs/b"])
    assert shelf.found(store, "once") == shelf.nearest(store, "once") == []
    with store.snapshot() as snapshot:
        assert snapshot.counts() == Counts(0, 0, 0, 0)


def test_a_changed_file_replaces_its_passages(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "old words")
    shelf.add(store, "/docs/a", "new words")
    assert shelf.found(store, "words") == shelf.nearest(store, "words") == ["new words"]


def test_a_file_that_fails_drops_what_it_said(shelf: Any) -> None:
    store = shelf.open()
    shelf.add(store, "/docs/a", "old words")
    with store.writer() as writer:
        writer.record(shelf.record("/docs/a", None, "encrypted"))
    with store.snapshot() as snapshot:
        assert snapshot.counts() == Counts(files=1, failed=1, documents=0, passages=0)
        assert [file.reason for file in snapshot.files()] == ["encrypted"]


def test_another_splitter_or_reader_replaces_the_passages(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.add(store, "/docs/a", "some words")
    with store.writer() as writer:
        assert writer.has_document(document.id, "text-1", "lines-1")
        assert not writer.has_document(document.id, "text-1", "lines-2")
        shelf.put(writer, document, splitter="lines-2")
        assert writer.has_document(document.id, "text-1", "lines-2")
    newer = shelf.document("some words", reader="text-2")
    with store.writer() as writer:
        shelf.put(writer, newer)
    with store.snapshot() as snapshot:
        assert snapshot.counts().passages == 1
        assert snapshot.document(document.id) == newer


def test_known_gives_the_files_below_a_root_and_no_others(shelf: Any) -> None:
    store = shelf.open()
    document = shelf.document("two\nlines")
    paths = ["/docs", "/docs/a", "/docs/sub/b", "/docs.txt", "/docs-2/c", "/other"]
    with store.writer() as writer:
        shelf.put(writer, document)
        for path in paths:
            writer.record(shelf.record(path, document))
        known = writer.known(b"/docs")
        assert list(known) == [b"/docs", b"/docs/a", b"/docs/sub/b"]
        assert known[b"/docs/a"].passages == 2
        assert known[b"/docs/a"].stamp.inode == 2**64 - 1
        assert len(writer.known(b"/")) == len(paths)


def test_leaving_the_block_by_an_exception_loses_what_was_not_committed(shelf: Any) -> None:
    store = shelf.open()
    kept, lost = shelf.document("kept words"), shelf.document("lost words")
    with pytest.raises(KeyboardInterrupt), store.writer() as writer:  # noqa: PT012
        shelf.put(writer, kept)
        writer.record(shelf.record("/docs/kept", kept))
        writer.commit()
        shelf.put(writer, lost)
        writer.record(shelf.record("/docs/lost", lost))
        raise KeyboardInterrupt
    assert shelf.found(store, "words") == ["kept words"]
    assert shelf.add(store, "/docs/next", "the lock is free")


def test_a_document_that_no_file_names_does_not_outlive_the_commit(shelf: Any) -> None:
    store = shelf.open()
    with store.writer() as writer:
        shelf.put(writer, shelf.document("nowhere"))
    with store.snapshot() as snapshot:
        assert snapshot.counts() == Counts(0, 0, 0, 0)


def test_what_does_not_belong_together_is_not_stored(shelf: Any) -> None:
    store = shelf.open()
    document, other = shelf.document("one line"), shelf.document("another line")
    good = np.ones((1, 8), dtype=np.float32)
    with store.writer() as writer:
        for passages, vectors in (
            (shelf.cut(other), good),
            (shelf.cut(document, "lines-2"), good),
            (shelf.cut(document), np.ones((1, 7), dtype=np.float32)),
            (shelf.cut(document), np.ones((2, 8), dtype=np.float32)),
            (shelf.cut(document), np.ones((1, 8))),
            (shelf.cut(document), good * np.nan),
        ):
            with pytest.raises(ValueError):
                writer.put(document, "lines-1", passages, vectors)
        with pytest.raises(ValueError, match="not stored"):
            writer.record(shelf.record("/docs/a", document))


def test_the_generation_counts_commits_that_wrote_something(shelf: Any) -> None:
    store = shelf.open()
    with store.writer() as writer:
        writer.commit()
        writer.forget([])
    with store.snapshot() as snapshot:
        assert snapshot.generation == 0
    shelf.add(store, "/docs/a", "text")
    with store.snapshot() as snapshot:
        assert snapshot.generation == 1
