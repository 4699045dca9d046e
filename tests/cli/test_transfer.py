"""`ragcite export` and `ragcite import`: what they print, what they leave with; what was found is found again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ragcite import Library
from ragcite._version import __version__
from ragcite.cli.app import run
from ragcite.testing import HashingEmbedder


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=HashingEmbedder(), generator="extractive")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "pump.md").write_text("# Pump log\n\nThe feed pump was serviced on 4 June 2024.\n\n## Seal\n\nIt leaks.\n")
    (notes / "gate.txt").write_text("The keys hang at Gate 4.")
    with opened(tmp_path / "library") as library:
        library.ingest(notes)
    return tmp_path / "library"


@pytest.fixture
def file(library: Path) -> Path:
    path = library.parent / "kept.ragcite"
    assert run(["export", str(path), "--library", str(library)]) == 0
    return path


def test_search_and_answers_are_the_same_and_nothing_is_read_again(library: Path, file: Path) -> None:
    def told(folder: Path) -> list[Any]:
        with opened(folder) as library:
            hits = [library.search(question) for question in ("When was the pump serviced?", "Where are the keys?")]
            answer = library.ask("Where do the keys hang?")
            return [hits, answer.kind, answer.text, answer.citations, library.documents()]

    before = told(library)
    with opened(library.parent / "other") as other:
        other.import_file(file)
        report = other.ingest(library.parent / "notes")
    assert [entry.status.value for entry in report.files] == ["unchanged", "unchanged"]
    assert told(library.parent / "other") == before
    assert all(before[0])


def test_a_library_that_is_open_reads_what_was_imported(library: Path, file: Path) -> None:
    with opened(library.parent / "other") as other:
        other.import_file(str(file))
        assert other.search("Where are the keys?")


def test_json_has_exactly_the_promised_fields(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, other = tmp_path / "kept", tmp_path / "other"
    contents: dict[str, Any] = {"files": 2, "failed": 0, "documents": 2, "passages": 3}
    contents |= {"embedder": HashingEmbedder().name, "dimension": HashingEmbedder().dimension}
    assert run(["export", str(path), "--library", str(library), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said.pop("bytes") == path.stat().st_size
    assert said == {"version": 1, "path": str(path), "contents": contents, "calibrated": False}
    assert run(["import", str(path), "--library", str(other), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "library": str(other),
        "contents": contents,
        "calibrated": False,
        "written_by": __version__,
    }


def test_a_calibration_comes_along_and_is_told(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate: dict[str, Any] = {
        "judge": "words",
        "source": "mine",
        "made": "2026-01-01",
        "threshold": 0.5,
        "alpha": None,
    }
    certificate |= {"n": 9, "k": 0, "bound": 0.3, "vetoed": 0, "supported": 1, "kept": 1, "origins": []}
    (library / "certificate.json").write_text(json.dumps(certificate))
    assert run(["export", str(tmp_path / "kept"), "--library", str(library)]) == 0
    assert run(["import", str(tmp_path / "kept"), "--library", str(tmp_path / "other")]) == 0
    assert "calibrate --reset" in capsys.readouterr().out
    kept = json.loads((tmp_path / "other" / "certificate.json").read_text())
    assert kept == certificate | {"languages": []}


def test_what_goes_wrong_has_the_codes_of_the_other_commands(
    library: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = str(tmp_path / "other")
    assert run(["export", str(file), "--library", str(library)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["export", str(file), "--force", "--library", str(library)]) == 0
    assert run(["export", str(tmp_path / "none"), "--library", other]) == 3
    assert run(["import", str(file), "--library", str(library)]) == 2
    assert run(["import", str(tmp_path / "none"), "--library", other]) == 2
    capsys.readouterr()
    file.write_bytes(file.read_bytes()[:-9])
    assert run(["import", str(file), "--library", other]) == 3
    said = capsys.readouterr().err
    assert str(file) in said
    assert "  → " in said
    assert not Path(other).exists()


def test_names_from_a_file_cannot_drive_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Odd(HashingEmbedder):
        name = "odd\x1b]8;;x"

    (tmp_path / "a.txt").write_text("The keys hang at Gate 4.")
    with Library.open(tmp_path / "library", embedder=Odd(), generator="extractive") as library:
        library.ingest(tmp_path / "a.txt")
    assert run(["export", str(tmp_path / "kept"), "--library", str(tmp_path / "library")]) == 0
    assert run(["import", str(tmp_path / "kept"), "--library", str(tmp_path / "other")]) == 0
    assert "\x1b" not in capsys.readouterr().out
