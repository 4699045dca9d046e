"""`ragcite calibrate`: labelled pairs in, a certificate out, which is also kept beside a library in this form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ragcite.errors import UsageError
from ragcite.types import Certificate, LabelledPair, OriginCount

Share = Annotated[float, Field(ge=0, le=1)]
Whole = Annotated[int, Field(ge=0)]


class PairIn(BaseModel):
    """A line of a file of labelled pairs. "contradicted" counts as unsupported."""

    model_config = ConfigDict(extra="ignore", strict=True)

    claim: Annotated[str, Field(min_length=1)]
    evidence: str | list[str]
    label: Literal["supported", "unsupported", "contradicted"]
    origin: str = ""


class OriginOut(BaseModel):
    origin: str
    n: Whole
    passed: Whole


class CertificateOut(BaseModel):
    """See `ragcite.types.Certificate`; rates are given as counts."""

    model_config = ConfigDict(extra="forbid")

    judge: str
    source: str
    threshold: Share
    alpha: Share | None
    n: Whole
    k: Whole
    bound: Share
    vetoed: Whole
    supported: Whole
    kept: Whole
    origins: list[OriginOut]
    made: str
    languages: list[str] = []


def read_pairs(lines: Iterable[str], name: str) -> list[LabelledPair]:
    """Raises `UsageError` that names the file and line of the first bad one."""
    pairs = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = PairIn.model_validate(json.loads(line))
            except (ValueError, ValidationError) as error:
                why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                needs = 'Each line: {"claim", "evidence", "label": "supported", "unsupported" or "contradicted"}.'
                raise UsageError(f"{name}, line {number}", f"not a labelled pair ({why})", needs) from error
            evidence = (row.evidence,) if isinstance(row.evidence, str) else tuple(row.evidence)
            pairs.append(LabelledPair(row.claim, evidence, row.label == "supported", row.origin))
    return pairs


def certificate_out(certificate: Certificate) -> CertificateOut:
    return CertificateOut.model_validate(asdict(certificate))


def certificate_in(text: str) -> Certificate:
    """Raises `ValueError` for anything but a certificate."""
    stored = CertificateOut.model_validate_json(text)
    origins = tuple(OriginCount(o.origin, o.n, o.passed) for o in stored.origins)
    return Certificate(**{**stored.model_dump(), "origins": origins, "languages": tuple(stored.languages)})
