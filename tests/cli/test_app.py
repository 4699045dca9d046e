from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ragcite._version import __version__
from ragcite.cli.app import COMMANDS, run

HEAVY = ("torch", "transformers", "faiss", "openvino", "numpy", "pydantic", "rich", "sentence_transformers")


def test_help_loads_no_engine() -> None:
    code = (
        "import sys\n"
        "from ragcite.cli.app import run\n"
        "assert run(['--help']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"ragcite {__version__}\n"


def test_an_unknown_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frobnicate"]) == 2
    assert "frobnicate" in capsys.readouterr().err


def test_completion_prints_a_line_for_each_shell(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert run(["completion", shell]) == 0
        assert f"_RAGCITE_COMPLETE={shell}_source" in capsys.readouterr().out


def test_completion_knows_the_commands() -> None:
    environment = {**os.environ, "_RAGCITE_COMPLETE": "bash_complete", "COMP_WORDS": "ragcite in", "COMP_CWORD": "1"}
    code = "from ragcite.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert "plain,ingest" in done.stdout
