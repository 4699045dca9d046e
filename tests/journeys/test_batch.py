"""A batch through the real command line, killed in its middle and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chat_server import MODEL, Chat, served
from tests.journeys.conftest import Ragcite

pytestmark = pytest.mark.journey

QUESTIONS = [{"id": f"q{number}", "question": f"Who serviced pump {number}?"} for number in range(4)]


@pytest.fixture
def asking(ragcite: Ragcite, tmp_path: Path) -> Ragcite:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(4):
        (folder / f"pump-{number}.md").write_text(f"# Pump {number}\n\nPump {number} was serviced by Ines Okafor.\n")
    assert ragcite("ingest", folder).code == 0
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    return ragcite


def test_one_line_comes_for_each_question(asking: Ragcite, tmp_path: Path) -> None:
    done = asking("ask", "--extractive", "--batch", "q.jsonl")
    assert done.code == 0
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["q0", "q1", "q2", "q3"]
    with (tmp_path / "q.jsonl").open("a") as file:
        file.write('{"id": 5, "question"\n"Who serviced pump 1?"\n')
    done = asking("ask", "--extractive", "--batch", "-", text=(tmp_path / "q.jsonl").read_text())
    last = [json.loads(line) for line in done.out.splitlines()][-2:]
    assert (done.code, last[0]["line"], last[1]["id"]) == (1, 5, 6)
    assert "line 5" in done.err


def test_questions_in_two_places_or_none_are_wrong_use(asking: Ragcite) -> None:
    for arguments in ((), ("Who?", "--batch", "q.jsonl"), ("Who?", "--out", "x.jsonl")):
        assert asking("ask", *arguments).code == 2


def test_a_batch_that_is_killed_goes_on_where_it_was(asking: Ragcite, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    with served(Chat(words=["It", " was", " serviced", " by", " Ines Okafor. [1]"], pause=0.3)) as chat:
        settings = {"RAGCITE_ENGINE": "openai", "RAGCITE_SERVER": chat.address, "RAGCITE_GENERATOR": MODEL}
        kept = {key: value for key, value in os.environ.items() if not key.startswith("RAGCITE_")}
        environment = {**kept, **settings, "RAGCITE_LIBRARY": str(tmp_path / "library")}
        command = [sys.executable, "-m", "ragcite", "ask", "--batch", "q.jsonl", "--out", str(out)]
        with subprocess.Popen(command, cwd=tmp_path, env=environment) as process:
            while process.poll() is None and (not out.exists() or out.read_bytes().count(b"\n") < 1):
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
        before = out.read_bytes().count(b"\n")
        assert 1 <= before < 4
        asked = len(chat.asked)
        done = asking("ask", "--batch", "q.jsonl", "--out", out, **settings)
    assert (done.code, done.out) == (0, "")
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["q0", "q1", "q2", "q3"]
    assert len(chat.asked) - asked <= 4 - before
