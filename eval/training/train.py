"""Trains the support model on pairs: `python -m eval.training.train --help`. Seeded, resumable, on a CPU."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from eval.training.encoder import CONTRADICTED, CrossEncoder
from eval.training.examples import Example, Task
from ragcite.backends.cross_encoder import MAX_TOKENS
from ragcite.backends.wordpiece import WordPiece

CHUNK = 4096  # examples that are sorted by length together
SAVE_EVERY = 300.0  # seconds
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
    """Binary cross-entropy of what is known, summed over the outputs, mean over the pairs."""
    target = torch.tensor([item.targets for item in batch])
    weight = torch.ones_like(target)
    weight[:, CONTRADICTED] = 0.5
    losses = nn.functional.binary_cross_entropy_with_logits(logits, target.nan_to_num(), reduction="none")
    return (losses * weight * ~target.isnan()).sum() / len(batch)


class Trainer:
    """Owns the model, the optimiser and the checkpoint in `out`."""

    def __init__(self, base: Path, out: Path, recipe: Recipe) -> None:
        torch.set_num_threads(recipe.threads)
        torch.manual_seed(recipe.seed)
        self.model = CrossEncoder(base)
        self.recipe, self.out = recipe, out
        self.pad = int(self.model.encoder.config.pad_token_id or 0)
        head = [p for name, p in self.model.trained().items() if name.startswith("head")]
        rest = [p for name, p in self.model.trained().items() if not name.startswith("head")]
        groups = [{"params": rest, "rate": recipe.rate}, {"params": head, "rate": recipe.head_rate}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=0.01, betas=(0.9, 0.98))

    def logits(self, batch: Sequence[Encoded]) -> Tensor:
        ids, mask, kinds = padded(batch, self.pad)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out: Tensor = self.model(ids, mask, kinds)
        return out.float()

    def run(self, encoded: Sequence[Encoded], minutes: float) -> None:
        """Trains until all epochs are done, or `minutes` have passed; the rate falls to 0 at the end of the epochs."""
        plan = [batch for epoch in range(self.recipe.epochs) for batch in batches(encoded, self.recipe, epoch)]
        done = self._resume()
        click.echo(f"{len(encoded)} pairs, {len(plan)} steps, {done} done")
        begun = saved = time.monotonic()
        running = 0.7
        self.model.train()
        for step in range(done, len(plan)):
            self._rate(step, len(plan))
            loss = loss_of(self.logits(plan[step]), plan[step])
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.model.trained().values(), 1.0)
            self.optimiser.step()
            self.optimiser.zero_grad()
            running = 0.98 * running + 0.02 * float(loss.detach())
            if step % 25 == 0:
                click.echo(f"step {step} loss {running:.4f} {time.monotonic() - begun:.0f} s")
            if time.monotonic() - saved > SAVE_EVERY:
                self.save(step + 1)
                saved = time.monotonic()
            if time.monotonic() - begun > minutes * 60:
                self.save(step + 1)
                return
        self.save(len(plan))

    def _rate(self, step: int, steps: int) -> None:
        warm = max(1, int(self.recipe.warmup * steps))
        share = min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm)))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share

    def save(self, step: int) -> None:
        """Weights, both moments and the step, written beside and moved into place."""
        state = {name: p.detach().clone() for name, p in self.model.trained().items()}
        for name, parameter in self.model.trained().items():
            for moment in ("exp_avg", "exp_avg_sq"):
                if parameter in self.optimiser.state:
                    state[f"{moment}:{name}"] = self.optimiser.state[parameter][moment].clone()
        self.out.mkdir(parents=True, exist_ok=True)
        fresh = self.out / "checkpoint.new"
        save_file(state, fresh, {"step": str(step), "recipe": json.dumps(asdict(self.recipe))})
        fresh.replace(self.out / "checkpoint.safetensors")

    def _resume(self) -> int:
        path = self.out / "checkpoint.safetensors"
        if not path.exists():
            return 0
        step = restore(self.model, path)
        state = load_file(path)
        for name, parameter in self.model.trained().items():
            if f"exp_avg:{name}" in state:
                moments = {moment: state[f"{moment}:{name}"] for moment in ("exp_avg", "exp_avg_sq")}
                self.optimiser.state[parameter] = {"step": torch.tensor(float(step)), **moments}
        return step


def restore(model: CrossEncoder, path: Path) -> int:
    """Puts a checkpoint's weights into `model` and gives the step it was made at."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        step = int(file.metadata()["step"])
        with torch.no_grad():
            for name, parameter in model.trained().items():
                parameter.copy_(file.get_tensor(name))
    return step


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
