"""`ragcite ingest --json`: one object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION
from ragcite.types import Hidden, IngestReport


class HiddenOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    characters: int
    ways: list[str]


class FileOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str
    status: Literal["added", "changed", "unchanged", "removed", "failed", "skipped"]
    reason: str | None
    passages: int
    hidden: HiddenOut | None


class IngestOut(BaseModel):
    """`counts` holds the number of files of each status."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    files: list[FileOut]
    counts: dict[str, int]
    seconds: float


def ingest_out(report: IngestReport) -> IngestOut:
    files = [
        FileOut(
            path=file.path,
            status=file.status.value,
            reason=file.reason,
            passages=file.passages,
            hidden=_hidden_out(file.hidden),
        )
        for file in report.files
    ]
    counts = {status: sum(file.status == status for file in files) for status in sorted({f.status for f in files})}
    return IngestOut(files=files, counts=counts, seconds=round(report.seconds, 3))


def _hidden_out(hidden: Hidden) -> HiddenOut | None:
    return HiddenOut(characters=hidden.characters, ways=list(hidden.ways)) if hidden else None
