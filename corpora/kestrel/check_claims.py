"""Check the labelled claims: every quote stands in its document, pairs fit together, and the splits are equal.

    python check_claims.py

Prints the counts of each kind in each split. Exits with 1 and a list of what is wrong if a claim fails. Needs pypdf and
lxml, as check.py does.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from check import DOCUMENTS, HERE, collapsed, pieces

FIELDS = {"id", "claim", "evidence", "label", "origin", "kind", "pair", "split"}
SUPPORTED = {"verbatim", "paraphrase", "compression", "two-source", "derivation", "table"}
CORRUPTIONS = {"number", "date", "unit", "name", "negation", "role", "modality", "quantifier", "order"}
OTHERS = {"near-miss", "version", "denied", "quotation", "mixture"}
TOTAL = 300
# A claim goes with the half of its first document. Two-source claims may have their second document in the other half.
TUNE = {
    "contracts/brackwater-agreement.pdf",
    "correspondence/2024-11-penhallow-move.txt",
    "handbook/field-work.md",
    "intranet/governance.html",
    "intranet/penhallow-site-guide.html",
    "it/data-portal.md",
    "methods/enterococci-bathing-water.md",
    "minutes/2023-11-14-board.txt",
    "minutes/2024-03-12-board.txt",
    "newsletters/the-weir-41.pdf",
    "policies/chemical-safety.md",
    "policies/travel-policy-2022.md",
    "policies/travel-policy-2024.md",
}
REPORT = {
    "datasheets/px-200-rev-b.md",
    "datasheets/px-200-rev-c.pdf",
    "datasheets/px-220-rev-a.pdf",
    "handbook/staff-handbook.md",
    "intranet/price-list-2025.html",
    "intranet/probe-faq.html",
    "methods/nitrate-ion-chromatography.md",
    "minutes/2024-10-05-assembly.txt",
    "policies/data-retention.md",
    "policies/sample-acceptance.md",
    "reports/annual-report-2024.pdf",
    "reports/incident-2023-harrow-weir.md",
    "reports/tarn-report-2023.pdf",
}

Claim = dict[str, Any]


def evidence_faults(claim: Claim) -> list[str]:
    found: list[str] = []
    evidence = claim["evidence"]
    for passage in evidence:
        if not (DOCUMENTS / passage["doc"]).is_file():
            found.append(f"no document {passage['doc']}")
        elif not any(collapsed(passage["quote"]) in piece for piece in pieces(passage["doc"])):
            found.append(f"not in {passage['doc']}: {passage['quote']!r}")
    if not evidence or not all(collapsed(passage["quote"]) for passage in evidence):
        found.append("no evidence, or an empty quote")
    elif claim["split"] != ("tune" if evidence[0]["doc"] in TUNE else "report"):
        found.append("not in the split of its first document")
    if claim["kind"] == "two-source" and len({passage["doc"] for passage in evidence}) != 2:
        found.append("a two-source claim needs two documents")
    if claim["kind"] == "verbatim" and not any(
        collapsed(claim["claim"]) in collapsed(passage["quote"]) for passage in evidence
    ):
        found.append("a verbatim claim does not stand in its evidence")
    return found


def pair_faults(claim: Claim, by_id: dict[str, Claim]) -> list[str]:
    if claim["origin"] != "corruption":
        return [] if claim["pair"] is None else ["only a corruption has a pair"]
    pair = by_id.get(claim["pair"])
    if pair is None:
        return [f"no claim {claim['pair']!r} to be made from"]
    found: list[str] = []
    if pair["label"] != "supported":
        found.append("made from a claim that is not supported")
    if pair["evidence"] != claim["evidence"]:
        found.append("its evidence is not that of its pair")
    if pair["split"] != claim["split"]:
        found.append("its split is not that of its pair")
    return found


def faults(claim: Claim, by_id: dict[str, Claim]) -> list[str]:
    """What is wrong with one claim, in words."""
    if set(claim) != FIELDS:
        return [f"fields are {sorted(claim)}"]
    found: list[str] = []
    if claim["label"] == "supported":
        expected, origin = SUPPORTED, "human"
    elif claim["label"] in {"unsupported", "contradicted"}:
        expected, origin = (CORRUPTIONS, "corruption") if claim["kind"] in CORRUPTIONS else (OTHERS, "human")
    else:
        return [f"label {claim['label']!r}"]
    if claim["kind"] not in expected or claim["origin"] != origin:
        found.append(f"{claim['kind']!r} of {claim['origin']!r} does not go with {claim['label']!r}")
    return found + evidence_faults(claim) + pair_faults(claim, by_id)


def main() -> int:
    lines = (HERE / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    claims: list[Claim] = [json.loads(line) for line in lines]
    by_id = {claim["id"]: claim for claim in claims}
    wrong = [f"{claim['id']}: {fault}" for claim in claims for fault in faults(claim, by_id)]
    if len(claims) != TOTAL or len(by_id) != TOTAL:
        wrong.append(f"{len(claims)} claims, {TOTAL} with different ids expected")
    if len({claim["claim"].lower() for claim in claims}) != len(claims):
        wrong.append("a claim is made twice")
    names = {path.relative_to(DOCUMENTS).as_posix() for path in DOCUMENTS.rglob("*") if path.is_file()}
    if names != TUNE | REPORT or TUNE & REPORT:
        wrong.append("the two halves are not all documents, each once")
    for kinds in (SUPPORTED, CORRUPTIONS, OTHERS):
        counts = Counter((claim["kind"], claim["split"]) for claim in claims if claim["kind"] in kinds)
        for kind in sorted(kinds):
            tune, report = counts[kind, "tune"], counts[kind, "report"]
            sys.stdout.write(f"{kind:12} tune {tune:3}  report {report:3}\n")
            if abs(tune - report) > 1:
                wrong.append(f"{kind}: the splits are not equal")
    labels = Counter((claim["label"], claim["split"]) for claim in claims)
    for label in ("supported", "unsupported", "contradicted"):
        tune, report = labels[label, "tune"], labels[label, "report"]
        sys.stdout.write(f"= {label:12} tune {tune:3}  report {report:3}\n")
    quoted = {passage["doc"] for claim in claims for passage in claim["evidence"]}
    sys.stdout.write(f"{len(claims)} claims; {len(quoted)} documents are quoted\n")
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
