"""What a check of the library found, and what its repair did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Damage(StrEnum):
    """What is damaged. All but `VECTOR_BASE` and `KEYWORDS` are rows or pages of the truth itself."""

    UNREADABLE = "unreadable"  # SQLite cannot open the file
    STRUCTURE = "structure"  # SQLite's pages and indexes do not fit together
    SCHEMA = "schema"
    FACTS = "facts"  # generation, embedder and the like
    REFERENCE = "reference"  # a row names another one that is not there
    STATE = "state"  # rows that no commit leaves behind
    FILE = "file"
    DOCUMENT = "document"
    TEXT = "text"
    PASSAGE = "passage"
    KEYWORDS = "keywords"
    VECTOR_BASE = "vector base"


@dataclass(frozen=True, slots=True)
class Finding:
    damage: Damage
    detail: str


@dataclass(frozen=True, slots=True)
class Mending:
    """`again`: files to be read again by the next ingest of `roots`; `lost`: rows of files that could not be kept; an
    ingest of their folders brings them back; `set_aside`: where the damaged database lies now; `left`: what is still
    damaged."""

    again: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    lost: int = 0
    set_aside: str | None = None
    left: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkup:
    """`notes` are no damage. `full`: every row was read."""

    full: bool
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    repair: Mending | None = None

    @property
    def is_sound(self) -> bool:
        """As the library is now."""
        return not (self.repair.left if self.repair else self.findings)
