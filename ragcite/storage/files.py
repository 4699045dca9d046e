"""Private files and folders, and files that are replaced whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def make_private_folder(folder: Path, ours: frozenset[str] = frozenset()) -> None:
    """Create `folder` with mode 0700, whatever the umask. A folder that holds things other than `ours` (somebody chose
    an existing one) keeps its mode: narrowing it could lock others out of files that are not the library's."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if {entry.name for entry in os.scandir(folder)} <= ours and folder.stat().st_mode & 0o777 != PRIVATE_FOLDER:
        folder.chmod(PRIVATE_FOLDER)


def make_private_file(path: Path) -> None:
    """Create an empty file with mode 0600 if there is none.

    An existing file is not opened: closing a second descriptor of a database drops SQLite's locks on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
        sync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write → fsync → rename → fsync of the folder: after a crash the file is the old one or the new one."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A new name is durable only when its folder is. Windows cannot open folders and does this by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
