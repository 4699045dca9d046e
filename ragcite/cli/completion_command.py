"""`ragcite completion`."""

from __future__ import annotations

import click

_HOW = {
    "bash": 'eval "$(_RAGCITE_COMPLETE=bash_source ragcite)"',
    "zsh": 'eval "$(_RAGCITE_COMPLETE=zsh_source ragcite)"',
    "fish": "_RAGCITE_COMPLETE=fish_source ragcite | source",
}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_HOW)))
def command(shell: str) -> None:
    """Print the line that turns on completion, for your shell's start-up file."""
    click.echo(_HOW[shell])
