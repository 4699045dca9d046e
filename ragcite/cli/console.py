"""Rich consoles that respect pipes and NO_COLOR, and how places in documents are named."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote as percent_encode

from rich.console import Console
from rich.style import Style
from rich.text import Text

from ragcite.cli.printable import one_line
from ragcite.types import Location, Page


def output() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=True, emoji=False)


def messages() -> Console:
    """Progress and notes go to standard error, so that pipes carry answers alone."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True, emoji=False)


def display_path(location: Location) -> str:
    """The shortest honest name: relative to the current folder where the file lies below it, else with ~ for home."""
    path = Path(location.path)
    for base, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(base):
            return one_line(prefix + str(path.relative_to(base)))
    return one_line(str(path))


def place(location: Location, page: Page | None, heading_path: tuple[str, ...] = ()) -> Text:
    """File (a link where the terminal can), page label and heading."""
    fragment = f"#page={page.index + 1}" if page else ""
    link = "file://" + percent_encode(os.fsencode(location.path)) + fragment
    text = Text(display_path(location), Style(bold=True, link=link))
    if page:
        text.append(f" · page {one_line(page.label)}", Style(dim=True))
    if heading_path:
        text.append(f" · {one_line(heading_path[-1])}", Style(dim=True))
    return text


def print_indented(console: Console, text: Text, by: int = 4) -> None:
    """Wrapped to the terminal's width behind an indent; on one line where a program reads it."""
    lines = text.wrap(console, max(20, console.width - by)) if console.is_terminal else [text]
    for line in lines:
        line.rstrip()
        console.print(Text(" " * by) + line)
