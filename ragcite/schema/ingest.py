"""`ragcite ingest --json`: one object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION
from ragcite.types import IngestReport


class FileOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str
    status: Literal["added", "changed", "unchanged", "removed", "failed", "skipped"]
    reason: str | None
    passages: int


class IngestOut(BaseModel):
    """`counts` holds the number of files of each status."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    files: list[FileOut]
    counts: dict[str, int]
    seconds: float


def ingest_out(report: IngestReport) -> IngestOut:
    files = [
        FileOut(path=file.path, status=file.status.value, reason=file.reason, passages=file.passages)
        for file in report.files
    ]
    counts = {status: sum(file.status == status for file in files) for status in sorted({f.status for f in files})}
    return IngestOut(files=files, counts=counts, seconds=round(report.seconds, 3))
