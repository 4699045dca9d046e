"""`ragcite doctor`: what it prints, what it leaves with, and that it loads no model."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ragcite import Library
from ragcite.cli.app import run
from ragcite.testing import HashingEmbedder


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump log\n\nThe feed pump was serviced on 4 June 2024.\n")
    (folder / "gate.txt").write_text("The keys hang at Gate 4.")
    return folder


@pytest.fixture
def ingest(tmp_path: Path, notes: Path) -> Callable[[], dict[str, str]]:
    def made() -> dict[str, str]:
        with Library.open(tmp_path / "library", embedder=HashingEmbedder(), generator="extractive") as library:
            report = library.ingest(notes)
        return {Path(file.path).name: file.status.value for file in report.files}

    return made


def damage(library: Path) -> None:
    with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as connection:
        connection.execute("UPDATE text_layers SET text = x'00' WHERE details LIKE '%Pump%'")


def test_damage_is_named_repaired_and_read_again(
    tmp_path: Path, ingest: Callable[[], dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    ingest()
    library = tmp_path / "library"
    doctor = ["doctor", "--library", str(library)]
    assert run(doctor) == 0
    assert "No damage found (quick check)" in capsys.readouterr().out
    damage(library)
    assert run([*doctor, "--full"]) == 1
    shown = capsys.readouterr().out
    assert "does not fit its checksum" in shown
    assert "ragcite doctor --repair" in shown
    assert run([*doctor, "--repair", "--json"]) == 0
    repaired = json.loads(capsys.readouterr().out)
    assert (repaired["sound"], repaired["findings"][0]["damage"]) == (True, "text")
    assert [Path(path).name for path in repaired["repair"]["again"]] == ["pump.md"]
    assert ingest() == {"gate.txt": "unchanged", "pump.md": "added"}
    assert run([*doctor, "--full"]) == 0


def test_a_repair_says_what_to_do_next(
    tmp_path: Path, ingest: Callable[[], dict[str, str]], notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest()
    damage(tmp_path / "library")
    assert run(["doctor", "--repair", "--library", str(tmp_path / "library")]) == 0
    shown = capsys.readouterr().out
    assert "library.db.damaged" in shown
    assert f"to be read again  {notes / 'pump.md'}" in shown
    assert "ragcite ingest" in shown


def test_what_cannot_be_checked_is_neither_sound_nor_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", "--library", str(tmp_path / "nowhere")]) == 3
    assert "nothing was ingested yet" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
