"""`ragcite ask`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ragcite.cli.options import json_option, library_options, open_library


@click.command()
@click.argument("question")
@click.option("--extractive", is_flag=True, help="Answer in the documents' own words; no text is generated.")
@click.option("--show-unverified", is_flag=True, help="Show sentences that no source supports, marked as such.")
@click.option(
    "--generator",
    metavar="NAME",
    help="The model that writes: a name from `ragcite models`, a folder, or a server's name for it.",
)
@click.option("--allow-remote", is_flag=True, help="Let text leave this machine, to the server that the settings name.")
@library_options
@json_option("the answer object")
def command(
    question: str,
    extractive: bool,
    show_unverified: bool,
    generator: str | None,
    allow_remote: bool,
    library: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the library, each sentence checked against the source it cites.

    QUESTION may be - to read it from standard input.
    """
    if question == "-":
        question = sys.stdin.read()
    flags = {"show_unverified": show_unverified or None, "allow_remote": allow_remote or None}
    with open_library(library, config, generator=generator, **flags) as opened:
        if as_json:
            from ragcite.schema import answer_out

            click.echo(answer_out(opened.ask(question, extractive=extractive)).model_dump_json(indent=2))
            return
        from ragcite.cli.answer_view import AnswerView

        view = AnswerView(show_unverified=opened.settings.show_unverified)
        with view:
            for event in opened.stream(question, extractive=extractive):
                view.show(event)
