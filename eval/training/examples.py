"""What the models learn from: an evidence window with a claim or a question, a label, a group that is never split."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from ragcite.text import content_words, sentences, words


class Task(StrEnum):
    SUPPORT = "support"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Example:
    """`label` 1: the evidence supports the claim, or answers the question. `contradicted`: it says the opposite; None
    where the source does not tell."""

    task: Task
    evidence: str
    text: str
    label: int
    group: str
    origin: str
    contradicted: bool | None = None

    @property
    def fold(self) -> int:
        """0 to 9, by the group: 9 is reported, 8 tunes, the rest trains."""
        return int(hashlib.sha1(self.group.encode()).hexdigest(), 16) % 10


MOST_WORDS = 80


def window(evidence: str, claim: str, most: int = MOST_WORDS) -> str:
    """The sentences of `evidence` that share most with `claim`, in their order, `most` words at most."""
    if len(words(evidence)) <= most:
        return evidence
    spans = sentences(evidence)
    wanted = {word.text for word in content_words(claim)}
    found = [{word.text for word in content_words(span.of(evidence))} & wanted for span in spans]
    lengths = [len(words(span.of(evidence))) for span in spans]
    chosen: set[int] = set()
    covered: set[str] = set()
    room = most
    while True:
        rest = [i for i in range(len(spans)) if i not in chosen and lengths[i] <= room]
        if not rest:
            break
        best = max(rest, key=lambda i: (len(found[i] - covered), len(found[i]), i - 1 in chosen, -i))
        chosen.add(best)
        covered |= found[best]
        room -= lengths[best]
    picked = " ".join(spans[i].of(evidence) for i in sorted(chosen))
    return picked or " ".join(evidence.split()[:most])
