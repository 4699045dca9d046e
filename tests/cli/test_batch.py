"""The file that a batch writes: whole after every line, gone on with, mended, and never another file's ruin."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragcite import Library
from ragcite.cli.batch import run_batch, unanswered, writing
from ragcite.errors import UsageError
from ragcite.schema import read_batch
from ragcite.testing import HashingEmbedder, ScriptedGenerator
from ragcite.types import Answer

QUESTIONS = b"""{"id": "a", "question": "When was the pump serviced?"}
{"id": "b", "question": "  "}
{"id": "c", "question": 7}
"When was the gate painted?"
{"id": "e\\ud800", "question": "When was the pump serviced?"}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "pump.md").write_text(
        "# Log\n\nThe pump was serviced on 4 June 2024.\n\nThe gate was painted on 5 May 2023.\n"
    )
    opened = Library.open(tmp_path / "library", embedder=HashingEmbedder(256), generator=ScriptedGenerator("No."))
    opened.ingest(tmp_path / "notes")
    return opened


def answered(library: Library, questions: bytes, out: Path) -> bool:
    left = unanswered(read_batch(questions), out)
    with writing(out) as write:
        return run_batch(library, left, write, False, lambda *_: None)


def lines_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_every_line_gets_an_answer_or_an_error_in_order(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    assert answered(library, QUESTIONS, out) is False
    found = lines_of(out)
    assert [line["id"] for line in found] == ["a", "b", "c", 4, "e\ud800"]
    assert [line.get("line") for line in found] == [None, 2, 3, None, None]
    assert "4 June 2024" in json.dumps(found[0]["quotes"] or found[0]["refusal"])
    assert found[0]["version"] == 1
    errors = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1] for line in errors] == [" line 2", " line 3"]


def test_what_is_answered_is_not_asked_again_and_errors_are(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answered(library, QUESTIONS, out)
    whole = [line for line in lines_of(out) if "answer" in line]
    mended = QUESTIONS.replace(b'"  "', b'"When was the gate painted?"')
    assert [line.number for line in unanswered(read_batch(mended), out)] == [2, 3]
    answered(library, mended, out)
    assert [line["id"] for line in lines_of(out)] == ["a", 4, "e\ud800", "b", "c"]
    assert lines_of(out)[:3] == whole


@pytest.mark.parametrize("cut", [1, 4, 9, 60, -1])
def test_a_torn_last_line_is_mended(library: Library, tmp_path: Path, cut: int) -> None:
    out = tmp_path / "out.jsonl"
    questions = b'"When was the pump serviced?"\n"When was the gate painted?"\n'
    assert answered(library, questions, out) is True
    first, second, _ = out.read_bytes().split(b"\n")
    out.write_bytes(first + b"\n" + second[:cut])
    assert [line.id for line in unanswered(read_batch(questions), out)] == [2]
    assert out.read_bytes() == first + b"\n"
    assert answered(library, questions, out) is True
    assert [line["id"] for line in lines_of(out)] == [1, 2]
    assert answered(library, questions, out) is True
    assert len(lines_of(out)) == 2


@pytest.mark.parametrize(
    "data", [b"my notes\n", b"my notes", b'{"id": 1, "question": "Who?"}', b'{"id": 1}\n', b"[1]\n\n", b"\x00\xff\n"]
)
def test_another_file_is_never_touched(library: Library, tmp_path: Path, data: bytes) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(data)
    with pytest.raises(UsageError, match="no answer"):
        answered(library, QUESTIONS, out)
    assert out.read_bytes() == data


def test_an_answer_to_another_question_is_not_passed_off(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answered(library, b'"When was the pump serviced?"', out)
    before = out.read_bytes()
    with pytest.raises(UsageError, match="another question than line 1"):
        answered(library, b'"When was the gate painted?"', out)
    assert out.read_bytes() == before


def test_a_file_that_cannot_be_written_is_named(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        answered(library, QUESTIONS, tmp_path / "none" / "out.jsonl")


def test_each_answer_is_on_disk_before_the_next_question_is_taken(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        assert total == 5
        seen.append(len(lines_of(out)))

    with writing(out) as write:
        run_batch(library, read_batch(QUESTIONS), write, True, progress)
    assert seen == [0, 1, 2, 3, 4, 5]


def test_asking_many_gives_answers_and_errors_in_order_and_takes_questions_as_it_goes(library: Library) -> None:
    taken: list[str] = []

    def questions() -> Any:
        for question in ("When was the pump serviced?", "", "x" * 100_000, "When was the gate painted?"):
            taken.append(question)
            yield question

    results = library.ask_many(questions(), extractive=True)
    assert taken == []
    first = next(results)
    assert len(taken) == 1
    assert isinstance(first, Answer)
    assert first.text == library.ask(taken[0], extractive=True).text
    assert [type(result) for result in results] == [UsageError, UsageError, Answer]


def test_what_fails_for_all_is_raised_not_repeated(tmp_path: Path) -> None:
    from ragcite.errors import LibraryError, SettingsError

    with Library.open(tmp_path / "none", embedder=HashingEmbedder()) as opened, pytest.raises(LibraryError):
        next(opened.ask_many(["Who?"], extractive=True))
    remote: dict[str, Any] = {"engine": "openai", "server": "http://gpu.example", "generator": "m"}
    opening: Callable[[], Library] = lambda: Library.open(tmp_path / "x", embedder=HashingEmbedder(), **remote)  # noqa: E731
    with opening() as opened, pytest.raises(SettingsError, match="not this machine"):
        next(opened.ask_many(["Who?"]))
