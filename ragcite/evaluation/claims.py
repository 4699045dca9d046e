"""Measures the checker on labelled claims: false pass and false strip, by kind and origin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ragcite.errors import UsageError
from ragcite.evaluation.measures import Rate
from ragcite.types import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the texts that are to support it; `supported` is the label."""

    id: str
    claim: str
    evidence: tuple[str, ...]
    supported: bool
    kind: str = ""
    origin: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class ClaimReport:
    judged: tuple[tuple[Claim, Judgement], ...]

    def false_pass(self, kind: str | None = None) -> Rate:
        """Unsupported claims that were called supported / all unsupported claims."""
        chosen = [j for c, j in self.judged if not c.supported and kind in (None, c.kind)]
        return Rate(sum(j.verdict is Verdict.SUPPORTED for j in chosen), len(chosen))

    def false_strip(self, kind: str | None = None) -> Rate:
        """Supported claims that were not called supported / all supported claims."""
        chosen = [j for c, j in self.judged if c.supported and kind in (None, c.kind)]
        return Rate(sum(j.verdict is not Verdict.SUPPORTED for j in chosen), len(chosen))

    def kinds(self, supported: bool) -> list[str]:
        return sorted({claim.kind for claim, _ in self.judged if claim.supported == supported})


def read_claims(lines: Iterable[str], name: str) -> list[Claim]:
    """Raises `UsageError` that names the file and line of the first bad one."""
    claims = []
    for number, line in enumerate(lines, start=1):
        try:
            claims.append(_claim(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{name}, line {number}", f"not a claim ({error!r})", "Correct the line.") from error
    return claims


def _claim(record: Mapping[str, Any]) -> Claim:
    return Claim(
        id=str(record["id"]),
        claim=str(record["claim"]),
        evidence=tuple(str(item["quote"]) for item in record["evidence"]),
        supported=record["label"] == "supported",
        kind=str(record.get("kind", "")),
        origin=str(record.get("origin", "")),
        split=str(record.get("split", "")),
    )


def evaluate_claims(claims: Sequence[Claim], judge: Callable[[str, Sequence[str]], Judgement]) -> ClaimReport:
    return ClaimReport(tuple((claim, judge(claim.claim, claim.evidence)) for claim in claims))
