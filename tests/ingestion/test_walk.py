"""Only regular files inside the folder are read, whatever lies there and whatever is swapped in meanwhile."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from ragcite.ingestion import folders
from ragcite.ingestion.folders import read_regular_file
from ragcite.types import FileStatus

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


@pytest.fixture(params=["descriptors", "paths"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening: relative to descriptors, and the one for systems without them."""
    if request.param == "paths":
        monkeypatch.setattr(folders, "_RELATIVE", False)
    return str(request.param)


def reasons(desk: Any) -> dict[str, tuple[str, str | None]]:
    return {os.path.relpath(f.path, desk.docs): (f.status.value, f.reason) for f in desk.ingest().files}


def test_hidden_tool_and_unsupported_files_are_skipped_with_a_reason(desk: Any, way: str) -> None:
    for name in (
        "a.txt",
        "photo.JPG",
        "README",
        ".hidden.txt",
        ".config/x.txt",
        "node_modules/y.txt",
        ".git/config.txt",
    ):
        desk.write(name, "secret line")
    assert reasons(desk) == {
        "a.txt": ("added", None),
        "photo.JPG": ("skipped", "unsupported type .JPG"),
        "README": ("skipped", "unsupported type"),
        ".hidden.txt": ("skipped", "hidden file"),
        ".config": ("skipped", "hidden folder, not entered"),
        "node_modules": ("skipped", "folder of a tool, not entered"),
        ".git": ("skipped", "folder of a tool, not entered"),
    }


@posix
def test_links_pipes_sockets_and_devices_are_skipped(desk: Any, tmp_path: Path, way: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret line")
    desk.write("a.txt", "a line")
    (desk.docs / "link.txt").symlink_to(outside / "secret.txt")
    (desk.docs / "folder").symlink_to(outside)
    (desk.docs / "loop").symlink_to(desk.docs)
    (desk.docs / "dangling.txt").symlink_to("nowhere")
    os.mkfifo(desk.docs / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(desk.docs)  # a socket's name may not be long
        listener.bind("socket.txt")
        os.chdir(here)
    found = reasons(desk)
    assert found.pop("a.txt") == ("added", None)
    assert found == {
        "link.txt": ("skipped", "symbolic link, not followed"),
        "folder": ("skipped", "symbolic link, not followed"),
        "loop": ("skipped", "symbolic link, not followed"),
        "dangling.txt": ("skipped", "symbolic link, not followed"),
        "pipe.txt": ("skipped", "not a regular file"),
        "socket.txt": ("skipped", "not a regular file"),
    }
    assert desk.found("secret") == {}


@posix
def test_a_file_that_became_a_link_is_removed_with_the_reason(desk: Any, tmp_path: Path) -> None:
    path = desk.write("a.txt", "a line")
    desk.ingest()
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert reasons(desk) == {"a.txt": ("removed", "symbolic link, not followed")}


@posix
@pytest.mark.parametrize("swapped", ["file", "folder", "pipe"])
def test_what_is_swapped_in_after_the_listing_is_not_read(
    desk: Any, tmp_path: Path, monkeypatch: Any, swapped: str, way: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("secret line")
    path = desk.write("sub/a.txt", "a line")

    def swap_and_read(root: str, parts: tuple[str, ...], limit: int) -> Any:
        path.unlink()
        if swapped == "file":
            path.symlink_to(outside / "a.txt")
        elif swapped == "pipe":
            os.mkfifo(path)
        else:
            path.parent.rmdir()
            path.parent.symlink_to(outside)
        return read_regular_file(root, parts, limit)

    monkeypatch.setattr("ragcite.ingestion.run.read_regular_file", swap_and_read)
    (report,) = desk.ingest().files
    assert report.status == FileStatus.FAILED
    assert desk.found("secret") == {}


@posix
def test_a_racing_attacker_never_gets_an_outside_file_read(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_bytes(b"secret")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good").write_bytes(b"good")
    (docs / "link").symlink_to(outside)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for name in ("good", "link"):
                os.link(docs / name, docs / "next", follow_symlinks=False)
                os.replace(docs / "next", docs / "a.txt")
                (docs / "next").unlink(missing_ok=True)

    thread = threading.Thread(target=swap)
    thread.start()
    read: set[bytes | None] = set()
    for attempt in range(100_000):
        if attempt >= 1_000 and {b"good", None} <= read:  # both faces were met, however the threads were scheduled
            break
        try:
            read.add(read_regular_file(str(docs), ("a.txt",), 100)[0])
        except OSError:
            read.add(None)
    stop.set()
    thread.join()
    assert b"secret" not in read
    assert b"good" in read


def test_a_file_that_vanishes_after_the_listing_is_simply_gone(desk: Any, monkeypatch: Any) -> None:
    desk.write("a.txt", "a line")
    desk.ingest()
    path = desk.write("a.txt", "another line")

    def vanish(root: str, parts: tuple[str, ...], limit: int) -> Any:
        path.unlink()
        return read_regular_file(root, parts, limit)

    monkeypatch.setattr("ragcite.ingestion.run.read_regular_file", vanish)
    assert reasons(desk) == {"a.txt": ("removed", None)}
    assert desk.found("line") == {}


def test_the_library_inside_the_folder_is_not_entered(desk: Any) -> None:
    desk.folder = desk.docs / "my library"
    desk.write("a.txt", "a line")
    desk.ingest()
    (desk.folder / "trap.txt").write_text("trap line")
    assert reasons(desk) == {"a.txt": ("unchanged", None), "my library": ("skipped", "the library's own folder")}


@posix
def test_a_name_that_is_no_text_is_read_and_shown_escaped(desk: Any) -> None:
    raw = os.fsencode(desk.docs) + b"/caf\xe9.txt"
    try:
        with open(raw, "wb") as file:
            file.write(b"a line")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    (report,) = desk.ingest().files
    assert (report.path, report.status) == (f"{desk.docs}/caf\\xe9.txt", FileStatus.ADDED)
    report.path.encode()
    with desk.store().snapshot() as snapshot:
        assert [file.path for file in snapshot.files()] == [raw]
    assert [file.status for file in desk.ingest().files] == [FileStatus.UNCHANGED]


def test_a_folder_that_cannot_be_listed_is_reported_and_loses_nothing(desk: Any, monkeypatch: Any) -> None:
    desk.write("a.txt", "a line")
    desk.write("sub/b.txt", "b line")
    desk.ingest()
    entries = folders.Folder.entries

    def refuse(folder: folders.Folder) -> Any:
        if folder._path.endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return entries(folder)

    monkeypatch.setattr(folders.Folder, "entries", refuse)
    assert reasons(desk) == {
        "a.txt": ("unchanged", None),
        "sub": ("failed", "the folder cannot be listed: Permission denied"),
    }
    assert sorted(desk.found("line")) == ["a.txt", "sub/b.txt"]


def test_very_deep_folders_end_the_way_down_not_the_ingest(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("ragcite.ingestion.walk.MAX_DEPTH", 3)
    desk.write("1/2/3/deep.txt", "deep line")
    desk.write("1/2/3/4/deeper.txt", "deeper line")
    found = reasons(desk)
    assert found["1/2/3/4"] == ("skipped", "nested too deeply")
    assert found["1/2/3/deep.txt"] == ("added", None)


@posix
def test_no_descriptor_is_left_open(desk: Any) -> None:
    for number in range(30):
        desk.write(f"{number}/a.txt", f"line {number}")
    (desk.docs / "broken.txt").symlink_to("nowhere")
    desk.ingest()
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    desk.ingest()
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before
