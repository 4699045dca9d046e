"""What a removal from the library did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """`on_disk`: it still lies there, so the next ingest of its folder reads it again. `copies`: files of the library
    with the same text, which therefore stays."""

    path: str
    on_disk: bool
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """`discarded`: databases that a repair had set aside and that were deleted, since they may hold the removed texts.

    `purged`: no trace of what was removed is left in any file of the library; else a reader still holds an old state,
    and the next ingest or removal purges.
    """

    files: tuple[RemovedFile, ...]
    discarded: tuple[str, ...]
    purged: bool
