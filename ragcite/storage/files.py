"""Private files and folders, and files that are replaced whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ragcite.storage.disk import REAL, Disk

PRIVATE_FOLDER = 0o700
_FOLDER = 0o777  # less the umask


def make_private_folder(folder: Path, ours: frozenset[str] = frozenset(), disk: Disk = REAL) -> None:
    """Create `folder` with mode 0700, whatever the umask. A folder that holds things other than `ours` (somebody chose
    an existing one) keeps its mode: narrowing it could lock others out of files that are not the library's."""
    for above in reversed(folder.absolute().parents):
        make_folder(above, _FOLDER, disk)
    make_folder(folder, PRIVATE_FOLDER, disk)
    if {entry.name for entry in os.scandir(folder)} <= ours and folder.stat().st_mode & 0o777 != PRIVATE_FOLDER:
        folder.chmod(PRIVATE_FOLDER)


def make_folder(folder: Path, mode: int, disk: Disk = REAL) -> None:
    """A folder whose name is durable; nothing where it exists."""
    if folder.is_dir():
        return
    disk.make_folder(folder, mode)
    with suppress(PermissionError):  # one may make folders where one may not read
        disk.sync_folder(folder.parent)


def make_private_file(path: Path, disk: Disk = REAL) -> None:
    """Create an empty file with mode 0600 if there is none.

    An existing file is not opened: closing a second descriptor of a database drops SQLite's locks on it.
    """
    with suppress(FileExistsError):
        os.close(disk.create(path))
        disk.sync_folder(path.parent)


def replace_file(path: Path, data: bytes, disk: Disk = REAL) -> None:
    """Write → fsync → rename → fsync of the folder: after a crash the file is the old one or the new one.

    Raises `OSError` with the file's name; then it is the old one, unless the folder alone could not be synced.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        disk.remove(temporary)
        _write_file(temporary, data, disk)
        disk.rename(temporary, path)
        disk.sync_folder(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):  # the next tidying removes it
            temporary.unlink(missing_ok=True)


def _write_file(path: Path, data: bytes, disk: Disk) -> None:
    descriptor = disk.create(path)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
