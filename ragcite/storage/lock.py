"""The library's lock: one process writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragcite.storage.connection import locked
from ragcite.storage.files import PRIVATE_FILE

LOCK = "library.lock"


@contextmanager
def library_lock(folder: Path, timeout: float) -> Iterator[None]:
    """Raises `LibraryLocked` after `timeout` seconds."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=timeout, mode=PRIVATE_FILE)
    try:
        lock.acquire()
    except Timeout:
        raise locked(folder) from None
    try:
        yield
    finally:
        lock.release()
