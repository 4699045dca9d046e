"""Passages with claims of both labels, written for this project (CC0): read from JSON lines, a passage each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources

from ragcite.types import LabelledPair

_KINDS = {"supported": True, "contradicted": False, "absent": False}
PACKAGED = "3,120 written pairs of 270 passages (the package's, CC0)"
PACKAGED_LANGUAGES = "1,340 written pairs of 134 passages in ten languages (the package's, CC0)"
ANSWERS, MIXED, LANGUAGES = "answers", "mixed", "languages"


def written_pairs(lines: Iterable[str]) -> list[LabelledPair]:
    """Each claim with its whole passage; its origin is the row's language, if it has one, else the list it is in."""
    rows = [json.loads(line) for line in lines]
    return [
        LabelledPair(claim, (row["text"],), supported, row.get("language", kind))
        for row in rows
        for kind, supported in _KINDS.items()
        for claim in row[kind]
    ]


def packaged_pairs(*names: str) -> list[LabelledPair]:
    """What the packaged threshold was set on; no model of this package was trained on them.

    `ANSWERS`: sentences as small models write them from passages of private folders, with the mistakes they make.
    `MIXED`: what lawyers, editors, assistants and people in conversation say of contracts, articles and threads.
    `LANGUAGES`: in ten other languages. Without `names` the first two, which are English.
    """
    folder = resources.files("ragcite.evaluation").joinpath("pairs")
    return [
        pair
        for name in names or (ANSWERS, MIXED)
        for pair in written_pairs(folder.joinpath(f"{name}.jsonl").read_text("utf-8").splitlines())
    ]
