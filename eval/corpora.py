"""The corpora written for this project, as they lie in `corpora/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ragcite.evaluation import Claim, Question, read_claims, read_questions

ROOT = Path(__file__).resolve().parent.parent / "corpora"


@dataclass(frozen=True, slots=True)
class Corpus:
    name: str
    language: str
    folder: Path

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    def questions(self) -> list[Question]:
        path = self.folder / "questions.jsonl"
        return read_questions(path.read_text("utf-8").splitlines(), str(path.relative_to(ROOT)))

    def claims(self) -> list[Claim]:
        path = self.folder / "claims.jsonl"
        return read_claims(path.read_text("utf-8").splitlines(), str(path.relative_to(ROOT)))


def corpora() -> list[Corpus]:
    """Those with questions and claims, each in two halves."""
    found = []
    for description in sorted(ROOT.glob("*/corpus.toml")):
        facts = tomllib.loads(description.read_text("utf-8"))
        found.append(Corpus(facts["name"], facts["language"], description.parent))
    return found


def folders(half: str) -> list[Corpus]:
    """Those of corpora/folders whose whole is of this half: "train", "tune" or "report"."""
    facts = tomllib.loads((ROOT / "folders" / "folders.toml").read_text("utf-8"))
    return [
        Corpus(name, about["language"], ROOT / "folders" / name)
        for name, about in facts.items()
        if about["half"] == half
    ]
