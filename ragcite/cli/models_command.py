"""`ragcite models`, `ragcite models pull`."""

from __future__ import annotations

from pathlib import Path

import click

from ragcite.cli.options import json_option, library_options


@click.group(invoke_without_command=True)
@library_options
@json_option("the list")
@click.pass_context
def command(ctx: click.Context, library: Path | None, config: Path | None, as_json: bool) -> None:
    """List which model plays which role, where it comes from, its size, licence and SHA-256."""
    from ragcite.library import Models

    ctx.obj = Models(library, config=config)
    if ctx.invoked_subcommand:
        return
    rows = ctx.obj.rows()
    if as_json:
        import json

        click.echo(json.dumps({"models": rows}, indent=2, ensure_ascii=False))
        return
    from rich.table import Table

    from ragcite.cli.console import output

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("role", "name", "state", "size", "licence", "sha-256"):
        table.add_column(column)
    for row in rows:
        cells = (row["role"], row["name"], row["state"], row["size"], row["licence"], (row["sha256"] or "")[:12])
        table.add_row(*(str(cell) for cell in cells), style=None if row["here"] else "dim")
    output().print(table)


@command.command()
@click.argument("name")
@click.option("--endpoint", metavar="URL", help="Another hub that speaks the same API.")
@click.pass_obj
def pull(models: object, name: str, endpoint: str | None) -> None:
    """Fetch model NAME from the hub: the only command that connects to one.

    An interrupted pull goes on where it stopped; every file's SHA-256 is checked.
    """
    from ragcite.cli.progress import download_progress
    from ragcite.library import Models

    assert isinstance(models, Models)
    with download_progress() as progress:
        folder = models.pull(name, endpoint=endpoint, progress=progress)
    click.echo(f"{name} is ready ({folder}).")
