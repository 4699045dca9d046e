"""A conversation on the terminal, or through a pipe: messages in, pieces of answers out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from ragcite.cli.printable import printable
from ragcite.errors import PromptOverflow, RagciteError, ServerError, UsageError

if TYPE_CHECKING:
    from ragcite.dialogue import RawChat
    from ragcite.types import Turn

PROMPT = "> "
LEAVE = "/exit"


def converse(chat: RawChat, as_json: bool) -> int:
    """Until the messages end. 1 where a message that came through a pipe has no answer."""
    interactive = sys.stdin.isatty()
    if interactive:
        fallback = " (a fallback)" if chat.model.fallback else ""
        _note(f"{chat.model.name}{fallback}: no documents, nothing is checked. Ctrl-C stops it, {LEAVE} leaves.")
    if chat.sends_to:
        _note(f"What you write leaves this machine: it is sent to {chat.sends_to}.")
    failed = False
    for message in _messages(interactive):
        failed = _turn(chat, message, as_json) is not None or failed
    return int(failed and not interactive)


def _messages(interactive: bool) -> Iterator[str]:
    """Each line that says something, until the end or `/exit`."""
    while (line := _typed() if interactive else sys.stdin.readline()) and line.strip() != LEAVE:
        if line.strip():
            yield line.rstrip("\n")


def _typed() -> str:
    """A line with its end; "" for Ctrl-D. Ctrl-C takes back what was typed."""
    with suppress(ImportError):
        import readline  # noqa: F401 - input() then has history and editing
    while True:
        try:
            return input(PROMPT) + "\n"
        except EOFError:
            click.echo()
            return ""
        except KeyboardInterrupt:
            _note(f"\n{LEAVE} or Ctrl-D leaves.")


def _turn(chat: RawChat, message: str, as_json: bool) -> RagciteError | None:
    """One message and its answer as it comes; the error, told, where there is none."""
    error: RagciteError | None = None
    try:
        with closing(chat.say(message)) as pieces:
            for piece in _waited_for(pieces):
                if not as_json:
                    click.echo(printable(piece), nl=False)
    except KeyboardInterrupt:
        pass  # `chat.last` says so
    except (PromptOverflow, ServerError, UsageError) as caught:
        error = caught
    if as_json:
        from ragcite.schema import chat_out

        click.echo(chat_out(chat.last, chat.model, chat.sends_to, error).model_dump_json())
    else:
        _close(chat.last, error)
    return error


def _waited_for(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces; on a terminal something moves until the first one is there."""
    from rich.status import Status

    from ragcite.cli.console import messages

    console = messages()
    if console.is_terminal and sys.stdout.isatty():
        with Status("…", console=console):
            first = next(pieces, "")
        yield first
    yield from pieces


def _close(turn: Turn, error: RagciteError | None) -> None:
    """The end of an answer, and what has to be said of it."""
    if turn.answer:
        click.echo("\n")
    if turn.dropped:
        _note(f"The context is full: the {turn.dropped} oldest turns were forgotten.")
    if error is not None:
        _note(f"{error.what}: {error.why}.\n  → {error.next_step}")
    elif turn.ending is not turn.ending.COMPLETE:
        _note("It repeated itself and was stopped." if turn.ending is turn.ending.LOOP else "Stopped.")
    elif not turn.answer:
        _note("It said nothing.")


def _note(text: str) -> None:
    click.echo(printable(text), err=True)
