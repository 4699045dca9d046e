"""`INTERPRETER eval/peer_adapters.py PEER`, in the peer's own environment: pairs as JSON lines on standard input, one
`{"score": …, "passes": …}` a line on standard output. Standard library and the peer only; no model, no network.
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

Verdict = tuple[float, bool]


def marked(claim: str) -> str:
    """The claim with our marker in each of its sentences, and none of the markers that a data set left in it."""
    claim = re.sub(r"\s*\[\d+\]", "", claim)
    return re.sub(r"\s*([.!?])(?=\s|$)", r" [1]\1", claim if claim.rstrip()[-1:] in ".!?" else f"{claim}.")


def cite_right() -> Callable[[str, str], Verdict]:
    """Its groundedness of the claim by alignment, without an embedder; passes at its own 0.5."""
    from cite_right import align_citations
    from cite_right.hallucination import compute_hallucination_metrics

    def judge(claim: str, evidence: str) -> Verdict:
        spans = align_citations(claim, [evidence], backend="python")
        score = compute_hallucination_metrics(spans).groundedness_score
        return score, score >= 0.5

    return judge


def anchorcite() -> Callable[[str, str], Verdict]:
    """Its lexical scorer at its own threshold; the entailment scorer wants sentence-transformers and a download."""
    from anchorcite import CitationAnchorer, LexicalScorer

    anchorer = CitationAnchorer(scorer=LexicalScorer(), threshold=0.0, diversify=False)

    def judge(claim: str, evidence: str) -> Verdict:
        anchor = anchorer.anchor(claim, evidence, source_id=evidence)
        score = float(anchor.score) if anchor else 0.0
        return score, score >= LexicalScorer.default_threshold

    return judge


def citation_integrity_check() -> Callable[[str, str], Verdict]:
    """Yes or no: word overlap of 0.2 or more."""
    from citation_integrity_check import verify

    def judge(claim: str, evidence: str) -> Verdict:
        ok = verify(marked(claim), [{"id": "1", "text": evidence}]).ok
        return float(ok), ok

    return judge


def groundcite() -> Callable[[str, str], Verdict]:
    """Yes or no: whether the marker resolves. It reads a source for quotations only."""
    from groundcite import validate

    def judge(claim: str, evidence: str) -> Verdict:
        ok = validate(marked(claim), [1], source_texts={1: evidence}).ok
        return float(ok), ok

    return judge


def grounded_check() -> Callable[[str, str], Verdict]:
    """Numbers, quotations and names that are not in the source fail (its verdict); the score adds its word overlap."""
    from pathlib import Path

    from grounded import Kind, Source, extract, verify

    kinds = {Kind.QUOTE, Kind.NUMBER, Kind.CITATION, Kind.ENTITY, Kind.SENTENCE}

    def judge(claim: str, evidence: str) -> Verdict:
        result = verify(extract(claim, kinds=kinds), [Source(Path("source"), evidence)])
        overlap = min((finding.score for finding in result.heuristic if finding.score is not None), default=1.0)
        return (1.0 + overlap if result.passed else overlap), result.passed

    return judge


PEERS = {
    "cite-right": cite_right,
    "anchorcite": anchorcite,
    "citation-integrity-check": citation_integrity_check,
    "groundcite": groundcite,
    "grounded-check": grounded_check,
}


def main() -> None:
    """Judge every pair of standard input."""
    judge = PEERS[sys.argv[1]]()
    for line in sys.stdin:
        pair = json.loads(line)
        score, passes = judge(pair["claim"], pair["evidence"])
        print(json.dumps({"score": float(score), "passes": bool(passes)}), flush=True)


if __name__ == "__main__":
    main()
