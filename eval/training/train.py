"""Trains the support model on pairs: `python -m eval.training.train --help`. Seeded, resumable, on a CPU."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from torch import Tensor, nn

from eval.training.encoder import CONTRADICTED, CrossEncoder
from eval.training.examples import Example, Task
from eval.training.loop import Loop, Rates, restore
from ragcite.backends.cross_encoder import MAX_TOKENS
from ragcite.backends.wordpiece import WordPiece

CHUNK = 4096  # examples that are sorted by length together
TRAINED = 8  # folds, of ten: the next tunes, the last is reported


@dataclass(frozen=True, slots=True)
class Recipe:
    """`tokens` is the budget of one batch, padding included; the rate rises for the share `warmup`, then falls to 0."""

    rate: float = 1.2e-4
    head_rate: float = 3e-4
    epochs: int = 2
    tokens: int = 1200
    warmup: float = 0.06
    seed: int = 20261124
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids and types of a pair, and its targets (3,) with NaN where nothing is known."""

    ids: list[int]
    kinds: list[int]
    targets: tuple[float, float, float]


def load_examples(path: Path) -> list[Example]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Example(**{**row, "task": Task(row["task"])}) for row in rows]


def save_examples(examples: Sequence[Example], path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


def targets(example: Example) -> tuple[float, float, float]:
    unknown = math.nan
    if example.task is Task.ANSWER:
        return unknown, unknown, float(example.label)
    contradicted = unknown if example.contradicted is None else float(example.contradicted)
    return float(example.label), contradicted, unknown


def encode(examples: Sequence[Example], folder: Path) -> list[Encoded]:
    """`folder` holds the tokenizer."""
    found = WordPiece(folder, MAX_TOKENS).pairs([(example.evidence, example.text) for example in examples])
    return [Encoded(ids, kinds, targets(example)) for (ids, kinds), example in zip(found, examples, strict=True)]


def batches(encoded: Sequence[Encoded], recipe: Recipe, epoch: int) -> Iterator[list[Encoded]]:
    """Batches of similar length in random order, the same for the same seed and epoch."""
    rng = random.Random(recipe.seed + epoch)
    order = list(range(len(encoded)))
    rng.shuffle(order)
    made: list[list[int]] = []
    for start in range(0, len(order), CHUNK):
        rows = sorted(order[start : start + CHUNK], key=lambda row: len(encoded[row].ids))
        batch: list[int] = []
        for row in rows:
            if batch and len(encoded[row].ids) * (len(batch) + 1) > recipe.tokens:
                made.append(batch)
                batch = []
            batch.append(row)
        made.append(batch)
    rng.shuffle(made)
    for rows in made:
        yield [encoded[row] for row in rows]


def padded(batch: Sequence[Encoded], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    width = max(len(item.ids) for item in batch)
    ids = torch.full((len(batch), width), pad)
    mask = torch.zeros((len(batch), width), dtype=torch.long)
    kinds = torch.zeros((len(batch), width), dtype=torch.long)
    for row, item in enumerate(batch):
        ids[row, : len(item.ids)] = torch.tensor(item.ids)
        mask[row, : len(item.ids)] = 1
        kinds[row, : len(item.ids)] = torch.tensor(item.kinds)
    return ids, mask, kinds


def loss_of(logits: Tensor, batch: Sequence[Encoded]) -> Tensor:
    """The mean over the pairs of `summed_loss`."""
    return summed_loss(logits, torch.tensor([item.targets for item in batch])) / len(batch)


def summed_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Binary cross-entropy of what is known, summed over outputs and pairs; both (N, 3)."""
    weight = torch.ones_like(target)
    weight[:, CONTRADICTED] = 0.5
    losses = nn.functional.binary_cross_entropy_with_logits(logits, target.nan_to_num(), reduction="none")
    return (losses * weight * ~target.isnan()).sum()


class Trainer:
    """Owns the model; `out` holds its checkpoint."""

    def __init__(self, base: Path, out: Path, recipe: Recipe) -> None:
        torch.set_num_threads(recipe.threads)
        torch.manual_seed(recipe.seed)
        self.model = CrossEncoder(base)
        self.recipe = recipe
        self.pad = int(self.model.encoder.config.pad_token_id or 0)
        rates = Rates(recipe.rate, recipe.head_rate, recipe.warmup, decay=0.01)
        self._loop = Loop(self.model, rates, out, asdict(recipe))

    def logits(self, batch: Sequence[Encoded]) -> Tensor:
        ids, mask, kinds = padded(batch, self.pad)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out: Tensor = self.model(ids, mask, kinds)
        return out.float()

    def run(self, encoded: Sequence[Encoded], minutes: float) -> None:
        """Trains until all epochs are done, or `minutes` have passed; the rate falls to 0 at the end of the epochs."""
        plan = [batch for epoch in range(self.recipe.epochs) for batch in batches(encoded, self.recipe, epoch)]
        self._loop.run(plan, self._backward, minutes)

    def _backward(self, batch: Sequence[Encoded]) -> float:
        loss = loss_of(self.logits(batch), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def save(self, step: int) -> None:
        self._loop.save(step)


SHIPPED = Recipe()


@click.command()
@click.option("--examples", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--base", type=click.Path(path_type=Path, exists=True), required=True, help="Folder of the encoder.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the checkpoint lies.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="A checkpoint whose weights to begin with.")
@click.option("--minutes", default=1e9, help="Stop after so many; run again to go on.")
@click.option("--rate", default=SHIPPED.rate)
@click.option("--epochs", default=SHIPPED.epochs)
@click.option("--tokens", default=SHIPPED.tokens)
@click.option("--threads", default=SHIPPED.threads)
def main(
    examples: Path,
    base: Path,
    out: Path,
    start: Path | None,
    minutes: float,
    rate: float,
    epochs: int,
    tokens: int,
    threads: int,
) -> None:
    """Train on the folds 0 to 7 of EXAMPLES, and on all that was written for training."""
    kept = [row for row in load_examples(examples) if row.fold < TRAINED or row.origin.startswith("written/")]
    recipe = Recipe(rate=rate, epochs=epochs, tokens=tokens, threads=threads)
    trainer = Trainer(base, out, recipe)
    if start is not None:
        restore(trainer.model, start)
    trainer.run(encode(kept, base), minutes)


if __name__ == "__main__":
    main()
