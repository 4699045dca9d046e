"""The front of the room: a name and bytes in, a `Document` or a `ReadingError` that names the file out."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from types import TracebackType
from typing import Self

from ragcite.errors import ReadingError
from ragcite.protocols import Reader
from ragcite.reading.html import HtmlReader
from ragcite.reading.markdown import MarkdownReader
from ragcite.reading.pdf import PdfReader
from ragcite.reading.plain import TextReader
from ragcite.reading.sandbox import Sandbox
from ragcite.types import Document

# Bytes of text or Markdown that are read in this process: whatever they hold, that takes milliseconds, and a folder of
# small notes needs no child.
SMALL = 32 * 1024


def every_reader() -> tuple[Reader, ...]:
    """One of each kind."""
    return TextReader(), MarkdownReader(), HtmlReader(), PdfReader()


class Readers:
    """Chooses the reader by the file's ending. All but small texts are read in a child process.

    Use as a context manager.
    """

    def __init__(self, timeout_s: float = 60.0, memory_mb: int = 2048) -> None:
        """`timeout_s` for each file; `memory_mb` (MiB) for the child process, where the system can limit it."""
        self._by_suffix = {suffix: reader for reader in every_reader() for suffix in reader.suffixes}
        self._sandbox = Sandbox(timeout_s, memory_mb)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process; reading again starts a new one."""
        self._sandbox.close()

    @property
    def suffixes(self) -> frozenset[str]:
        """Every file name ending that can be read, with the dot, lower case."""
        return frozenset(self._by_suffix)

    def reader_name(self, name: str) -> str | None:
        """The reader (with its version) for a file of this name, or None where no reader knows the ending."""
        reader = self._by_suffix.get(PurePath(name).suffix.lower())
        return reader.name if reader else None

    def read(self, name: str, data: bytes) -> Document:
        """Read the bytes of the file called `name` (a path or a display name; only its ending matters).

        Raises a `ReadingError` naming the file, of the class that fits: `EncryptedFile`, `NoText`, `NotWhatItSays`,
        `ReadingTimeout`, `ReadingMemory`, `TooLarge`.
        """
        reader = self._by_suffix.get(PurePath(name).suffix.lower())
        if reader is None:
            known = " ".join(sorted(self.suffixes))
            raise ReadingError(name, "no reader knows this kind of file", f"Convert it to one of {known}.")
        try:
            if len(data) <= SMALL and isinstance(reader, TextReader | MarkdownReader):
                return reader.read(data)
            return self._sandbox.read(reader.name, data, hashlib.sha256(data).hexdigest())
        except ReadingError as error:
            raise type(error)(name, error.why, error.next_step) from error
