"""Every write, sync and rename that can fail: a clear error, the old state whole, and the next ingest resumes."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import LibraryError
from ragcite.storage import Doctor, replace_file
from tests.ingestion import crashes, disks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fork, resource limits, tmpfs")

NEXT_STEPS = ("ragcite ingest", "Choose another --library")


def is_clear(error: str, scene: Any, cause: str) -> bool:
    """Names the file or folder, the cause, and a next step."""
    return str(scene.desk.folder) in error and cause in error and any(step in error for step in NEXT_STEPS)


def _replace(path: Path, disk: Any) -> OSError | None:
    try:
        replace_file(path, b"new", disk)
    except OSError as error:
        return error
    return None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_file_that_cannot_be_replaced_is_the_old_one_or_the_new_one(tmp_path: Path, code: int) -> None:
    path = tmp_path / "certificate.json"
    seen = set()
    for number in itertools.count(1):
        path.write_bytes(b"old content")
        disk = disks.FailingDisk(number, code)
        error = _replace(path, disk)
        if disk.hit is None:
            break
        assert error
        assert (error.errno, error.filename) == (code, str(path))
        assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
        seen.add((disk.hit.kind, path.read_bytes()))
    assert path.read_bytes() == b"new"
    kinds = {"remove", "create", "write", "sync", "rename"}
    assert seen == {*((kind, b"old content") for kind in kinds), ("sync folder", b"new")}


@pytest.mark.parametrize(("start", "code"), [("changed", errno.ENOSPC), ("changed", errno.EIO), ("fresh", errno.EIO)])
def test_the_nth_step_on_files_fails_until_none_is_left_to_fail(
    changed: Any, fresh: Any, start: str, code: int
) -> None:
    scene = {"changed": changed, "fresh": fresh}[start]
    errors = []
    for number in itertools.count(1, 3):
        error = scene.fail(fail=[number, code])
        if error is None:
            break
        assert is_clear(error, scene, os.strerror(code)), error
        errors.append(error)
    assert len(errors) > 3


def test_a_database_that_may_not_grow_says_that_the_disk_is_full(changed: Any) -> None:
    changed.reset()
    size = (changed.desk.folder / "library.db").stat().st_size // 4096
    errors = []
    for pages in itertools.count(size, 3):
        error = changed.fail(pages=pages)
        if error is None:
            break
        assert is_clear(error, changed, "library.db: the disk is full"), error
        errors.append(error)
    assert errors


def test_files_that_may_not_grow_are_an_error_with_a_name(changed: Any) -> None:
    errors = []
    for limit in itertools.count(4_000, 24_000):
        error = changed.fail(limit=limit)
        if error is None:
            break
        assert is_clear(error, changed, "the disk reports an error"), error
        errors.append(error)
    assert len(errors) > 2


def test_a_full_disk(changed: Any, tmp_path: Path) -> None:
    """A real one, of a size at which each part of an ingest runs out of space."""
    disk = tmp_path / "disk"
    disk.mkdir()
    folder = changed.desk.folder
    errors: set[str] = set()
    try:
        for free in (0, 30, 90, 150, 210, 4_000):
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m", "none", disk], check=False).returncode:
                pytest.skip("no right to mount")
            changed.desk.folder = disk / "library"
            doctor = Doctor(changed.desk.folder, FaissCodec(), lambda: ("hashing-8", 8))
            try:
                changed.reset()
                used = os.statvfs(disk)
                kilobytes = (used.f_blocks - used.f_bfree) * used.f_bsize // 1024 + free
                subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)
                code = changed.ingest()
                assert code in (0, crashes.FAILED)
                errors.update(line for word, line in changed.acknowledged() if word == "error")
                with suppress(LibraryError):  # the doctor may not be able to check, but it never takes this for damage
                    assert doctor.check(full=True).is_sound
                subprocess.run(["mount", "-o", "remount,size=9m", disk], check=True)
                changed.check()
                changed.finish()
            finally:
                subprocess.run(["umount", "-l", disk], check=True)
        assert errors
    finally:
        changed.desk.folder = folder
    for error in errors:
        assert str(disk) in error
        assert any(cause in error for cause in ("disk is full", "No space left", "the disk reports an error")), error
        assert any(step in error for step in NEXT_STEPS), error
