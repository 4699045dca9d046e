"""What became of each file of an ingest."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ragcite.types.document import Hidden


class FileStatus(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What a file looked like when it was hashed; equal stamps mean it need not be read again."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file the store knows: `document_id` is None and `reason` set where reading it failed.

    `ingested_ns` is when it was hashed; a stamp whose mtime is within two seconds of it is not trusted.
    `reader` names reader and version, so that a new reader retries what an old one could not read.
    """

    path: bytes
    root: bytes
    stamp: FileStamp
    document_id: str | None
    reader: str
    ingested_ns: int
    reason: str | None = None
    passages: int = 0
    hidden: Hidden = field(default_factory=Hidden)


@dataclass(frozen=True, slots=True)
class FileReport:
    path: str
    status: FileStatus
    reason: str | None = None
    passages: int = 0
    hidden: Hidden = field(default_factory=Hidden)


@dataclass(frozen=True, slots=True)
class IngestReport:
    files: tuple[FileReport, ...]
    seconds: float = 0.0

    def count(self, status: FileStatus) -> int:
        return sum(file.status == status for file in self.files)
