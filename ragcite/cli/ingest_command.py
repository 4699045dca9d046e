"""`ragcite ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.types import IngestReport

SHOWN_SKIPS = 5
SHOWN_HIDDEN = 20
_USUAL_WAYS = {"comment"}  # most pages of the web hold some


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER…")
@library_options
@json_option("what became of each file")
def command(folders: tuple[Path, ...], library: Path | None, config: Path | None, as_json: bool) -> int:
    """Read FOLDERs (text, Markdown, HTML, PDF) into the library.

    Run it again at any time: only what changed is read, a removed file disappears. One bad file never stops the
    rest; the exit code is 1 when any failed.
    """
    from ragcite.cli.progress import ingest_progress
    from ragcite.types import FileStatus

    with open_library(library, config) as opened, ingest_progress(quiet=as_json) as progress:
        report = opened.ingest(*folders, progress=progress)
    if as_json:
        from ragcite.schema import ingest_out

        click.echo(ingest_out(report).model_dump_json(indent=2))
    else:
        _show(report)
    return int(report.count(FileStatus.FAILED) > 0)


def _show(report: IngestReport) -> None:
    from rich.table import Table

    from ragcite.cli.console import output
    from ragcite.types import FileStatus

    console = output()
    if not report.files:
        console.print("No files to read: the folder is empty.")
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for status in FileStatus:
        if count := report.count(status):
            style = "red" if status is FileStatus.FAILED else None
            table.add_row(f"{count:>7,}", status.value, style=style)
    console.print(table)
    _show_reasons(report)
    passages = sum(file.passages for file in report.files)
    console.print(f"{passages:,} passages in these files · {report.seconds:.1f} s", style="dim")


def _show_reasons(report: IngestReport) -> None:
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line
    from ragcite.types import FileStatus

    console = output()
    for file in report.files:
        if file.status is FileStatus.FAILED:
            console.print(Text("failed  ", "red"), Text(one_line(file.path)), sep="")
            console.print(Text(f"        {one_line(file.reason or '')}", "dim"))
    _show_hidden(report)
    skipped = [file for file in report.files if file.status is FileStatus.SKIPPED]
    for file in skipped[:SHOWN_SKIPS]:
        console.print(Text(f"skipped {one_line(file.path)}: {one_line(file.reason or '')}", "dim"))
    if len(skipped) > SHOWN_SKIPS:
        console.print(Text(f"… and {len(skipped) - SHOWN_SKIPS:,} more skipped; --json lists all.", "dim"))


def _show_hidden(report: IngestReport) -> None:
    """Files with text that nobody sees in them, and how it was hidden; those with comments only are counted."""
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()
    files = [file for file in report.files if set(file.hidden.ways) - _USUAL_WAYS]
    for file in files[:SHOWN_HIDDEN]:
        what = f"hidden text left out: {file.hidden.characters:,} characters ({', '.join(file.hidden.ways)})"
        console.print(Text("hidden  ", "yellow"), Text(one_line(file.path)), sep="")
        console.print(Text(f"        {one_line(what)}", "dim"))
    if len(files) > SHOWN_HIDDEN:
        console.print(Text(f"… and {len(files) - SHOWN_HIDDEN:,} more with hidden text; --json lists all.", "dim"))
    if usual := sum(bool(file.hidden) for file in report.files) - len(files):
        console.print(Text(f"comments left out of {usual:,} {'file' if usual == 1 else 'files'}", "dim"))
