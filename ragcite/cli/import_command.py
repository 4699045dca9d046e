"""`ragcite import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.types import Imported


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@library_options
@json_option("what was imported")
def command(file: Path, library: Path | None, config: Path | None, as_json: bool) -> int:
    """Make a library of a FILE that `ragcite export` wrote, in a new or an empty folder (--library).

    FILE is believed only when its SHA-256 fits and the doctor finds nothing in it; until then the library does not
    exist. It needs the embedder that made it, and brings its calibration along.
    """
    with open_library(library, config) as opened:
        imported = opened.import_file(file)
    if as_json:
        from ragcite.schema import imported_out

        click.echo(imported_out(imported).model_dump_json(indent=2))
    else:
        _show(imported)
    return 0


def _show(imported: Imported) -> None:
    from ragcite.cli.printable import one_line

    held = imported.contents
    click.echo(f"{held.files:,} files, {held.passages:,} passages in {one_line(imported.library)}")
    click.echo(f"Its vectors are of the embedder {one_line(held.embedder)}.")
    if imported.calibrated:
        click.echo("Its calibration came with it: `ragcite status` shows it, `ragcite calibrate --reset` undoes it.")
