"""Progress bars on standard error, only where a person is watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragcite.ingestion import IngestProgress


@contextmanager
def ingest_progress(quiet: bool) -> Iterator[Callable[[IngestProgress], None]]:
    """Yields the callback that moves the bar."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ragcite.cli.console import messages
    from ragcite.cli.printable import one_line

    console = messages()
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    name = TextColumn("{task.fields[name]}", style="dim")
    with Progress(*columns, name, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("looking", total=None, name="")

        def move(event: IngestProgress) -> None:
            current = one_line(event.path or "")[-40:]
            bar.update(task, description=event.phase, completed=event.done, total=event.total or None, name=current)

        yield move


@contextmanager
def counting_progress(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Yields a callback of (done, total)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ragcite.cli.console import messages

    console = messages()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def download_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yields a callback of (file, bytes so far, bytes in all)."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    from ragcite.cli.console import messages
    from ragcite.cli.printable import one_line

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=messages()) as bar:

        def move(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bar.add_task(one_line(file), total=total)
            bar.update(tasks[file], completed=done, total=total)

        yield move
