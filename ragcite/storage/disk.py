"""The steps by which the library changes on disk, one method a step, so that a test can record, fail or stop any.

SQLite writes its own files; what happens around them is told as moments. SQLite's test suite (crash and I/O error
tests) and LevelDB's `FaultInjectionTestEnv` put a layer in the same place.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

PRIVATE_FILE = 0o600


class Moment(StrEnum):
    """Between two steps that are durable by themselves: a process may die at any of them."""

    MADE = "a new database is whole, under another name"
    NAMED = "it has its name"
    PUT = "a document's rows are written, not committed"
    READY = "a commit is next"
    COMMITTED = "a commit is done, not yet told"
    PURGED = "removed rows are gone from the indexes"
    BASE_WRITTEN = "a vector base lies there that no row names"
    BASE_RECORDED = "the vector base is named, old ones still lie there"
    SWEPT = "old vector bases are gone"
    EMPTIED = "the log is emptied"
    CLEARED = "the mark of the purge is gone"


class Transfer(StrEnum):
    """The same of an export and an import, which work in a folder beside the target."""

    COPIED = "a consistent copy of the database lies there"
    CHECKED = "the copy is sound and holds no trace of what was removed"
    PACKED = "the file is whole, under another name"
    UNPACKED = "what the file held lies there, not yet believed"
    BELIEVED = "the library is sound, under another name"
    DONE = "it has its name"


class Repairing(StrEnum):
    """The same of a repair by the doctor that replaces the database."""

    SALVAGED = "a new database holds every sound row, under another name"
    ASIDE = "the damaged one has a second name"
    REPLACED = "the new one has its name"


class Disk:
    """The real one. Every method may raise `OSError`."""

    def make_folder(self, folder: Path, mode: int) -> None:
        """Nothing where it exists."""
        folder.mkdir(mode=mode, exist_ok=True)

    def create(self, path: Path) -> int:
        """A descriptor of a new, private file."""
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, PRIVATE_FILE)

    def write(self, descriptor: int, data: memoryview) -> int:
        """How many bytes were taken: perhaps not all."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        """A second name of the file; on a file system that knows none, its only one."""
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:
            os.rename(source, target)

    def remove(self, path: Path) -> None:
        """Nothing where there is none."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """A new name is durable only when its folder is. Windows cannot open folders and does this by itself."""
        if os.name == "nt":
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def reach(self, moment: StrEnum) -> None:
        """Nothing happens here."""


REAL = Disk()
