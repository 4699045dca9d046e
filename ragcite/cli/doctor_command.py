"""`ragcite doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.types import Checkup, Mending

SHOWN = 20
DAMAGED = 1


@click.command()
@click.option("--full", is_flag=True, help="Read every row, and compare text, passages and both indexes.")
@click.option("--repair", is_flag=True, help="Make anew what is damaged; implies --full.")
@library_options
@json_option("the findings")
def command(full: bool, repair: bool, library: Path | None, config: Path | None, as_json: bool) -> int:
    """Look for damage in the library.

    The quick check (no option) looks at SQLite's structure, references, states and the vector base's checksums; it
    runs beside anything else. --repair keeps every row that is sound and never touches your documents; what was
    damaged is read again by the next `ragcite ingest`.

    Exit codes: 0 sound (or is now), 1 damaged, 3 could not be checked.
    """
    with open_library(library, config) as opened:
        checkup = opened.doctor(full=full, repair=repair)
    if as_json:
        from ragcite.schema import checkup_out

        click.echo(checkup_out(checkup).model_dump_json(indent=2))
    else:
        _show(checkup)
    return 0 if checkup.is_sound else DAMAGED


def _show(checkup: Checkup) -> None:
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()
    for finding in checkup.findings[:SHOWN]:
        console.print(Text(f"{finding.damage.value:<12}", "red"), Text(one_line(finding.detail)))
    if len(checkup.findings) > SHOWN:
        console.print(Text(f"… and {len(checkup.findings) - SHOWN:,} more; --json lists all.", "dim"))
    for note in checkup.notes:
        console.print(Text(f"note: {one_line(note)}", "dim"))
    if checkup.repair and checkup.findings:
        _show_mending(checkup.repair)
    elif checkup.findings:
        console.print("The library is damaged. → ragcite doctor --repair")
    else:
        console.print(f"No damage found ({'full' if checkup.full else 'quick'} check).")


def _show_mending(mending: Mending) -> None:
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()
    for path in mending.again[:SHOWN]:
        console.print(Text(f"to be read again  {one_line(path)}"))
    if len(mending.again) > SHOWN:
        console.print(Text(f"… and {len(mending.again) - SHOWN:,} more; --json lists all.", "dim"))
    if mending.lost:
        console.print(f"{mending.lost:,} entries of files are lost; an ingest of their folders finds them again.")
    if mending.left:
        console.print(Text("Still damaged; move the library away and ingest into a new one.", "red"))
    elif mending.set_aside:
        console.print("Repaired. Now run `ragcite ingest` on your folders again; these were among them:")
        for root in mending.roots[:SHOWN]:
            console.print(Text(f"  {one_line(root)}"))
    else:
        console.print("Repaired: what is derived was made anew.")
