"""The reading process: takes files on standard input, answers with documents, one after the other, until input ends."""

from __future__ import annotations

import faulthandler
import os
import sys
from typing import BinaryIO, Protocol

from ragcite.errors import ReadingError, ReadingMemory, TooLarge
from ragcite.reading import wire
from ragcite.reading.readers import every_reader
from ragcite.types import Document

# The parent kills a reader that is late. Should the parent be gone, the reader ends itself this much later.
_GRACE_S = 10.0
_MAX_CAUSE = 300


class _Reads(Protocol):
    def read(self, data: bytes) -> Document: ...


def main() -> None:
    """Arguments: time limit in seconds, memory limit in MiB (0: none)."""
    timeout_s, memory_mb = float(sys.argv[-2]), int(sys.argv[-1])
    requests, replies, nowhere = _own_streams()
    _limit(memory_mb)
    readers: dict[str, _Reads] = {reader.name: reader for reader in every_reader()}
    while True:
        try:
            header, data = wire.receive(requests)
        except (EOFError, wire.WireError, MemoryError):
            return
        faulthandler.dump_traceback_later(timeout_s + _GRACE_S, exit=True, file=nowhere)
        intact = _answer(replies, readers[str(header["reader"])], data)
        faulthandler.cancel_dump_traceback_later()
        if not intact:
            return


def _own_streams() -> tuple[BinaryIO, BinaryIO, BinaryIO]:
    """The two pipes, out of reach of libraries: what those read or print goes nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = open(os.devnull, "r+b", buffering=0)  # noqa: SIM115  open as long as the process lives
    for descriptor in (0, 1, 2):
        os.dup2(nowhere.fileno(), descriptor)
    return requests, replies, nowhere


def _limit(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; there the time limit alone protects
        return
    wanted = [(resource.RLIMIT_CORE, 0)]  # a core file would leave private text on disk
    wanted += [(resource.RLIMIT_AS, memory_mb * 2**20)] if memory_mb else []
    for name, limit in wanted:
        _, hard = resource.getrlimit(name)
        try:
            resource.setrlimit(name, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS below what is mapped already
            continue


def _answer(replies: BinaryIO, reader: _Reads, data: bytes) -> bool:
    """Whether the process is fit for another file."""
    intact = True
    try:
        message = wire.document_message(_bounded(reader.read(data)))
    except MemoryError:
        intact = False
        message = wire.error_message(_out_of_memory()), b""
    except ReadingError as error:
        message = wire.error_message(error), b""
    except Exception as error:  # a hostile file can raise anything; it is passed on, not swallowed
        cause = f"{type(error).__name__}: {error}"[:_MAX_CAUSE]
        message = wire.error_message(_broken(cause)), b""
    wire.send(replies, *message)
    return intact


def _bounded(document: Document) -> Document:
    """`document`, where those who go on with it can bear it. Raises `TooLarge`."""
    for count, most, what in (
        (len(document.text), wire.MAX_CHARACTERS, "characters"),
        (len(document.headings), wire.MAX_HEADINGS, "headings"),
    ):
        if count > most:
            raise TooLarge("the file", f"it holds more than {most:,} {what}", "Split it into smaller files.")
    return document


def _out_of_memory() -> ReadingMemory:
    return ReadingMemory("the file", "reading it took more memory than allowed", "Split it, or raise the memory limit.")


def _broken(cause: str) -> ReadingError:
    return ReadingError("the file", f"it could not be parsed ({cause})", "Open it in its program and save it anew.")


if __name__ == "__main__":
    main()
