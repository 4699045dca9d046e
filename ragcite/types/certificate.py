"""What "supported" has been shown to mean: a threshold, and how often it errs on labelled pairs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A claim with texts that may support it together. `origin` names who made it: rates are given for each."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    origin: str = ""


@dataclass(frozen=True, slots=True)
class OriginCount:
    """Of the `n` unsupported pairs of one origin that no veto stopped, `passed` scored above the threshold."""

    origin: str
    n: int
    passed: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The verdicts of `judge` at `threshold`, on the pairs of `source`.

    Of `n` unsupported pairs that no veto stopped, `k` passed; with 95 % confidence, pairs of this kind pass in at most
    `bound` of cases (one-sided Clopper–Pearson 1934). `vetoed` more were stopped by vetoes. `kept` of `supported` true
    pairs passed. `alpha` is the bound that was asked for, None where the threshold was given. `made` is a date.
    `languages` are the ISO 639-1 codes of the pairs; empty where nobody said.
    """

    judge: str
    source: str
    threshold: float
    alpha: float | None
    n: int
    k: int
    bound: float
    vetoed: int
    supported: int
    kept: int
    origins: tuple[OriginCount, ...]
    made: str
    languages: tuple[str, ...] = ()
