"""The checker on our own labelled pairs that no threshold was set on; `python -m eval.certify` has the packaged ones.

False pass of all counts what vetoes stop as stopped; the bound is Clopper and Pearson's, one-sided, 95 %.
"""

from __future__ import annotations

from eval.certify import packaged_verifier
from eval.corpora import ROOT
from eval.report import Report, percent
from eval.suites.checker import plain_overlap
from ragcite.evaluation import (
    Rate,
    auroc,
    calibration_error,
    certify,
    read_claims,
    score_pairs,
    written_pairs,
)
from ragcite.types import LabelledPair
from ragcite.verification import Verifier


def own_pairs() -> list[tuple[str, list[LabelledPair]]]:
    """Written pairs and the corpus's claims that no threshold was set on."""
    claims = [("kestrel claims, report half (shown before, not tuned on)", ROOT / "kestrel" / "claims.jsonl")]
    named = [
        (
            "written pairs, reports (never used)",
            written_pairs((ROOT / "pairs" / "reports.jsonl").read_text("utf-8").splitlines()),
        )
    ]
    others = written_pairs((ROOT / "pairs" / "languages_reports.jsonl").read_text("utf-8").splitlines())
    for language in sorted({pair.origin for pair in others}):
        named.append((f"written pairs, {language} (never used)", [p for p in others if p.origin == language]))
    named.append(("written pairs, ten languages (never used)", others))
    for name, path in claims:
        found = read_claims(path.read_text("utf-8").splitlines(), path.name)
        named.append((name, [LabelledPair(c.claim, c.evidence, c.supported) for c in found if c.split == "report"]))
    return named


def certificate_table(out: Report, verifier: Verifier) -> None:
    """At the threshold that ships: what passes, what is kept, and what that bounds."""
    rows = []
    for name, pairs in own_pairs():
        scored = score_pairs(pairs, verifier.surviving_score)
        labels = [s.pair.supported for s in scored]
        found = certify(scored, verifier.threshold, judge="", source=name, made="")
        rows.append([
            name, str(len(pairs)), f"{auroc([plain_overlap(p.claim, p.evidence) for p in pairs], labels):.3f}",
            f"{auroc([s.score or 0.0 for s in scored], labels):.3f}",
            f"{found.k} of {found.n} ≤ {100 * found.bound:.1f} %", percent(Rate(found.k, found.n + found.vetoed)),
            percent(Rate(found.supported - found.kept, found.supported)), f"{calibration_error(scored):.3f}",
        ])  # fmt: skip
    header = (
        "pairs", "n", "AUROC, word overlap", "AUROC, whole path", "false passes of those no veto stops, 95 % bound",
        "false pass of all", "false strip", "expected calibration error",
    )  # fmt: skip
    out.table("Our own pairs", header, rows)


def report() -> Report:
    out = Report("The checker on our own pairs")
    ours = packaged_verifier()
    out.note(f"Checker: {ours.name}, threshold {ours.threshold:.2f}.")
    certificate_table(out, ours)
    out.note((__doc__ or "").strip())
    return out
