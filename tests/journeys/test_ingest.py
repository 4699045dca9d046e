"""Folders as people have them, through the real command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

pytestmark = pytest.mark.journey


def pdf(path: Path, text: str, password: str | None = None) -> None:
    canvas = Canvas(str(path))
    if text:
        canvas.drawString(72, 720, text)
    else:
        canvas.rect(72, 400, 200, 200, fill=1)
    canvas.showPage()
    canvas.save()
    if password:
        writer = PdfWriter(clone_from=str(path))
        writer.encrypt(password, algorithm="AES-256")
        writer.write(str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    (made / "pump.md").write_text("# Pump log\n\nThe feed pump was serviced on 4 June 2024 by Ines Okafor.\n")
    (made / "notes.txt").write_bytes("Das Büro schließt um 18 Uhr. Der Schlüssel hängt im Flur.\r\n".encode("cp1252"))
    (made / "page.html").write_text(
        "<html><body><nav>Home</nav><h1>Keys</h1><p>The keys hang at Gate 4.</p></body></html>"
    )
    pdf(made / "report.pdf", "The turbine was stopped on 9 May 2023 after a bearing failed.")
    return made


def statuses(out: str) -> dict[str, tuple[str, str | None]]:
    files: list[dict[str, Any]] = json.loads(out)["files"]
    return {Path(file["path"]).name: (file["status"], file["reason"]) for file in files}


def test_bad_files_cost_only_themselves_and_say_why(ragcite: Callable[..., Any], folder: Path) -> None:
    pdf(folder / "secret.pdf", "Nobody may read this.", password="x")
    pdf(folder / "scan.pdf", "")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (folder / "broken.pdf").write_bytes((folder / "report.pdf").read_bytes()[:300])
    (folder / "table.xlsx").write_bytes(b"PK\x03\x04" + bytes(50))
    done = ragcite("ingest", folder, "--json")
    found = statuses(done.out)
    assert done.code == 1
    assert {name for name, (status, _) in found.items() if status == "added"} == {
        "pump.md",
        "notes.txt",
        "page.html",
        "report.pdf",
    }
    failed = {name: reason or "" for name, (status, reason) in found.items() if status == "failed"}
    assert set(failed) == {"secret.pdf", "scan.pdf", "empty.txt", "picture.pdf", "broken.pdf"}
    assert "password" in failed["secret.pdf"] or "encrypted" in failed["secret.pdf"]
    assert "text" in failed["scan.pdf"]
    assert "PNG" in failed["picture.pdf"]
    assert found["table.xlsx"][0] == "skipped"
    table = ragcite("ingest", folder)
    assert "failed" in table.out
    assert "secret.pdf" in table.out


def test_only_what_changed_is_read_and_what_is_gone_disappears(ragcite: Callable[..., Any], folder: Path) -> None:
    assert ragcite("ingest", folder).code == 0
    (folder / "pump.md").write_text("# Pump log\n\nThe feed pump was sold to Halvorsen in 2025.\n")
    (folder / "page.html").unlink()
    found = statuses(ragcite("ingest", folder, "--json").out)
    assert {name: status for name, (status, _) in found.items()} == {
        "pump.md": "changed",
        "page.html": "removed",
        "notes.txt": "unchanged",
        "report.pdf": "unchanged",
    }
    hits = ragcite("search", "keys at the gate pump", "-k", "10").out
    assert "Halvorsen" in hits
    assert "Gate 4" not in hits
    assert "Ines" not in hits


def test_a_missing_folder_and_an_empty_one_are_named(ragcite: Callable[..., Any], tmp_path: Path) -> None:
    missing = ragcite("ingest", tmp_path / "nowhere")
    assert missing.code == 2
    assert "nowhere" in missing.err
    (tmp_path / "void").mkdir()
    empty = ragcite("ingest", tmp_path / "void")
    assert empty.code == 0
    assert "empty" in empty.out


def test_a_library_of_a_newer_version_is_left_alone(ragcite: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ragcite("ingest", folder)
    database = tmp_path / "library" / "library.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    before = database.read_bytes()
    for command in (["ingest", str(folder)], ["ask", "When was the pump serviced?"]):
        done = ragcite(*command)
        assert done.code == 3
        assert "newer" in done.err
    assert database.read_bytes() == before


def test_a_damaged_vector_file_changes_no_answer(ragcite: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ragcite("ingest", folder)
    good = ragcite("search", "turbine bearing").out
    for path in (tmp_path / "library" / "vectors").glob("*"):
        path.write_bytes(b"\x00garbage" * 10)
    assert ragcite("search", "turbine bearing").out == good
    assert ragcite("ingest", folder).code == 0


def test_a_planted_configuration_changes_nothing(ragcite: Callable[..., Any], folder: Path) -> None:
    (folder / "ragcite.toml").write_text("passage_tokens = 41\n")
    (folder.parent / "ragcite.toml").write_text("passage_tokens = 42\n")
    ragcite("ingest", folder)
    settings = json.loads(ragcite("status", "--json").out)["settings"]
    assert settings["passage_tokens"]["from"] == "default"


def test_escape_sequences_in_names_and_text_never_reach_the_terminal(ragcite: Callable[..., Any], folder: Path) -> None:
    (folder / "a\x1b[31mred.md").write_text("# Trap\n\nThe \x1b]52;c;aGk=\x07valve \u202eopens at 40 bar.\n")
    outputs = [
        ragcite("ingest", folder),
        ragcite("search", "valve opens at bar"),
        ragcite("ask", "--extractive", "At how many bar does the valve open?"),
    ]
    for done in outputs:
        assert not set(done.out + done.err) & {"\x1b", "\x07", "\u202e"}
