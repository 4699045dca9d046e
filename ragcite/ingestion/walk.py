"""What lies in a folder: regular files to read, and what is passed over with its reason. No link is ever followed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ragcite.errors import UsageError
from ragcite.ingestion.folders import Folder
from ragcite.types import FileStamp

# Made by tools, large, and never what somebody wants to ask about.
TOOL_FOLDERS = frozenset({".git", "node_modules", "__pycache__", ".venv"})
MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class Root:
    """A folder to ingest, or a single file `only` in `folder`. Paths are absolute; the way to a root may hold links."""

    folder: str
    only: str | None = None

    @property
    def path(self) -> bytes:
        return os.fsencode(os.path.join(self.folder, self.only) if self.only else self.folder)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file: `parts` lead from the root's folder to it."""

    root: Root
    parts: tuple[str, ...]
    stamp: FileStamp

    @property
    def path(self) -> bytes:
        return os.fsencode(os.path.join(self.root.folder, *self.parts))

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(slots=True)
class Listing:
    """`skipped` and `unlisted` (folders that could not be listed) map paths to reasons."""

    root: Root
    files: list[FoundFile] = field(default_factory=list)
    skipped: dict[bytes, str] = field(default_factory=dict)
    unlisted: dict[bytes, str] = field(default_factory=dict)


def resolve_roots(paths: Iterable[Path]) -> list[Root]:
    """Without those that lie inside another. Raises `UsageError` for one that does not exist or is neither file nor
    folder, before anything is done."""
    roots = {root.path: root for root in map(_root, paths)}
    separator = os.fsencode(os.sep)
    return [
        root
        for path, root in sorted(roots.items())
        if not any(path.startswith(other.rstrip(separator) + separator) for other in roots if other != path)
    ]


def _root(path: Path) -> Root:
    absolute = os.path.abspath(path)
    if os.path.isdir(absolute):
        return Root(absolute)
    if os.path.isfile(absolute):
        return Root(*os.path.split(absolute))
    why = "it is neither a file nor a folder" if os.path.lexists(absolute) else "it does not exist"
    raise UsageError(absolute, why, "Name a folder, or a file, to ingest.")


def list_root(root: Root, avoid: Iterable[Path] = ()) -> Listing:
    """Everything under `root` by path, folders of `avoid` (the library's own) not entered."""
    listing = Listing(root)
    avoided = {(stat.st_dev, stat.st_ino) for stat in _stats(avoid)}
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        parts = waiting.pop()
        try:
            with Folder.reach(root.folder, parts) as folder:
                waiting += _sort_out(listing, parts, folder, avoided)
        except OSError as error:
            path = os.fsencode(os.path.join(root.folder, *parts))
            listing.unlisted[path] = f"the folder cannot be listed: {error.strerror or error}"
    listing.files.sort(key=lambda file: file.path)
    return listing


def _stats(paths: Iterable[Path]) -> Iterator[os.stat_result]:
    for path in paths:
        if path.is_dir():
            yield path.stat()


def _sort_out(
    listing: Listing, parts: tuple[str, ...], folder: Folder, avoided: set[tuple[int, int]]
) -> list[tuple[str, ...]]:
    """Adds the entries of one folder to `listing` and returns the folders to enter."""
    if folder.identity in avoided:
        listing.skipped[os.fsencode(os.path.join(listing.root.folder, *parts))] = "the library's own folder"
        return []
    inner = []
    for entry in folder.entries():
        if listing.root.only is not None and entry.name != listing.root.only:
            continue
        below = (*parts, entry.name)
        reason = _reason_to_skip(entry, len(below), named=listing.root.only is not None)
        if reason:
            listing.skipped[os.fsencode(os.path.join(listing.root.folder, *below))] = reason
        elif entry.is_dir(follow_symlinks=False):
            inner.append(below)
        else:
            stat = entry.stat(follow_symlinks=False)
            stamp = FileStamp(stat.st_size, stat.st_mtime_ns, entry.inode())
            listing.files.append(FoundFile(listing.root, below, stamp))
    return inner


def _reason_to_skip(entry: os.DirEntry[str], depth: int, named: bool) -> str | None:
    """`named`: somebody asked for this very file, so a hidden one is meant."""
    if entry.is_symlink():
        return "symbolic link, not followed"
    is_folder = entry.is_dir(follow_symlinks=False)
    if is_folder and entry.name in TOOL_FOLDERS:
        return "folder of a tool, not entered"
    if entry.name.startswith(".") and not named:
        return "hidden folder, not entered" if is_folder else "hidden file"
    if is_folder:
        return "nested too deeply" if depth > MAX_DEPTH else None
    return None if entry.is_file(follow_symlinks=False) else "not a regular file"
