"""`ragcite rm`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.types import Removal

SHOWN = 20
TRACES_LEFT = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@library_options
@json_option("what was removed")
def command(paths: tuple[Path, ...], library: Path | None, config: Path | None, as_json: bool) -> int:
    """Take files, or whole folders, out of the library. Your documents themselves are not touched.

    What they said is gone from every file of the library afterwards, also from databases that `ragcite doctor` set
    aside: those are deleted. The library keeps no list of what was removed, so an ingest of a folder that still holds
    a file reads it again: move the file away first, or ingest other folders.

    The exit code is 1 when traces are left because another process is reading; repeat it then, or run
    `ragcite ingest`.
    """
    with open_library(library, config) as opened:
        removal = opened.remove(*paths)
    if as_json:
        from ragcite.schema import removal_out

        click.echo(removal_out(removal).model_dump_json(indent=2))
    else:
        _show(removal)
    return 0 if removal.purged else TRACES_LEFT


def _show(removal: Removal) -> None:
    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()

    def say(line: str) -> None:
        console.print(one_line(line), markup=False, highlight=False)

    def name(intro: str, lines: list[str]) -> None:
        for line in lines[:SHOWN]:
            say(f"{intro}{line}")
        if len(lines) > SHOWN:
            say(f"… and {len(lines) - SHOWN:,} more; --json lists all.")

    name("removed  ", [file.path for file in removal.files])
    name("its text stays, it is also that of ", [copy for file in removal.files for copy in file.copies])
    name("deleted, it was set aside by a repair: ", list(removal.discarded))
    left = [file.path for file in removal.files if file.on_disk]
    if left:
        say(f"{len(left):,} of them still lie on disk; an ingest of their folder reads them again. Move them first.")
    if not removal.purged:
        say("Traces are left in the library's files: another process is reading. Then run `ragcite ingest` again.")
