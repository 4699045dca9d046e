"""A private folder beside a target, in which something is made before it takes the target's name.

A process that is killed leaves it behind; the next one that makes the same target empties it first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ragcite.errors import LibraryLocked, UsageError
from ragcite.storage.connection import DATABASE
from ragcite.storage.disk import Disk
from ragcite.storage.files import PRIVATE_FOLDER, make_folder
from ragcite.storage.lock import LOCK, library_lock
from ragcite.storage.store import CERTIFICATE

PACKED = "packed"
LOGS = tuple(f"{DATABASE}{end}" for end in ("-journal", "-wal", "-shm"))
_OURS = (DATABASE, *LOGS, CERTIFICATE, PACKED)


@contextmanager
def staging(target: Path, disk: Disk) -> Iterator[Path]:
    """`TARGET.new`, empty and locked; gone afterwards, unless the block gave it another name.

    Raises `OSError`; `LibraryLocked` while another process makes the same target; `UsageError` where a folder of that
    name holds what no export or import left there.
    """
    folder = target.with_name(f"{target.name}.new")
    try:
        make_folder(folder, PRIVATE_FOLDER, disk)
        _refuse_strangers(folder)
        with _locked(folder, target):
            identity = folder.stat().st_ino
            _empty(folder, disk)
            try:
                yield folder
            finally:
                if _is(folder, identity):
                    with suppress(OSError):  # what is left is removed by the next one
                        _empty(folder, Disk())
                        (folder / LOCK).unlink(missing_ok=True)
    finally:
        with suppress(OSError):  # not where it holds anything: it has another name, or is at work for another process
            folder.rmdir()


def _refuse_strangers(folder: Path) -> None:
    strangers = sorted({entry.name for entry in os.scandir(folder)} - {*_OURS, LOCK})
    if strangers:
        why = f"it would be used for the time being, but holds {strangers[0]}"
        raise UsageError(str(folder), why, "Move that folder away, or choose another name.")


@contextmanager
def _locked(folder: Path, target: Path) -> Iterator[None]:
    lock = library_lock(folder, timeout=0)
    try:
        lock.__enter__()
    except LibraryLocked:
        raise LibraryLocked(str(target), "another process is making it", "Wait until that is done.") from None
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _empty(folder: Path, disk: Disk) -> None:
    for name in _OURS:
        if (folder / name).exists():
            disk.remove(folder / name)


def _is(folder: Path, identity: int) -> bool:
    """Whether it is still the one that was made."""
    try:
        return folder.stat().st_ino == identity
    except OSError:
        return False
