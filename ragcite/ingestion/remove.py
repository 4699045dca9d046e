"""Files out of the library; nothing that was ingested is touched on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from ragcite.errors import UsageError
from ragcite.protocols import Store
from ragcite.types import FileRecord, Location, Removal, RemovedFile

NAMED = 3  # paths that an error proposes


def remove(store: Store, paths: Sequence[Path]) -> Removal:
    """Drop the files `paths` and those below them, as they were ingested; they need not exist on disk any more.

    Raises `UsageError`, before anything is dropped, when the library holds nothing of one of `paths`; `LibraryLocked`.
    """
    with store.writer() as writer:
        gone: dict[bytes, None] = {}
        for path in paths:
            absolute = os.fsencode(os.path.abspath(path))
            known = writer.known(absolute)
            if not known:
                raise _unknown(store, absolute)
            gone.update(dict.fromkeys(known))
        files = tuple(_removed(path, writer.copies(path), gone) for path in sorted(gone))
        # Before the commit: a removal that is cut short is then asked for again, and finds its files still known.
        discarded = tuple(str(path) for path in store.discard_set_aside())
        writer.forget(gone)
    return Removal(files, discarded, writer.purged)


def _removed(path: bytes, copies: Iterable[bytes], gone: dict[bytes, None]) -> RemovedFile:
    staying = tuple(_shown(copy) for copy in copies if copy not in gone)
    return RemovedFile(_shown(path), os.path.lexists(path), staying)


def _unknown(store: Store, path: bytes) -> UsageError:
    with store.snapshot() as snapshot:
        files = list(snapshot.files())
    nearest = [_shown(near) for near in islice(_nearest(path, files), NAMED)]
    why = "the library holds nothing of that path"
    if not nearest:
        return UsageError(_shown(path), why, "Name a file or folder as it was ingested.")
    return UsageError(_shown(path), f"{why}; nearest: {', '.join(nearest)}", "Name the path that you mean in full.")


def _nearest(path: bytes, files: Sequence[FileRecord]) -> Iterator[bytes]:
    """What has the same name comes first, then what is spelt alike, then what was ingested."""
    known = {near: None for file in files for near in (file.path, *_folders_above(file))}
    spelt = {os.fsdecode(near): near for near in known}
    found = [near for near in known if os.path.basename(near) == os.path.basename(path)]
    found += [spelt[near] for near in get_close_matches(os.fsdecode(path), spelt, NAMED)]
    yield from dict.fromkeys([*found, *(file.root for file in files)])


def _folders_above(file: FileRecord) -> Iterator[bytes]:
    """From the file's folder up to the one that was ingested."""
    above = os.path.dirname(file.path)
    while above.startswith(file.root):
        yield above
        if above == file.root:
            return
        above = os.path.dirname(above)


def _shown(path: bytes) -> str:
    return Location.of(path).path
