"""A conversation through the real command line: Ctrl-C stops an answer, not the conversation."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.chat_server import MODEL, Chat, served
from tests.journeys.conftest import Ragcite

pytestmark = pytest.mark.journey


def heeds_ctrl_c() -> None:
    """What a shell starts in the background is told to ignore Ctrl-C, and so are its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_stops_the_answer_and_the_conversation_goes_on() -> None:
    with served(Chat(words=["One", " two", *[f" {number}" for number in range(90)]], pause=0.1)) as chat:
        settings = {"RAGCITE_ENGINE": "openai", "RAGCITE_SERVER": chat.address, "RAGCITE_GENERATOR": MODEL}
        kept = {key: value for key, value in os.environ.items() if not key.startswith("RAGCITE_")}
        command = [sys.executable, "-m", "ragcite", "chat", "--raw", "--system", "Count."]
        with subprocess.Popen(
            command,
            env={**kept, **settings},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=heeds_ctrl_c,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("Go.\n")
            process.stdin.flush()
            begun = "".join(process.stdout.read(1) for _ in range(3))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate("Go on.\n/exit\n", timeout=120)
    assert process.returncode == 0, err
    first, second = (begun + out).split("\n\n")[:2]
    assert first.startswith("One")
    assert not first.endswith(" 89")
    assert second.endswith(" 89")
    assert err == "Stopped.\n"


def test_the_packaged_model_talks(ragcite: Ragcite) -> None:
    done = ragcite("chat", "--raw", "--json", "--max-tokens", "8", "--seed", "1", text="Hello!\nAnd you?\n")
    turns = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, [turn["message"] for turn in turns]) == (0, ["Hello!", "And you?"])
    assert all(turn["answer"] for turn in turns)
    assert all(turn["fallback"] for turn in turns)
