"""What one veto says of a claim and its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ragcite.types import Veto


@dataclass(frozen=True, slots=True)
class Finding:
    """`vetoes` are reasons against; `contradicts`: the evidence states otherwise; `derivations` were accepted."""

    vetoes: tuple[Veto, ...] = ()
    contradicts: bool = False
    derivations: tuple[str, ...] = ()


NOTHING = Finding()


def joined(findings: list[Finding]) -> Finding:
    return Finding(
        tuple(veto for finding in findings for veto in finding.vetoes),
        any(finding.contradicts for finding in findings),
        tuple(derivation for finding in findings for derivation in finding.derivations),
    )
