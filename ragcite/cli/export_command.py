"""`ragcite export`."""

from __future__ import annotations

from pathlib import Path

import click

from ragcite.cli.options import json_option, library_options, open_library


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@library_options
@json_option("what was written")
def command(file: Path, force: bool, library: Path | None, config: Path | None, as_json: bool) -> int:
    """Write the whole library to one FILE, for safe keeping or another machine.

    It may run beside an ingest: FILE holds one consistent state, with the library's calibration, checked in full
    before it gets its name. Settings, models and your documents themselves are not in it, but all their text is: it is
    private. Files are known by their paths; documents that lie elsewhere afterwards are read again when ingested.
    """
    with open_library(library, config) as opened:
        exported = opened.export(file, force=force)
    if as_json:
        from ragcite.schema import exported_out

        click.echo(exported_out(exported).model_dump_json(indent=2))
    else:
        from ragcite.cli.printable import one_line

        held = exported.contents
        click.echo(f"{held.files:,} files, {held.passages:,} passages in {one_line(exported.path)}")
        click.echo(f"{exported.size / 1e6:,.1f} MB, readable by you alone; it holds the text of your documents.")
    return 0
