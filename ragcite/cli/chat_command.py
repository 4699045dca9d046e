"""`ragcite chat`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ragcite.cli.options import Command, json_option, library_options, open_library

SEEDS = 2**31


def sampling_options(command: Command) -> Command:
    """Fields of `Sampling`, each None where it is not given."""
    share, penalty = click.FloatRange(0, 1), click.FloatRange(-2, 2)
    for name, kind, text in (
        ("--max-tokens", click.IntRange(1), "Longest answer, in tokens."),
        ("--thinking-tokens", click.IntRange(16), "How long it may think, in tokens, with --thinking."),
        ("--seed", click.IntRange(0), "The same seed and messages give the same answers."),
        ("--presence-penalty", penalty, "Taken off the score of what was said already; up to 2 against loops."),
        ("--repetition-penalty", click.FloatRange(0, min_open=True), "Divides that score; 1 changes nothing."),
        ("--min-p", share, "Only tokens at least this times as likely as the likeliest."),
        ("--top-p", click.FloatRange(0, 1, min_open=True), "Only the likeliest tokens that reach this probability."),
        ("--top-k", click.IntRange(0), "Only this many of the likeliest tokens; 0: all."),
        ("--temperature", click.FloatRange(0), "0 is greedy; without it, Qwen3's values for chat."),
    ):
        command = click.option(name, type=kind, help=text)(command)
    return command


@click.command()
@click.option("--raw", is_flag=True, help="Talk with the model alone: no documents, nothing is checked.")
@click.option("--system", metavar="TEXT", default="", help="What the model is told before the conversation.")
@click.option("--generator", metavar="NAME", help="Who talks: a model of `ragcite models`, a folder, or a server's.")
@click.option("--allow-remote", is_flag=True, help="Let text leave this machine, to the server that the settings name.")
@click.option("--thinking/--no-thinking", help="Whether it thinks first; /think and /no_think in a message switch it.")
@sampling_options
@library_options
@json_option("one object a turn")
def command(
    raw: bool,
    system: str,
    generator: str | None,
    allow_remote: bool,
    thinking: bool,
    library: Path | None,
    config: Path | None,
    as_json: bool,
    **sampling: Any,
) -> int:
    """Talk with the language model. Each line is a message; Ctrl-C stops an answer, Ctrl-D or /exit leaves.

    The conversation is remembered as far as the model's context reaches, and kept nowhere. Messages may come from a
    pipe, one a line.
    """
    from ragcite.errors import UsageError

    if not raw:
        raise UsageError(
            "ragcite chat",
            "conversations about your documents are not built yet",
            "Use `ragcite ask`, or `ragcite chat --raw` to talk with the language model alone.",
        )
    import random

    from ragcite.cli.chat_view import converse

    options = {name: value for name, value in sampling.items() if value is not None}
    options.setdefault("seed", random.SystemRandom().randrange(SEEDS))
    with open_library(library, config, generator=generator, allow_remote=allow_remote or None) as opened:
        return converse(opened.raw_chat(system=system, thinking=thinking, **options), as_json)
