"""What an ingest does with new, changed, moved, unreadable and vanished files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ragcite.errors import LibraryLocked, UsageError
from ragcite.ingestion import IngestProgress
from ragcite.reading import Readers
from ragcite.schema import ingest_out
from ragcite.types import FileStatus, Hidden
from tests.growth import seconds


def test_new_files_are_added_and_found(desk: Any) -> None:
    desk.write("a.txt", "first line\nsecond line")
    desk.write("sub/b.txt", "third line")
    report = desk.ingest()
    assert [(file.path, file.status, file.passages) for file in report.files] == [
        (str(desk.docs / "a.txt"), FileStatus.ADDED, 2),
        (str(desk.docs / "sub/b.txt"), FileStatus.ADDED, 1),
    ]
    assert desk.found("third") == {"sub/b.txt": ["third line"]}


def test_an_unchanged_folder_is_neither_read_nor_embedded(desk: Any) -> None:
    desk.write("a.txt", "a line")
    desk.write("b.txt", "%broken")
    desk.ingest()
    desk.embedder = None
    desk.readers.read_names.clear()
    assert desk.statuses() == {"a.txt": "unchanged", "b.txt": "failed"}
    assert desk.readers.read_names == []


def test_hidden_text_is_told_again_when_nothing_changed_and_reaches_no_passage(desk: Any) -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "line")
    desk.readers = Readers()
    desk.write("a.txt", f"seen line{tags}")
    desk.write("b.txt", "seen line")
    desk.write("c.html", "<p>seen line</p><p style='color:#fff'>white line</p>")
    told = [Hidden(4, ("tag characters",)), Hidden(), Hidden(9, ("colour of its background",))]
    with desk.readers:
        for status in (FileStatus.ADDED, FileStatus.UNCHANGED):
            report = desk.ingest()
            assert [(file.status, file.hidden) for file in report.files] == [(status, one) for one in told]
    assert desk.found("line") == {name: ["seen line"] for name in ("a.txt", "b.txt", "c.html")}
    out = ingest_out(report).model_dump()["files"]
    assert [file["hidden"] for file in out[:2]] == [{"characters": 4, "ways": ["tag characters"]}, None]


def test_a_changed_file_replaces_its_passages(desk: Any) -> None:
    desk.write("a.txt", "old line\nsame line")
    desk.ingest()
    desk.write("a.txt", "new line\nsame line")
    assert desk.statuses() == {"a.txt": "changed"}
    assert sorted(desk.found("line")["a.txt"]) == ["new line", "same line"]


def test_a_touched_file_is_unchanged_and_its_new_stamp_is_kept(desk: Any) -> None:
    path = desk.write("a.txt", "a line")
    desk.ingest()
    os.utime(path, ns=(1, 1_600_000_000_000_000_000))
    desk.readers.read_names.clear()
    assert desk.statuses() == {"a.txt": "unchanged"}
    assert desk.readers.read_names == []
    with desk.store().snapshot() as snapshot:
        assert [file.stamp.mtime_ns for file in snapshot.files()] == [1_600_000_000_000_000_000]


def test_a_file_written_again_within_two_seconds_under_the_same_stamp_is_noticed(desk: Any) -> None:
    path = desk.write("a.txt", "old line")
    stat = path.stat()
    desk.clock = lambda: stat.st_mtime_ns + 1_000_000_000
    desk.ingest()
    path.write_text("new line")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert desk.statuses() == {"a.txt": "changed"}
    assert desk.found("line") == {"a.txt": ["new line"]}


def test_a_renamed_file_keeps_its_embedding(desk: Any) -> None:
    desk.write("a.txt", "a line")
    desk.ingest()
    (desk.docs / "a.txt").rename(desk.docs / "z.txt")
    desk.embedder = None
    assert desk.statuses() == {"a.txt": "removed", "z.txt": "added"}
    assert desk.found("line") == {"z.txt": ["a line"]}


def test_copies_are_embedded_once(desk: Any, reports: Any) -> None:
    desk.write("a.txt", "a line")
    desk.write("b.txt", "a line")
    report = desk.ingest()
    assert [file.passages for file in report.files] == [1, 1]
    desk.write("c.txt", "a line")
    assert desk.statuses()["c.txt"] == "added"
    assert len(desk.embedder.texts) == 1
    assert desk.found("line") == {"a.txt": ["a line"]}
    (desk.docs / "a.txt").unlink()
    desk.ingest()
    assert desk.found("line") == {"b.txt": ["a line"]}


@pytest.mark.parametrize("batch", [1, 256])
def test_two_files_that_swap_their_contents_are_both_right(desk: Any, batch: int) -> None:
    desk.write("a.txt", "line one")
    desk.write("b.txt", "line two!")
    desk.ingest()
    desk.write("a.txt", "line two!")
    desk.write("b.txt", "line one")
    assert desk.statuses(batch_passages=batch) == {"a.txt": "changed", "b.txt": "changed"}
    assert len(desk.embedder.texts) == (2 if batch > 1 else 3)
    assert desk.found("one") == {"b.txt": ["line one"]}
    assert desk.found("two") == {"a.txt": ["line two!"]}


def test_removed_files_and_folders_disappear(desk: Any) -> None:
    desk.write("a.txt", "a line")
    desk.write("sub/deep/b.txt", "b line")
    desk.ingest()
    shutil.rmtree(desk.docs / "sub")
    assert desk.statuses() == {"a.txt": "unchanged", "sub/deep/b.txt": "removed"}
    assert desk.found("line") == {"a.txt": ["a line"]}
    (desk.docs / "a.txt").unlink()
    assert desk.statuses() == {"a.txt": "removed"}
    assert desk.ingest().files == ()


def test_other_folders_are_left_alone(desk: Any, tmp_path: Path) -> None:
    desk.write("a.txt", "a line")
    desk.ingest()
    other = tmp_path / "docs-2"
    other.mkdir()
    assert desk.ingest(other).files == ()
    assert desk.found("line") == {"a.txt": ["a line"]}


def test_one_bad_file_stops_nothing_and_has_a_reason(desk: Any, reports: Any) -> None:
    desk.write("a.txt", "%broken")
    desk.write("b.txt", "bug")
    desk.write("c.txt", "")
    desk.write("d.txt", " \n ")
    desk.write("good.txt", "a line")
    by_name = reports(desk.ingest())
    assert by_name["a.txt"].reason == "wrong type: it is damaged. Mend it."
    assert by_name["b.txt"].reason == "unexpected RecursionError: too deep"
    assert by_name["c.txt"].reason == "no text: it is empty. Nothing to do."
    assert by_name["d.txt"].reason == "no text was found in it"
    assert [by_name[f"{name}.txt"].status for name in "abcd"] == [FileStatus.FAILED] * 4
    assert by_name["good.txt"].status == FileStatus.ADDED


def test_a_failed_file_is_not_tried_again_until_it_or_its_reader_changes(desk: Any) -> None:
    desk.write("a.txt", "%broken")
    desk.ingest()
    desk.readers.read_names.clear()
    assert desk.statuses() == {"a.txt": "failed"}
    assert desk.readers.read_names == []
    desk.readers.version = 2
    assert desk.statuses() == {"a.txt": "failed"}
    assert desk.readers.read_names == ["a.txt"]
    desk.write("a.txt", "a line")
    assert desk.statuses() == {"a.txt": "added"}


def test_a_file_that_can_no_longer_be_read_says_nothing_any_more(desk: Any) -> None:
    desk.write("a.txt", "a line")
    desk.ingest()
    desk.write("a.txt", "%broken line")
    assert desk.statuses() == {"a.txt": "failed"}
    assert desk.found("line") == {}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_forbidden_file_fails_and_is_tried_again(desk: Any) -> None:
    path = desk.write("a.txt", "a line")
    path.chmod(0)
    assert desk.statuses() == {"a.txt": "failed"}
    path.chmod(0o600)
    assert desk.statuses() == {"a.txt": "added"}


def test_a_file_the_system_does_not_give_fails_and_is_tried_again(desk: Any, reports: Any, monkeypatch: Any) -> None:
    desk.write("a.txt", "a line")
    desk.write("b.txt", "b line")

    def refuse(root: str, parts: tuple[str, ...], limit: int) -> Any:
        raise PermissionError(13, "Permission denied", parts[-1])

    with monkeypatch.context() as patch:
        patch.setattr("ragcite.ingestion.run.read_regular_file", refuse)
        assert reports(desk.ingest())["a.txt"].reason == "it cannot be read: Permission denied"
    assert desk.statuses() == {"a.txt": "added", "b.txt": "added"}


def test_a_new_reader_or_splitter_takes_every_document_again(desk: Any) -> None:
    desk.write("a.txt", "a line")
    desk.ingest()
    desk.readers.version = 2
    desk.ingest()
    with desk.store().snapshot() as snapshot:
        (file,) = snapshot.files()
        assert snapshot.document(file.document_id).reader == file.reader == "text-2"
    desk.splitter.name = "lines-2"
    desk.ingest()
    assert len(desk.embedder.texts) == 3
    assert desk.statuses() == {"a.txt": "unchanged"}
    assert len(desk.embedder.texts) == 3


def test_the_same_bytes_under_two_types_settle_on_one_reading(desk: Any) -> None:
    desk.write("a.log", "a line")
    desk.write("b.txt", "a line")
    assert desk.statuses() == {"a.log": "added", "b.txt": "added"}
    desk.readers.read_names.clear()
    assert desk.statuses() == {"a.log": "unchanged", "b.txt": "unchanged"}
    assert desk.readers.read_names == []
    (desk.docs / "a.log").unlink()
    assert desk.statuses()["a.log"] == "removed"
    desk.ingest()
    with desk.store().snapshot() as snapshot:
        (file,) = snapshot.files()
        assert snapshot.document(file.document_id).reader == "text-1"


def test_a_single_file_is_a_root_and_a_root_within_another_is_no_second_one(desk: Any) -> None:
    path = desk.write("sub/a.txt", "a line")
    desk.write("sub/b.txt", "b line")
    assert desk.statuses(path) == {"sub/a.txt": "added"}
    assert desk.statuses(path) == {"sub/a.txt": "unchanged"}
    assert desk.statuses(desk.docs, desk.docs / "sub", path) == {"sub/a.txt": "unchanged", "sub/b.txt": "added"}
    (desk.docs / "sub/b.txt").unlink()
    assert desk.statuses(desk.docs / "sub") == {"sub/a.txt": "unchanged", "sub/b.txt": "removed"}


def test_a_root_that_does_not_exist_is_an_error_before_anything_is_done(desk: Any) -> None:
    desk.write("a.txt", "a line")
    with pytest.raises(UsageError, match="does not exist"):
        desk.ingest(desk.docs, desk.docs / "missing")
    assert desk.found("line") == {}


def test_a_file_above_the_limit_fails_without_being_read(desk: Any, reports: Any) -> None:
    with open(desk.docs / "huge.txt", "wb") as file:
        file.truncate(300_000_000)
    desk.write("small.txt", "a line")
    by_name = reports(desk.ingest())
    assert by_name["huge.txt"].reason == "too large: it is larger than 200 MB. Split it into smaller files."
    assert by_name["small.txt"].status == FileStatus.ADDED


def test_the_header_is_embedded_in_front_of_the_text_and_batches_are_bounded(desk: Any, monkeypatch: Any) -> None:
    desk.write("a.txt", "\n".join("word " * (number % 7 + 1) + str(number) for number in range(50)))
    desk.ingest(batch_passages=16)
    lengths = [[len(text) for text in call] for call in desk.embedder.calls]
    assert [len(call) for call in lengths] == [16, 16, 16, 2]
    in_order = [length for call in lengths for length in call]
    assert in_order == sorted(in_order)
    with desk.store().snapshot() as snapshot:
        for hit in snapshot.vector_search(desk.embedder.embed_query("word word 8\n"), 1):
            assert hit.score == pytest.approx(1.0, abs=1e-5)
            assert snapshot.passages([hit.key])[hit.key].passage.text == "word word 8\n"


def test_an_interruption_keeps_what_was_committed_and_frees_the_lock(desk: Any) -> None:
    for number in range(9):
        desk.write(f"{number}.txt", f"line {number}")
    events: list[IngestProgress] = []

    def interrupt(event: IngestProgress) -> None:
        events.append(event)
        if event.path and event.path.endswith("7.txt"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.ingest(progress=interrupt, batch_passages=3)
    assert sorted(desk.found("line")) == [f"{number}.txt" for number in range(6)]
    assert [status for status in desk.statuses().values()] == ["unchanged"] * 6 + ["added"] * 3
    assert events[0] == IngestProgress("looking", 0, 0)
    assert events[1] == IngestProgress("reading", 0, 9, str(desk.docs / "0.txt"))
    assert any(event.phase == "embedding" for event in events)


def test_a_second_ingest_is_told_that_the_library_is_locked(desk: Any) -> None:
    desk.write("a.txt", "a line")
    with desk.store().writer(), pytest.raises(LibraryLocked):
        desk.ingest()
    assert desk.statuses() == {"a.txt": "added"}


def test_a_thousand_unchanged_files_take_no_time_and_load_no_model(desk: Any) -> None:
    for number in range(1_000):
        desk.write(f"{number % 20}/{number}.txt", f"line {number}")
    desk.ingest()
    desk.embedder = None
    reports = []
    assert min(seconds(lambda: reports.append(desk.ingest())) for _ in range(3)) < 0.5
    assert [report.count(FileStatus.UNCHANGED) for report in reports] == [1_000] * 3


def test_a_lone_surrogate_reaches_no_tokenizer(desk: Any, monkeypatch: Any) -> None:
    read = desk.readers.read

    def with_surrogate(name: str, data: bytes) -> Any:
        document = read(name, data)
        return type(document)(document.id, document.text + "\ud800", document.format, document.reader)

    monkeypatch.setattr(desk.readers, "read", with_surrogate)
    desk.write("a.txt", "a line")
    assert desk.statuses() == {"a.txt": "added"}
    assert desk.embedder.texts == ["a line?"]
