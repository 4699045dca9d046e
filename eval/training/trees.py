"""A passage with all that is asked about it, as one sequence: the passage is read once, each claim or question sees the
passage and itself. One step learns from some seventy pairs for the price of ten.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from eval.corpora import ROOT
from eval.support_data import lines_of
from eval.training.examples import Example, Task
from eval.training.train import targets
from eval.training.tree_attention import TreeSlots
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.backends.pair_decoder import CLAIM, QUESTION, START, TEXT_TOKENS, framed
from ragcite.evaluation.corruptions import corruptions, names_in
from ragcite.evaluation.rewrites import rewrites
from ragcite.text import sentences

SHORTEST, LONGEST = 6, 60  # words of a sentence that is copied
RESTATED = 0.5  # share of them that a rule restates, where one applies
TITLED = 0.5  # share of written passages that are read under their title
_KINDS = {"supported": (True, False), "contradicted": (False, True), "absent": (False, False)}


Target = tuple[float, float, float]  # see `eval.training.train.targets`


@dataclass(slots=True)
class Tree:
    """`asked`: whether it is a question, its text, its targets."""

    text: str
    asked: list[tuple[bool, str, Target]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EncodedTree:
    text: list[int]
    asked: list[tuple[list[int], Target]]

    @property
    def tokens(self) -> int:
        return len(self.text) + sum(len(ids) for ids, _ in self.asked)


def written_trees(names: Iterable[str], rng: random.Random, folder: Path = ROOT / "pairs") -> list[Tree]:
    """Every passage of the files `names`."""
    out = []
    for name in names:
        for row in lines_of(folder / f"{name}.jsonl"):
            titled = bool(row.get("title")) and rng.random() < TITLED
            tree = Tree(f"{row['title']}\n{row['text']}" if titled else row["text"])
            for kind, (supported, contradicted) in _KINDS.items():
                target = (float(supported), float(contradicted), math.nan)
                tree.asked += [(False, claim, target) for claim in row.get(kind, ())]
            for kind, answered in (("answered", 1.0), ("unanswered", 0.0)):
                tree.asked += [(True, question, (math.nan, math.nan, answered)) for question in row.get(kind, ())]
            out.append(tree)
    return out


def with_copies(tree: Tree, count: int, asked: int, rng: random.Random) -> Tree:
    """`asked` of what is asked; `count` of the passage's sentences, as they stand or restated, and with a fact changed.

    The written claims that are false keep the passage's words; without these a model learns that copying is false.
    """
    kept = rng.sample(tree.asked, min(asked, len(tree.asked)))
    fit = _whole_sentences(tree.text)
    names = names_in(tree.text)
    for text in rng.sample(fit, min(count, len(fit))):
        restated = [other for _, other in rewrites(text, rng)]
        true = rng.choice(restated) if restated and rng.random() < RESTATED else text
        kept.append((False, true, (1.0, 0.0, math.nan)))
        changed = corruptions(true, names, rng)
        if changed:
            kept.append((False, rng.choice(changed).text, (0.0, math.nan, math.nan)))
    return Tree(tree.text, kept)


def lone_trees(trees: Sequence[Tree], count: int, rng: random.Random) -> list[Tree]:
    """`count` sentences as the whole evidence: they support themselves and a restatement, not one with a fact changed
    and not the sentences that stood around them."""
    out = []
    for tree in rng.sample(trees, min(count, len(trees))):
        fit = _whole_sentences(tree.text)
        if len(fit) < 2:
            continue
        text, *others = rng.sample(fit, min(3, len(fit)))
        lone = with_copies(Tree(text), 1, 0, rng)
        lone.asked += [(False, other, (0.0, math.nan, math.nan)) for other in others if other not in text]
        out.append(lone)
    return out


def _whole_sentences(text: str) -> list[str]:
    spans = [span.of(text).strip() for span in sentences(text)]
    return [sentence for sentence in spans if SHORTEST <= len(sentence.split()) <= LONGEST]


def example_trees(examples: Iterable[Example]) -> list[Tree]:
    """Pairs that share their evidence, together."""
    found: dict[str, Tree] = {}
    for example in examples:
        tree = found.setdefault(example.evidence, Tree(example.evidence))
        tree.asked.append((example.task is Task.ANSWER, example.text, targets(example)))
    return list(found.values())


def encoded_trees(trees: Sequence[Tree], encoding: ChatEncoding) -> list[EncodedTree]:
    """As `PairDecoder` reads them."""
    out = []
    for tree, text in zip(trees, encoding.plain_ids([tree.text for tree in trees]), strict=True):
        asked = []
        for is_question, words, target in tree.asked:
            [ids] = framed([words], QUESTION if is_question else CLAIM, encoding)
            asked.append((ids, target))
        out.append(EncodedTree([START, *text[:TEXT_TOKENS]], asked))
    return out


def packed(trees: Iterable[EncodedTree], budget: int) -> Iterator[list[EncodedTree]]:
    """Neighbours together, up to `budget` tokens."""
    pack: list[EncodedTree] = []
    for tree in trees:
        if pack and sum(one.tokens for one in pack) + tree.tokens > budget:
            yield pack
            pack = []
        pack.append(tree)
    if pack:
        yield pack


def tensors(pack: Sequence[EncodedTree]) -> tuple[Tensor, Tensor, list[TreeSlots], Tensor, Tensor]:
    """ids (1, T), positions (1, T), where the trees lie, ends (N,), targets (N, 3)."""
    ids: list[int] = []
    positions: list[int] = []
    slots: list[TreeSlots] = []
    ends: list[int] = []
    wanted: list[Target] = []
    for tree in pack:
        slots.append(TreeSlots.at(len(ids), len(tree.text), [len(asked) for asked, _ in tree.asked]))
        for branch, run in enumerate([tree.text, *(asked for asked, _ in tree.asked)]):
            start = len(tree.text) if branch else 0
            ids += run
            positions += range(start, start + len(run))
            if branch:
                ends.append(len(ids) - 1)
        wanted += [target for _, target in tree.asked]
    return torch.tensor([ids]), torch.tensor([positions]), slots, torch.tensor(ends), torch.tensor(wanted)
