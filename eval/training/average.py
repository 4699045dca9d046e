"""`python -m eval.training.average OUT ADAPTER ADAPTER…`: an adapter whose weights are the mean of several.

Wortsman et al. 2022 (arXiv:2203.05482): weights that were trained on from the same ones can be averaged.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import numpy as np
from safetensors.numpy import load_file, save_file

from ragcite.backends.pair_decoder import ADAPTER, WEIGHTS


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("adapters", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
def main(out: Path, adapters: tuple[Path, ...]) -> None:
    """Write the mean of ADAPTERS, folders that `train_adapter` exported, to OUT, factor by factor."""
    loaded = [load_file(folder / WEIGHTS) for folder in adapters]
    out.mkdir(parents=True, exist_ok=True)
    mean = {
        name: np.mean([weights[name].astype(np.float32) for weights in loaded], axis=0).astype(first.dtype)
        for name, first in loaded[0].items()
    }
    save_file(mean, out / WEIGHTS)
    shutil.copy(adapters[0] / ADAPTER, out / ADAPTER)


if __name__ == "__main__":
    main()
