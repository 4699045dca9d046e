"""Passages with claims of both labels, written for this project (CC0): read from JSON lines, a passage each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources

from ragcite.types import LabelledPair

_KINDS = {"supported": True, "contradicted": False, "absent": False}
PACKAGED = "1,800 written pairs of 150 passages (the package's, CC0)"


def written_pairs(lines: Iterable[str]) -> list[LabelledPair]:
    """Each claim with its whole passage; the origin of an unsupported one says whether the passage contradicts it."""
    rows = [json.loads(line) for line in lines]
    return [
        LabelledPair(claim, (row["text"],), supported, kind)
        for row in rows
        for kind, supported in _KINDS.items()
        for claim in row[kind]
    ]


def packaged_pairs() -> list[LabelledPair]:
    """Sentences as small models write them from passages of private folders, with the mistakes they make; no model of
    this package was trained on them. What the packaged threshold was set on."""
    file = resources.files("ragcite.evaluation").joinpath("pairs/answers.jsonl")
    return written_pairs(file.read_text("utf-8").splitlines())
