from __future__ import annotations

import pytest

from ragcite.cli import ingest_command
from ragcite.types import FileReport, FileStatus, Hidden, IngestReport


def test_hidden_text_is_named_by_file_and_comments_are_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    hidden = {"a.pdf": Hidden(1200, ("covered", "tiny type")), "b.html": Hidden(9, ("comment",)), "c.txt": Hidden()}
    files = tuple(FileReport(path, FileStatus.ADDED, None, 1, found) for path, found in hidden.items())
    ingest_command._show(IngestReport(files))
    printed = capsys.readouterr().out
    assert "hidden  a.pdf" in printed
    assert "hidden text left out: 1,200 characters (covered, tiny type)" in printed
    assert "comments left out of 1 file" in printed
    assert "b.html" not in printed
    assert "c.txt" not in printed
