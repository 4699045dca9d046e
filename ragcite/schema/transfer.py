"""`ragcite export --json` and `ragcite import --json`: one object each."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION
from ragcite.types import Exported, Imported


class ContentsOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    files: int
    failed: int
    documents: int
    passages: int
    embedder: str
    dimension: int


class ExportedOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    path: str
    bytes: int
    contents: ContentsOut
    calibrated: bool


class ImportedOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    library: str
    contents: ContentsOut
    calibrated: bool
    written_by: str


def exported_out(exported: Exported) -> ExportedOut:
    contents = ContentsOut(**asdict(exported.contents))
    return ExportedOut(path=exported.path, bytes=exported.size, contents=contents, calibrated=exported.calibrated)


def imported_out(imported: Imported) -> ImportedOut:
    return ImportedOut(
        library=imported.library,
        contents=ContentsOut(**asdict(imported.contents)),
        calibrated=imported.calibrated,
        written_by=imported.written_by,
    )
