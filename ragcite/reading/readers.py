"""The front of the room: a name and bytes in, a `Document` or a `ReadingError` that names the file out."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from types import TracebackType
from typing import Self

from ragcite.errors import ReadingError, TooLarge
from ragcite.protocols import Reader
from ragcite.reading.html import HtmlReader
from ragcite.reading.markdown import MarkdownReader
from ragcite.reading.pdf import PdfReader
from ragcite.reading.plain import TextReader
from ragcite.reading.sandbox import Sandbox
from ragcite.types import Document

MAX_CHARACTERS = 20_000_000


class Readers:
    """Chooses the reader by the file's ending. HTML and PDF are parsed in a child process; use as a context manager."""

    def __init__(self, timeout_s: float = 60.0, memory_mb: int = 2048) -> None:
        """`timeout_s` for each file; `memory_mb` (MiB) for the child process, where the system can limit it."""
        here: tuple[Reader, ...] = (TextReader(), MarkdownReader())
        in_child: tuple[Reader, ...] = (HtmlReader(), PdfReader())
        self._by_suffix = {suffix: reader for reader in here + in_child for suffix in reader.suffixes}
        self._in_child = frozenset(reader.name for reader in in_child)
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
            document = self._read(reader, data)
        except ReadingError as error:
            raise type(error)(name, error.why, error.next_step) from error
        if len(document.text) > MAX_CHARACTERS:
            raise TooLarge(name, f"it holds more than {MAX_CHARACTERS:,} characters", "Split it into smaller files.")
        return document

    def _read(self, reader: Reader, data: bytes) -> Document:
        if reader.name not in self._in_child:
            return reader.read(data)
        return self._sandbox.read(reader.name, data, hashlib.sha256(data).hexdigest())
