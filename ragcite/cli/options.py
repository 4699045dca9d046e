"""Options that several commands share, and the library they open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ragcite.library import Library

Command = Callable[..., Any]


def library_options(command: Command) -> Command:
    """`--library` and `--config`, on every command that touches a library."""
    command = click.option(
        "--config", type=click.Path(path_type=Path, dir_okay=False), help="Read settings from this file only."
    )(command)
    return click.option(
        "--library", type=click.Path(path_type=Path, file_okay=False), help="Folder of the library (one per user)."
    )(command)


def json_option(what: str) -> Callable[[Command], Command]:
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON.")


def open_library(library: Path | None, config: Path | None, **arguments: Any) -> Library:
    from ragcite.library import Library

    return Library.open(library, config=config, **arguments)
