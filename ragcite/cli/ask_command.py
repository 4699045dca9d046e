"""`ragcite ask`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.library import Library


@click.command()
@click.argument("question", required=False)
@click.option("--extractive", is_flag=True, help="Answer in the documents' own words; no text is generated.")
@click.option("--show-unverified", is_flag=True, help="Show sentences that no source supports, marked as such.")
@click.option("--generator", metavar="NAME", help="What writes: a model of `ragcite models`, a folder, or a server's.")
@click.option("--allow-remote", is_flag=True, help="Let text leave this machine, to the server that the settings name.")
@click.option("--batch", type=click.File("rb"), help="Answer the questions of this file, one JSON line each.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="With --batch: go on with this file.")
@library_options
@json_option("the answer object")
def command(
    question: str | None,
    extractive: bool,
    show_unverified: bool,
    generator: str | None,
    allow_remote: bool,
    batch: IO[bytes] | None,
    out: Path | None,
    library: Path | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """Answer QUESTION from the library, each sentence checked against the source it cites.

    QUESTION may be - to read it from standard input. With --batch a line is {"id", "question"} or a JSON string, and
    each answer is a line of JSON; with --out it goes to that file, and what the file answers already is passed over.
    """
    if (question is None) == (batch is None) or (out is not None and batch is None):
        raise click.UsageError("Give a QUESTION, or --batch FILE with or without --out.")
    flags = {"show_unverified": show_unverified or None, "allow_remote": allow_remote or None}
    with open_library(library, config, generator=generator, **flags) as opened:
        if batch is not None:
            return _batch(opened, batch, out, extractive)
        return _one(opened, sys.stdin.read() if question == "-" else str(question), extractive, as_json)


def _one(opened: Library, question: str, extractive: bool, as_json: bool) -> int:
    if as_json:
        from ragcite.schema import answer_out

        click.echo(answer_out(opened.ask(question, extractive=extractive)).model_dump_json(indent=2))
        return 0
    from ragcite.cli.answer_view import AnswerView

    view = AnswerView(show_unverified=opened.settings.show_unverified)
    with view:
        for event in opened.stream(question, extractive=extractive):
            view.show(event)
    return 0


def _batch(opened: Library, file: IO[bytes], out: Path | None, extractive: bool) -> int:
    from ragcite.cli.batch import run_batch, unanswered, writing
    from ragcite.cli.progress import counting_progress
    from ragcite.schema import read_batch

    lines = read_batch(file.read())
    left = unanswered(lines, out) if out is not None else lines
    quiet = out is None and sys.stdout.isatty()
    with counting_progress("answering", quiet=quiet) as progress, writing(out) as write:
        return int(not run_batch(opened, left, write, extractive, progress))
