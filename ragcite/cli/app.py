"""The command group. Commands are loaded only when they are called, so that `--help` is instant."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from ragcite._version import __version__
from ragcite.errors import RagciteError

COMMANDS = {
    "ingest": "Read folders into the library; run again to bring it up to date.",
    "ask": "Ask a question; every sentence of the answer is checked against its source.",
    "chat": "Talk with the language model alone (--raw): no documents, nothing checked.",
    "search": "Show the passages nearest to a question.",
    "rm": "Take files or folders out of the library, without a trace.",
    "export": "Write the whole library to one file.",
    "import": "Make a new library of an exported file.",
    "calibrate": "Set how sure the checker must be, on labelled pairs or on the library itself.",
    "verify": "Check claims against evidence, one JSON object a line.",
    "doctor": "Look for damage in the library, and repair it.",
    "status": "Say what the library holds, and where each setting comes from.",
    "models": "List models, and pull them.",
    "eval": "Measure ragcite on a folder with questions of your own.",
    "completion": "Print the set-up for shell completion.",
}

EXIT_CODES = """\b
Exit codes: 0 done (an honest refusal too) · 1 some files or lines failed, damage found, or traces left
            2 wrong use or setting · 3 library · 4 model or server · 130 interrupted"""

INTERRUPTED = 130


class LazyGroup(click.Group):
    """Knows the names and one-line helps of its commands, and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"ragcite.cli.{cmd_name}_command").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ragcite", message="%(prog)s %(version)s")
def group() -> None:
    """Answers from your own documents, on your own machine, with citations that have been checked.

    \b
    ragcite ingest ~/Documents
    ragcite ask "When does the lease end?"
    """


def main(arguments: list[str] | None = None) -> None:
    """The entry point: every error on purpose becomes two calm lines and an exit code."""
    try:
        sys.exit(run(arguments))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def run(arguments: list[str] | None) -> int:
    """Run one command and return its exit code."""
    try:
        result: Any = group.main(args=arguments, prog_name="ragcite", standalone_mode=False)
    except RagciteError as error:
        from ragcite.cli.printable import printable

        click.echo(f"ragcite: {printable(error.what)}: {printable(error.why)}.", err=True)
        click.echo(f"  → {printable(error.next_step)}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted; what was finished is kept.", err=True)
        return INTERRUPTED
    return result if isinstance(result, int) else 0
