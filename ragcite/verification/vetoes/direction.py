"""The claim turns a relation round: "A acquired B" of "B acquired A", "from Hull to Leeds" of "from Leeds to Hull"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ragcite.types import Veto
from ragcite.verification.alignment import Aligned
from ragcite.verification.quantities import comparable
from ragcite.verification.reading import Reading, root
from ragcite.verification.vetoes.antonym import says_the_opposite
from ragcite.verification.vetoes.finding import NOTHING, Finding
from ragcite.verification.vetoes.roles import OBJECT, SUBJECT, Frame, frames

NAME = "direction"
_LEAST_COVERAGE = 0.7
_COUNTERPARTS = frozenset(
    [OBJECT, "to", "from", "into", "than", "for", "against", "under", "over", "above", "below", "behind"]
)
# Who marries whom may change places.
_SYMMETRIC = frozenset(
    root(word, "en")
    for word in (
        "marry married meet border adjoin resemble equal match merge differ agree share talk speak correspond "
        "neighbour play compete cooperate collaborate divorce argue negotiate discuss touch cross overlap join combine "
        "connect link face be have include say says said come go stay"
    ).split()
)
_PAIRS = (({SUBJECT}, _COUNTERPARTS), ({"from"}, {"to", "into"}), ({OBJECT}, {"to", "into"}))


def direction_veto(claim: Reading, evidence: Reading, aligned: Sequence[Aligned]) -> Finding:
    """Fires when two words of the claim have changed roles around a word that both texts share, and nowhere kept them.

    Only English, only sentences that hold most of the claim's words; words that stand in two roles decide nothing.
    """
    if (evidence.language or "en") != "en" or not aligned or aligned[0].coverage < _LEAST_COVERAGE:
        return NOTHING
    if any(comparable(one, other) for one, other in combinations(claim.facts.quantities, 2)):
        return NOTHING  # "A costs 5 euros and B 7" leaves out a verb: subject's business
    theirs = [frame for sentence in aligned for frame in frames(evidence, sentence.sentence)]
    for ours in (frame for sentence in claim.sentences for frame in frames(claim, sentence)):
        same = [frame for frame in theirs if frame.pivot == ours.pivot and ours.pivot not in _SYMMETRIC]
        found = [pair for frame in same for pair in _swapped(ours, frame)]
        if found and len(found) == len(same) and not any(_said_otherwise(claim, evidence, a) for a in aligned):
            one, other = found[0]
            detail = f"the source has “{one}” and “{other}” the other way round about “{ours.pivot}”"
            return Finding((Veto(NAME, detail),), contradicts=True)
    return NOTHING


def _said_otherwise(claim: Reading, evidence: Reading, aligned: Aligned) -> bool:
    return says_the_opposite(claim, aligned.sentence.of(evidence.text))


def _swapped(ours: Frame, theirs: Frame) -> list[tuple[str, str]]:
    """One pair of words that have changed places, where no word kept one of the places; or none."""
    shared = ours.roles.keys() & theirs.roles.keys()
    for left, right in _PAIRS:
        went = [s for s in sorted(shared) if theirs.roles[s] in left and ours.roles[s] in right]
        came = [s for s in sorted(shared) if theirs.roles[s] in right and ours.roles[s] in left]
        stayed = [s for s in shared if ours.roles[s] == theirs.roles[s] and ours.roles[s] in left]
        if went and came and not stayed:
            return [(went[0], came[0])]
    return []
