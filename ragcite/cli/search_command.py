"""`ragcite search`: the passages, without an answer."""

from __future__ import annotations

from pathlib import Path

import click

from ragcite.cli.options import library_options, open_library


@click.command()
@click.argument("question")
@click.option("-k", "depth", default=5, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@library_options
def command(question: str, depth: int, library: Path | None, config: Path | None) -> None:
    """Show the passages nearest to QUESTION, best first."""
    from rich.text import Text

    from ragcite.cli.console import output, place, print_indented
    from ragcite.cli.printable import one_line

    console = output()
    with open_library(library, config) as opened:
        hits = opened.search(question, k=depth)
    for hit in hits:
        passage = hit.passage
        heading = Text(f"{hit.score:.2f}  ", "dim")
        console.print(heading + place(hit.location, passage.page_of(passage.span), passage.heading_path))
        print_indented(console, Text(one_line(passage.text)), by=6)
    if not hits:
        console.print("The library is empty. Read a folder first: ragcite ingest FOLDER")
