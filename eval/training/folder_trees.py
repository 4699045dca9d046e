"""Folders written for this project (corpora/folders): each passage with the questions whose search brings it, and with
true and false sentences of answers to them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from itertools import combinations

from eval.corpora import ROOT
from eval.folder_cases import Searched, Sentences, searched, sentences_of
from eval.training.trees import Target, Tree
from ragcite.answering.quotes import PassageWords, read_hits
from ragcite.evaluation.correctness import passage_is_relevant
from ragcite.protocols import Embedder

NEAR = 6  # hits that are asked
ELSEWHERE = 0.4  # share of the sentences that are also read where another question's answer stands
TRUE: Target = (1.0, 0.0, math.nan)
FALSE: Target = (0.0, math.nan, math.nan)
HALF = math.nan  # a passage that holds one of two references neither answers nor fails to


def folder_trees(names: Iterable[str], embedder: Embedder, rng: random.Random) -> list[Tree]:
    """Of every folder of `names` the passages that a search brings, asked. Two references are also read together."""
    out: list[Tree] = []
    for name in names:
        folder = ROOT / "folders" / name
        written = sentences_of(folder)
        trees: dict[str, Tree] = {}
        for one in searched(folder, "train", embedder):
            _ask(one, written[one.question.id], trees, rng)
        out += trees.values()
    return out


def _ask(one: Searched, written: Sentences, trees: dict[str, Tree], rng: random.Random) -> None:
    for passage, held in _near(one):
        tree = trees.setdefault(passage.shown, Tree(passage.shown))
        answered = held_enough(one, held)
        tree.asked.append((True, one.question.question, (math.nan, math.nan, answered)))
        there = bool(held)
        tree.asked += [(False, text, FALSE) for text in written.false if there or rng.random() < ELSEWHERE]
        if answered == 1:
            tree.asked += [(False, text, TRUE) for text in written.true]
        elif not there:
            tree.asked += [(False, text, FALSE) for text in written.true if rng.random() < ELSEWHERE]
    for text in _joined(one):
        tree = trees.setdefault(text, Tree(text))
        tree.asked.append((True, one.question.question, (math.nan, math.nan, 1.0)))
        tree.asked += [(False, text, TRUE) for text in written.true]
        tree.asked += [(False, text, FALSE) for text in written.false]


def _near(one: Searched) -> Iterator[tuple[PassageWords, frozenset[int]]]:
    """The first hits, and whatever holds a reference; with the numbers of the references that each holds."""
    for rank, passage in enumerate(read_hits(one.hits, None)):
        found = passage.hit.passage
        held = frozenset(number for number, gold in enumerate(one.gold) if passage_is_relevant(found, (gold,)))
        if held or rank < NEAR:
            yield passage, held


def held_enough(one: Searched, held: frozenset[int]) -> float:
    """1: what it holds answers the question; 0: nothing does; `HALF` where another reference is needed too."""
    if not held:
        return 0.0
    return 1.0 if one.question.any_reference or len(held) == len(one.gold) else HALF


def _joined(one: Searched) -> Iterator[str]:
    """Two passages as one text, which together hold what neither does alone."""
    if one.question.any_reference or len(one.gold) < 2:
        return
    holding = [(passage, held) for passage, held in _near(one) if 0 < len(held) < len(one.gold)]
    for (first, some), (second, others) in combinations(holding, 2):
        if len(some | others) == len(one.gold):
            yield f"{first.shown}\n\n{second.shown}"
            return
