"""Folders and files opened step by step from a root, so that a link swapped in meanwhile leads nowhere.

Where the system has directory descriptors, every step is relative to one and refuses links (openat(2), O_NOFOLLOW).
Windows has neither; there, links are refused by looking before each step.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ragcite.errors import NotWhatItSays, TooLarge
from ragcite.types import FileStamp

_RELATIVE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# A FIFO would block the open until somebody writes into it.
_FILE_FLAGS = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_CHUNK = 1 << 20


class Folder:
    """An open folder; a context manager."""

    def __init__(self, path: str, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def reach(cls, root: str, parts: Sequence[str]) -> Folder:
        """The folder `parts` below `root`. Raises `OSError` when one of them is a link or no folder."""
        folder = cls(root, os.open(root, _FOLDER_FLAGS) if _RELATIVE else None)
        for part in parts:
            with folder:
                folder = folder._enter(part)
        return folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode."""
        found = os.stat(self._path if self._descriptor is None else self._descriptor)
        return found.st_dev, found.st_ino

    def entries(self) -> list[os.DirEntry[str]]:
        """To be used while the folder is open: their `stat` is relative to it."""
        with os.scandir(self._path if self._descriptor is None else self._descriptor) as entries:
            return list(entries)

    def open_file(self, name: str) -> int:
        """A descriptor, certainly of no link. Raises `OSError`."""
        return self._open(name, _FILE_FLAGS)

    def _enter(self, name: str) -> Folder:
        path = os.path.join(self._path, name)
        if self._descriptor is not None:
            return Folder(path, self._open(name, _FOLDER_FLAGS | _NO_LINK))
        if os.path.islink(path):
            raise NotADirectoryError(None, "a link stands in the way", path)
        return Folder(path, None)

    def _open(self, name: str, flags: int) -> int:
        if self._descriptor is not None:
            return os.open(name, flags, dir_fd=self._descriptor)
        path = os.path.join(self._path, name)
        if os.path.islink(path):
            raise OSError(None, "it is a link", path)
        return os.open(path, flags)


def read_regular_file(root: str, parts: Sequence[str], limit: int) -> tuple[bytes, FileStamp]:
    """The bytes of a file and its stamp from before they were read: a change meanwhile makes the stamp stale.

    Raises `OSError`, `NotWhatItSays` when it is no regular file any more, `TooLarge` beyond `limit` bytes.
    """
    with Folder.reach(root, parts[:-1]) as folder:
        descriptor = folder.open_file(parts[-1])
    with open(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotWhatItSays(parts[-1], "it is not a regular file any more", "Run `ragcite ingest` again.")
        data = bytearray()
        while found.st_size <= limit and len(data) <= limit and (chunk := file.read(_CHUNK)):
            data += chunk
    if found.st_size > limit or len(data) > limit:
        raise TooLarge(parts[-1], f"it is larger than {limit // 1_000_000:,} MB", "Split it into smaller files.")
    return bytes(data), FileStamp(found.st_size, found.st_mtime_ns, found.st_ino)
