"""`ragcite doctor --json`: one object."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ragcite.schema.version import VERSION
from ragcite.types import Checkup, Finding


class FindingOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    damage: str
    detail: str


class RepairOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    again: list[str]
    roots: list[str]
    lost: int
    set_aside: str | None
    left: list[FindingOut]


class CheckupOut(BaseModel):
    """`sound` is the library's state now, after a repair; `repair` is null where none was asked for."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=VERSION)
    sound: bool
    full: bool
    findings: list[FindingOut]
    notes: list[str]
    repair: RepairOut | None


def checkup_out(checkup: Checkup) -> CheckupOut:
    mended = checkup.repair
    repair = mended and RepairOut(
        again=list(mended.again),
        roots=list(mended.roots),
        lost=mended.lost,
        set_aside=mended.set_aside,
        left=[_finding(finding) for finding in mended.left],
    )
    findings = [_finding(finding) for finding in checkup.findings]
    return CheckupOut(
        sound=checkup.is_sound, full=checkup.full, findings=findings, notes=list(checkup.notes), repair=repair
    )


def _finding(finding: Finding) -> FindingOut:
    return FindingOut(damage=finding.damage.value, detail=finding.detail)
