"""A conversation through a pipe or on a terminal: what is shown, what is told, and what Ctrl-C and /exit do."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ragcite.cli.app import run
from ragcite.cli.chat_view import converse
from ragcite.dialogue import RawChat
from ragcite.errors import PromptOverflow
from ragcite.testing import ScriptedGenerator
from ragcite.types import ModelUse, Prompt, Sampling


class Stubborn(ScriptedGenerator):
    """Ctrl-C comes in the middle of its second answer; a message of "long" does not fit."""

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        if prompt.messages[-1].parts[0].text == "long":
            raise PromptOverflow("the prompt", "it is too long", "Shorten it.")
        return self._say(prompt, sampling)

    def _say(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        for piece in super().generate(prompt, sampling):
            yield piece
            if len(self.prompts) == 2:
                raise KeyboardInterrupt


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def chat(*answers: str) -> RawChat:
    return RawChat(Stubborn(*answers), ModelUse("generator", "scripted", fallback=True))


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_each_line_of_a_pipe_is_a_turn_until_exit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, "one\n\n  \ntwo\n /exit \nthree\n")
    talk = chat("First answer.", "Second answer.")
    assert converse(talk, as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == "First answer.\n\nSecond \n\n"
    assert [turn.message for turn in talk.turns] == ["one", "two"]
    assert err == "Stopped.\n"


def test_what_would_drive_the_terminal_is_shown_as_an_escape(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, "one")
    converse(chat("red \x1b[31m\u202e\r and\n\tblank"), as_json=False)
    assert capsys.readouterr().out == "red \\x1b[31m\\u202e\\x0d and\n\tblank\n\n"


def test_a_message_that_cannot_be_answered_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, "long\none\n")
    assert converse(chat("Yes."), as_json=False) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("Yes.\n\n", "the prompt: it is too long.\n  → Shorten it.\n")


def test_a_turn_is_a_line_of_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    piped(monkeypatch, "one\ntwo\nlong\nfour\n")
    assert converse(chat("1 \x1b.", "Second answer.", "3" * 999), as_json=True) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {
        "version": 1,
        "message": "one",
        "answer": "1 \x1b.",
        "ending": "complete",
        "dropped": 0,
        "model": "scripted",
        "fallback": True,
        "sent_to": None,
        "error": None,
    }
    assert [line["ending"] for line in lines] == ["complete", "interrupted", "interrupted", "loop"]
    assert [bool(line["error"]) for line in lines] == [False, False, True, False]


def test_on_a_terminal_ctrl_c_takes_a_line_back_and_ctrl_d_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed: list[Any] = [KeyboardInterrupt, "one", "long", EOFError]

    def typing(prompt: str) -> str:
        found = typed.pop(0)
        if isinstance(found, str):
            return found
        raise found

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", typing)
    assert converse(chat("Yes."), as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == "Yes.\n\n\n"
    assert "scripted (a fallback): no documents, nothing is checked" in err
    assert "/exit or Ctrl-D leaves" in err
    assert "too long" in err


def test_without_raw_it_says_what_is_not_built_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chat"]) == 2
    err = capsys.readouterr().err
    assert "not built yet" in err
    assert "--raw" in err
    assert run(["chat", "--raw", "--generator", "extractive"]) == 2
    assert "only quotes documents" in capsys.readouterr().err
