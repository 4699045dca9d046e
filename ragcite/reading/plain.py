"""Plain text: the decoded file, unchanged unless characters in it hide something."""

from __future__ import annotations

import hashlib

from ragcite.errors import NoText
from ragcite.reading.encoding import decode
from ragcite.reading.sniffing import require_text
from ragcite.reading.unseen import seen
from ragcite.types import Document, Format, Hidden

_MAX_TITLE = 100
_BEGINNING = 10_000  # characters in which the title must be
_ENDS_A_SENTENCE = tuple(".!?;:,。！？；：，…")


class TextReader:
    """Reads `.txt`, `.text`, `.log`. The title is the first line, where it looks like one."""

    name = "text-2"
    suffixes = frozenset({".txt", ".text", ".log"})

    def read(self, data: bytes) -> Document:
        """Raises `NotWhatItSays` for bytes that are no text, `NoText` for a file without any."""
        text, hidden = seen(text_of(data, "plain text"))
        require_words(text, hidden)
        identity = hashlib.sha256(data).hexdigest()
        return Document(identity, text, Format.TEXT, self.name, title=_title(text), hidden=hidden)


def text_of(data: bytes, expected: str) -> str:
    """The decoded file, unchanged, byte-order mark apart. `expected` names the format in errors."""
    require_text(data, expected)
    text = decode(data)
    if not text.strip():
        raise NoText("the file", "it is empty", "Nothing to do, unless text was expected in it.")
    return text


def require_words(text: str, hidden: Hidden) -> None:
    """Raises `NoText` where nothing that can be seen is left."""
    if not text.strip():
        raise NoText("the file", f"all of its text is hidden: {', '.join(hidden.ways)}", "Nothing to do.")


def _title(text: str) -> str | None:
    lines = text.lstrip()[:_BEGINNING].splitlines()
    title = " ".join(lines[0].split())
    alone = len(lines) > 1 and not lines[1].strip(" \t=-*_~")
    fits = len(title) <= _MAX_TITLE and any(char.isalpha() for char in title)
    return title if alone and fits and not title.endswith(_ENDS_A_SENTENCE) else None
