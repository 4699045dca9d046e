"""Labelled (evidence, claim) pairs to fit and judge the support score, from the folder named by RAGCITE_EVAL_DATA."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragcite.errors import UsageError
from ragcite.text import sentences, words

FITTED_ON = (
    "fever_dev", "fool_me_twice", "summedits", "infotabs", "scifact", "negation_nli", "rte3_fr", "xquad_answers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim with evidence texts that may support it together; `group` is what may not be split."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    group: str
    origin: str


def data_folder() -> Path:
    """Raises `UsageError` where RAGCITE_EVAL_DATA is not set or no folder."""
    folder = Path(os.environ.get("RAGCITE_EVAL_DATA", ""))
    if not os.environ.get("RAGCITE_EVAL_DATA") or not folder.is_dir():
        raise UsageError("RAGCITE_EVAL_DATA", "it names no folder", "Set it to the folder with the public data sets.")
    return folder


def fold(group: str, folds: int = 10) -> int:
    return int(hashlib.sha1(group.encode()).hexdigest(), 16) % folds


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def train_support(name: str) -> list[Pair]:
    rows = lines_of(data_folder() / "train_support" / name / "pairs.jsonl")
    return [Pair(r["claim"], (r["evidence"],), r["label"] == "supported", f"{name}:{r['group']}", name) for r in rows]


def expertqa() -> list[Pair]:
    """Complete is supported, Partial and Incomplete are not; groups are questions."""
    rows = lines_of(data_folder() / "expertqa_claims" / "claims.jsonl")
    return [
        Pair(r["claim"], tuple(e["text"] for e in r["evidence"]), r["support"] == "Complete", r["question"], "expertqa")
        for r in rows
        if r["evidence"]
    ]


def begin(split: str) -> list[Pair]:
    """`split` is "dev" or "test"; Generic is left out."""
    rows = lines_of(data_folder() / "begin" / "begin.jsonl")
    return [
        Pair(r["claim"], (r["evidence"],), r["label"] == "Fully attributable", r["id"], "begin")
        for r in rows
        if r["split"] == split and r["label"] != "Generic"
    ]


def sampled(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    return rng.sample(pairs, count) if len(pairs) > count else pairs


def with_other_evidence(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Supported claims with the passage of another group that shares most words with them: unsupported."""
    out = []
    texts = [(pair, {w.text for w in words(pair.evidence[0])}) for pair in pairs]
    for pair in rng.sample(pairs, min(count, len(pairs))):
        mine = {w.text for w in words(pair.claim)}
        others = [(p, v) for p, v in rng.sample(texts, min(150, len(texts))) if p.group != pair.group]
        if pair.supported and others:
            other = max(others, key=lambda item: len(mine & item[1]))[0]
            out.append(Pair(pair.claim, other.evidence, False, pair.group, f"{pair.origin}/other passage"))
    return out


def copied(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Sentences of the evidence as claims: supported, as answers that quote are."""
    out = []
    for pair in rng.sample(pairs, min(count, len(pairs))):
        text = pair.evidence[0]
        found = [span.of(text) for span in sentences(text) if 6 <= len(words(span.of(text))) <= 40]
        if found:
            out.append(Pair(rng.choice(found), pair.evidence, True, pair.group, f"{pair.origin}/copied"))
    return out
