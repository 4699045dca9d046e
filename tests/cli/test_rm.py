"""`ragcite rm`: what it prints, what it leaves with, and that it needs no model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragcite import Library
from ragcite.cli.app import run
from ragcite.testing import HashingEmbedder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "pump.md").write_text("# Pump log\n\nThe feed pump was serviced on 4 June 2024.\n")
    (notes / "gate.txt").write_text("The keys hang at Gate 4.")
    with Library.open(tmp_path / "library", embedder=HashingEmbedder(), generator="extractive") as library:
        library.ingest(notes)
    return tmp_path / "library"


def test_what_was_removed_is_named_and_so_is_what_the_next_ingest_would_read(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pump = library.parent / "notes" / "pump.md"
    assert run(["rm", str(pump), "--library", str(library)]) == 0
    shown = capsys.readouterr().out.replace("\n", " ")
    assert f"removed {pump}" in shown
    assert "1 of them still lie on disk; an ingest of their folder reads them again" in shown
    assert pump.exists()


def test_json_has_exactly_the_promised_fields(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = library.parent / "notes"
    (notes / "gate.txt").unlink()
    (library / "library.db.damaged").write_text("old")
    assert run(["rm", str(notes), "--library", str(library), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "removed": [
            {"path": str(notes / "gate.txt"), "on_disk": False, "copies": []},
            {"path": str(notes / "pump.md"), "on_disk": True, "copies": []},
        ],
        "discarded": [str(library / "library.db.damaged")],
        "purged": True,
    }


def test_an_unknown_path_is_wrong_use_and_names_the_nearest(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pump = library.parent / "notes" / "pump.md"
    assert run(["rm", str(pump) + "x", "--library", str(library)]) == 2
    said = capsys.readouterr().err
    assert f"nearest: {pump}" in said
    assert "  → " in said


def test_where_nothing_was_ingested_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rm", "x", "--library", str(tmp_path / "nowhere")]) == 3
    assert "nothing was ingested yet" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
