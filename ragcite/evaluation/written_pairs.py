"""Passages with claims of both labels, written for this project (CC0): read from JSON lines, a passage each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources

from ragcite.types import LabelledPair

_KINDS = {"supported": True, "contradicted": False, "absent": False}
PACKAGED = "3,120 written pairs of 270 passages (the package's, CC0)"
ANSWERS, MIXED = "answers", "mixed"


def written_pairs(lines: Iterable[str]) -> list[LabelledPair]:
    """Each claim with its whole passage; the origin of an unsupported one says whether the passage contradicts it."""
    rows = [json.loads(line) for line in lines]
    return [
        LabelledPair(claim, (row["text"],), supported, kind)
        for row in rows
        for kind, supported in _KINDS.items()
        for claim in row[kind]
    ]


def packaged_pairs(*names: str) -> list[LabelledPair]:
    """What the packaged threshold was set on; no model of this package was trained on them.

    `ANSWERS`: sentences as small models write them from passages of private folders, with the mistakes they make.
    `MIXED`: what lawyers, editors, assistants and people in conversation say of contracts, articles and threads.
    Without `names` both.
    """
    folder = resources.files("ragcite.evaluation").joinpath("pairs")
    return [
        pair
        for name in names or (ANSWERS, MIXED)
        for pair in written_pairs(folder.joinpath(f"{name}.jsonl").read_text("utf-8").splitlines())
    ]
