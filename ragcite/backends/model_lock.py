"""What each model's files hashed to when they were first seen, so that a later change is noticed.

A hash is computed once; afterwards size, mtime and inode are compared, and only a file whose stamp differs, or whose
stamp was too fresh to tell, is hashed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ragcite.backends.model_files import missing, sha256_of
from ragcite.errors import ModelDamaged

LOCK_FILE = "models.lock.json"
KEPT = frozenset({".safetensors", ".json", ".txt", ".jinja", ".model", ".gguf", ".blob"})
FRESH_NS = 2_000_000_000  # file systems' clocks are coarse: a younger file could change within its mtime

Entry = dict[str, Any]


class ModelLock:
    """The lock file `folder`/models.lock.json. `now_ns` gives the time in nanoseconds since the epoch."""

    def __init__(self, folder: Path, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._path = folder / LOCK_FILE
        self._now_ns = now_ns

    def verify(self, name: str, folder: Path, pinned: Mapping[str, str] | None = None) -> dict[str, str]:
        """SHA-256 of every file of the model, by path inside `folder`.

        `pinned` hashes must hold; other files must be as they were when `name` in this folder was first verified.
        Raises `ModelMissing` where a pinned or recorded file is gone, `ModelDamaged` where one has changed.
        """
        key = f"{name} {folder.absolute()}"
        known = self._read().get(key, {})
        pinned = pinned or {}
        for relative in {*known, *pinned}:
            if not (folder / relative).is_file():
                raise missing(folder, relative)
        found = {relative: self._entry(folder / relative, known.get(relative)) for relative in _files(folder)}
        for relative, entry in found.items():
            expected = pinned.get(relative) or known.get(relative, {}).get("sha256")
            if expected is not None and entry["sha256"] != expected:
                raise self._changed(folder / relative, expected, entry["sha256"])
        if found != known:
            self._write(key, found)
        return {relative: str(entry["sha256"]) for relative, entry in found.items()}

    def hashed(self, path: Path) -> str:
        """SHA-256 of one file, wherever it lies; computed again only when its stamp has changed."""
        key = f"file {path.absolute()}"
        known = self._read().get(key, {}).get(path.name)
        found = self._entry(path, known)
        if found != known:
            self._write(key, {path.name: found})
        return str(found["sha256"])

    def recorded(self, name: str, folder: Path) -> dict[str, str]:
        """SHA-256 by file as last verified, without looking at the files; empty where nothing was recorded."""
        return {
            path: str(entry["sha256"]) for path, entry in self._read().get(f"{name} {folder.absolute()}", {}).items()
        }

    def forget(self, name: str, folder: Path) -> None:
        """Drop what is recorded of a model that is about to be replaced."""
        self._write(f"{name} {folder.absolute()}", None)

    def _entry(self, path: Path, known: Entry | None) -> Entry:
        stat = path.stat()
        stamp = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "inode": stat.st_ino}
        if known is not None and stamp.items() <= known.items() and stat.st_mtime_ns < known["seen_ns"] - FRESH_NS:
            return known
        return {"sha256": sha256_of(path), **stamp, "seen_ns": self._now_ns()}

    def _changed(self, path: Path, expected: str, found: str) -> ModelDamaged:
        return ModelDamaged(
            str(path),
            f"its SHA-256 is {found[:12]}…, not {expected[:12]}… as expected",
            f"Fetch the model again; if you changed it yourself, delete {self._path}.",
        )

    def _read(self) -> dict[str, dict[str, Entry]]:
        try:
            models = json.loads(self._path.read_text("utf-8"))["models"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(str(error)) from error
        if not isinstance(models, dict) or not all(map(_is_model, models.values())):
            raise self._unreadable("an entry is malformed")
        return models

    def _unreadable(self, why: str) -> ModelDamaged:
        return ModelDamaged(str(self._path), f"it cannot be read ({why})", "Delete it; models are then hashed anew.")

    def _write(self, key: str, files: dict[str, Entry] | None) -> None:
        models = self._read()
        models.pop(key, None)
        if files is not None:
            models[key] = files
        # A cache that cannot be written to only costs hashing again, and must not stop an answer.
        with contextlib.suppress(PermissionError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps({"version": 1, "models": models}, indent=1).encode())


def _is_model(files: object) -> bool:
    return isinstance(files, dict) and all(map(_is_entry, files.values()))


def _is_entry(entry: object) -> bool:
    numbers = ("size", "mtime_ns", "inode", "seen_ns")
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("sha256"), str)
        and all(isinstance(entry.get(key), int) for key in numbers)
    )


def _files(folder: Path) -> list[str]:
    """The model's own files; hidden ones and what else lies there are not its."""
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.suffix in KEPT and path.is_file() and not hidden and path.name != LOCK_FILE:
            found.append(relative.as_posix())
    return sorted(found)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` as a whole, on disk before it is named. Raises `OSError`."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
