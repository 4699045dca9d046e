"""A model folder read with suspicion: JSON, hashes, and what is refused before any weight is touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused

# Each of these makes some loader import or fetch code that the model's author chose.
CODE_KEYS = frozenset({"auto_map", "_attn_implementation_internal", "custom_pipelines", "trust_remote_code"})
PICKLED = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".h5", ".msgpack"})
MAX_JSON_BYTES = 64 * 2**20
CHUNK = 2**20


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex. Raises `OSError`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises `ModelMissing` where the file is absent, `ModelDamaged` where it holds no object."""
    found = _parse(path)
    if not isinstance(found, dict):
        raise ModelDamaged(str(path), "it does not hold a JSON object", "Fetch the model again.")
    return found


def read_json_list(path: Path) -> list[dict[str, Any]]:
    """A JSON list of objects. Raises as `read_json`."""
    found = _parse(path)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ModelDamaged(str(path), "it does not hold a JSON list of objects", "Fetch the model again.")
    return found


def _parse(path: Path) -> object:
    if not path.is_file():
        raise missing(path.parent, path.name)
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise ModelDamaged(str(path), "it is too large for a model's JSON file", "Fetch the model again.")
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamaged(str(path), f"it cannot be read ({error})", "Fetch the model again.") from error


def missing(folder: Path, name: str) -> ModelMissing:
    """The error for a folder without one of the files that a model needs."""
    return ModelMissing(
        str(folder), f"there is no {name}", "Name a complete model folder, or fetch one with `ragcite models pull`."
    )


def refuse_code(folder: Path) -> None:
    """Raise `ModelRefused` if any JSON file directly in `folder` asks for code to be run, or for another model.

    Every `*.json` is looked through, nested objects too, because libraries honour such keys in several files.
    """
    if (folder / "adapter_config.json").exists():
        raise ModelRefused(
            str(folder), "it is an adapter, which would load the model that it names", "Merge it into its base model."
        )
    for path in sorted(folder.glob("*.json")):
        if path.name in {"tokenizer.json", "vocab.json"} or path.name.endswith(".safetensors.index.json"):
            continue
        for key, value in _items(_parse(path)):
            if key in CODE_KEYS and value not in (None, False):
                raise ModelRefused(
                    str(path), f"'{key}' asks for code of the model's author to be run", "Choose another model."
                )


def _items(value: object) -> Iterator[tuple[str, object]]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Mapping):
            yield from found.items()
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files of a model: one file, or every shard that its index names.

    Raises `ModelRefused` where only pickled weights are there, `ModelMissing` where there are none or a shard is
    missing, `ModelDamaged` where the index names a file outside the folder.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        return tuple(_shard(folder, index, name) for name in sorted(_shard_names(index)))
    single = folder / "model.safetensors"
    if single.is_file():
        return (single,)
    pickled = sorted(path.name for path in folder.glob("*") if path.suffix in PICKLED)
    if pickled:
        raise ModelRefused(
            str(folder),
            f"its weights are only there in a format that can run code ({pickled[0]})",
            "Choose a model with model.safetensors.",
        )
    raise missing(folder, "model.safetensors")


def read_weights(path: Path) -> dict[str, NDArray[Any]]:
    """Every tensor of a safetensors file that weights something. Raises `ModelDamaged`."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            return {key: file.get_tensor(key) for key in file.keys() if "position_ids" not in key}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:
        raise ModelDamaged(str(path), str(error), "Fetch the model again.") from error


def _shard_names(index: Path) -> set[str]:
    shards = read_json(index).get("weight_map")
    if not isinstance(shards, dict) or not all(isinstance(name, str) for name in shards.values()):
        raise ModelDamaged(str(index), "it has no weight_map", "Fetch the model again.")
    return set(shards.values())


def _shard(folder: Path, index: Path, name: str) -> Path:
    if Path(name).name != name or not name.endswith(".safetensors"):
        raise ModelDamaged(str(index), f"it names '{name}', which is no file beside it", "Fetch the model again.")
    path = folder / name
    if not path.is_file():
        raise missing(folder, name)
    return path


def valid_unicode(text: str) -> str:
    """`text` with lone surrogates replaced, which tokenizers cannot take; the same string where there are none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text
