"""A library as one file: what went into it, and what came out of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contents:
    """What a library holds: numbers of rows, and the space of its vectors."""

    files: int
    failed: int
    documents: int
    passages: int
    embedder: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Exported:
    """`size`: bytes of the file at `path`; `calibrated`: the library's own certificate is in it."""

    path: str
    size: int
    contents: Contents
    calibrated: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """`library`: its folder; `written_by`: the version of ragcite that wrote the file; `calibrated`: a certificate came
    with it, so a threshold of whoever exported it is in force."""

    library: str
    contents: Contents
    calibrated: bool
    written_by: str
