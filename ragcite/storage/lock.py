"""The library's lock: one process writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragcite.errors import LibraryError
from ragcite.storage.connection import locked
from ragcite.storage.disk import PRIVATE_FILE

LOCK = "library.lock"


@contextmanager
def library_lock(folder: Path, timeout: float) -> Iterator[None]:
    """Raises `LibraryLocked` after `timeout` seconds, `LibraryError` where there can be no lock."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=timeout, mode=PRIVATE_FILE)
    try:
        lock.acquire()
    except Timeout:
        raise locked(folder) from None
    except OSError as error:
        why = f"it cannot be locked ({error.strerror or error})"
        raise LibraryError(str(folder / LOCK), why, "Check the disk and the folder's permissions.") from error
    try:
        yield
    finally:
        lock.release()
