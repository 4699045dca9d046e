"""`python -m eval.training.export CHECKPOINT OUT`: a trained encoder as the model folder that ragcite ships.

Matrices become int8 with one scale a row (symmetric, round to nearest); everything else is float32.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

NAME = "ragcite-support-2"
_KEPT = ("position_embeddings", "token_type_embeddings", "LayerNorm", "head.")


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True))
@click.argument("base", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--int8/--float32", default=True)
def main(checkpoint: Path, base: Path, out: Path, int8: bool) -> None:
    """Write OUT from CHECKPOINT; BASE is the folder of the encoder it was trained from (tokenizer, shapes)."""
    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}
    with safe_open(checkpoint, "np") as file:
        metadata = file.metadata()
        for key in file.keys():  # noqa: SIM118
            if ":" not in key and "pooler" not in key:
                arrays[key.removeprefix("encoder.")] = file.get_tensor(key)
    stored: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {}
    for name, array in arrays.items():
        if int8 and array.ndim == 2 and not any(part in name for part in _KEPT):
            scale = np.maximum(np.abs(array).max(axis=1), 1e-8) / 127
            stored[name] = np.round(array / scale[:, None]).astype(np.int8)
            stored[f"{name}.scale"] = scale.astype(np.float32)
        else:
            stored[name] = array.astype(np.float32)
    save_file(stored, out / "model.safetensors", {"recipe": metadata["recipe"], "step": metadata["step"]})
    config = json.loads((base / "config.json").read_text("utf-8"))
    config |= {"_name_or_path": NAME, "type_vocab_size": 4, "architectures": ["CrossEncoder"]}
    (out / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    click.echo(f"{out}: {(out / 'model.safetensors').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
