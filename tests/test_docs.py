"""Documentation that cannot lie: code blocks run, rooms are the real ones, options exist."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from ragcite.cli.app import COMMANDS, group
from ragcite.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)```", re.DOTALL)
NOT_RUN = "shown, not run: "


@dataclass(frozen=True)
class Block:
    page: str
    language: str
    code: str
    mark: str

    @property
    def runs(self) -> bool:
        return not self.mark.startswith(NOT_RUN)


def blocks() -> list[Block]:
    return [
        Block(page.name, match["language"], match["code"], match["mark"] or "")
        for page in PAGES
        for match in FENCE.finditer(page.read_text("utf-8"))
    ]


def test_a_block_that_is_not_run_says_why() -> None:
    for block in blocks():
        if not block.runs:
            assert len(block.mark.removeprefix(NOT_RUN)) > 10, block
        else:
            assert block.language in {"python", "console"}, f"{block.page}: no way to run a {block.language} block"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """An empty folder with the files that the pages speak of."""
    notes = tmp_path / "my-notes"
    notes.mkdir()
    (notes / "pump.md").write_text(
        "# Pump log\n\n## Service\n\nThe feed pump was serviced on 4 June 2024 by Ines Okafor. It needed a new seal.\n"
    )
    (tmp_path / "claims.jsonl").write_text(
        '{"id": 1, "claim": "It was serviced in June 2024.", "evidence": "It was serviced on 4 June 2024."}\n'
    )
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    settings = {"RAGCITE_LIBRARY": str(folder / "library"), "NO_COLOR": "1", "COLUMNS": "200"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RAGCITE_")}
    return {**kept, **settings, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


RUNNABLE = [block for block in blocks() if block.runs]


@pytest.mark.parametrize("block", RUNNABLE, ids=[f"{b.page}-{n}" for n, b in enumerate(RUNNABLE)])
def test_every_block_runs(block: Block, room: Path) -> None:
    if block.language == "python":
        subprocess.run([sys.executable, "-c", block.code], cwd=room, env=environment(room), check=True, timeout=240)
        return
    for line in block.code.splitlines():
        if line.startswith("$ "):
            subprocess.run(line[2:], shell=True, cwd=room, env=environment(room), check=True, timeout=240)


def options(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}


def command_lines() -> list[tuple[str, list[str]]]:
    """Every `ragcite …` in the pages: in console blocks, and in running text between backticks."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        lines = re.findall(r"^\$ (ragcite .*)$|`(ragcite [^`\n]*)`", text, re.MULTILINE)
        found += [(page.name, shlex.split((a or b).replace("…", " "), comments=True)) for a, b in lines]
    return found


def test_every_command_and_option_that_is_shown_exists() -> None:
    context = click.Context(group)
    assert command_lines()
    for page, words in command_lines():
        named = [word for word in words[1:] if not word.startswith("-")]
        known = options(group)
        if named:
            assert named[0] in COMMANDS, f"{page}: ragcite {named[0]}"
            command = group.get_command(context, named[0])
            assert command is not None
            known = options(command)
            if isinstance(command, click.Group):
                known |= {option for sub in command.commands.values() for option in options(sub)}
        for word in words[1:]:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, f"{page}: {' '.join(words)}"


def test_the_architecture_page_names_every_room_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    real = {
        path.stem for path in (ROOT / "ragcite").iterdir() if not path.name.startswith("_") and path.name != "py.typed"
    }
    assert named == real


def test_the_readme_lists_every_setting_as_it_is() -> None:
    shown = re.findall(r"^\| `(\w+)` \| (.*) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert shown == [(name, field.description) for name, field in Settings.model_fields.items()]


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_every_room_says_what_it_is_for() -> None:
    for path in (ROOT / "ragcite").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"
