"""Passages written for this project with claims and questions of both labels: corpora/pairs (CC0)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from eval.corpora import ROOT
from eval.support_data import lines_of
from eval.training.examples import Example, Task, window
from eval.training.train import TRAINED as TRAINED_FOLDS
from eval.training.train import load_examples, save_examples

LONGEST_WORDS = 160  # whole passages; longer ones are cut by `window`
SHORT_WORDS = 80
WINDOWED = 0.3  # share of claims that see a short window, as the model sees long evidence
SEED = 20261124


def written_examples(names: Sequence[str], rng: random.Random) -> list[Example]:
    """Both tasks, of the files `names` of corpora/pairs; a passage is a group."""
    out: list[Example] = []
    for name in names:
        for row in lines_of(ROOT / "pairs" / f"{name}.jsonl"):
            if "supported" in row:
                out += _claims(row, name, rng)
            out += _questions(row, name)
    return out


def _claims(row: dict[str, Any], name: str, rng: random.Random) -> Iterator[Example]:
    """A contradicted claim sees the whole passage: a window may lack the exception that makes it wrong."""
    for kind in ("supported", "contradicted", "absent"):
        for claim in row[kind]:
            short = kind != "contradicted" and rng.random() < WINDOWED
            text = window(row["text"], claim, SHORT_WORDS if short else LONGEST_WORDS)
            label = int(kind == "supported")
            yield Example(Task.SUPPORT, text, claim, label, row["id"], f"written/{name}", kind == "contradicted")


def _questions(row: dict[str, Any], name: str) -> Iterator[Example]:
    for kind in ("answered", "unanswered"):
        for question in row[kind]:
            text = window(row["text"], question, LONGEST_WORDS)
            yield Example(Task.ANSWER, text, question, int(kind == "answered"), row["id"], f"written/{name}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--beside",
    type=(click.Path(path_type=Path, exists=True), int),
    multiple=True,
    help="A file of pairs, and how many of it, of the folds that train.",
)
def main(out: Path, names: tuple[str, ...], beside: tuple[tuple[Path, int], ...]) -> None:
    """Write the pairs of the files NAMES of corpora/pairs to OUT, shuffled, with some of earlier ones."""
    rng = random.Random(SEED)
    examples = written_examples(names, rng)
    for path, count in beside:
        examples += rng.sample([row for row in load_examples(path) if row.fold < TRAINED_FOLDS], count)
    rng.shuffle(examples)
    save_examples(examples, out)
    click.echo(f"{len(examples)} pairs")


if __name__ == "__main__":
    main()
