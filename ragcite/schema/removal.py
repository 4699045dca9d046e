"""`ragcite rm --json`: one object."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION
from ragcite.types import Removal


class RemovedOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str
    on_disk: bool
    copies: list[str]


class RemovalOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    removed: list[RemovedOut]
    discarded: list[str]
    purged: bool


def removal_out(removal: Removal) -> RemovalOut:
    removed = [RemovedOut(path=file.path, on_disk=file.on_disk, copies=list(file.copies)) for file in removal.files]
    return RemovalOut(removed=removed, discarded=list(removal.discarded), purged=removal.purged)
