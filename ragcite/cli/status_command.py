"""`ragcite status`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ragcite.cli.options import json_option, library_options, open_library


@click.command()
@library_options
@json_option("it")
def command(library: Path | None, config: Path | None, as_json: bool) -> None:
    """Say what the library holds, which models play which role, and where each setting comes from."""
    with open_library(library, config) as opened:
        facts = opened.status()
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    from rich.table import Table
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()
    for section, rows in facts.items():
        console.print(Text(section, "bold"))
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        for key, value in rows.items():
            cells = [f"{value['value']}", f"{value['from']}"] if isinstance(value, dict) else [f"{value}"]
            table.add_row(Text(key), Text(one_line(cells[0])), Text(one_line("".join(cells[1:])), "dim"))
        console.print(table)
