"""What a sentence-transformers folder says about itself, read without loading any weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragcite.backends.model_files import missing, read_json, read_json_list, refuse_code, weight_files
from ragcite.errors import ModelDamaged, ModelRefused


@dataclass(frozen=True, slots=True)
class EmbeddingFolder:
    """`pooling` is "mean" or "cls"; `config` is the encoder's config.json; prompts stand in front of every text."""

    folder: Path
    weights: Path
    config: dict[str, Any]
    dimension: int
    max_tokens: int
    pooling: str
    query_prompt: str = ""
    passage_prompt: str = ""

    @classmethod
    def read(cls, folder: Path) -> EmbeddingFolder:
        """Raises `ModelMissing`, `ModelDamaged`, `ModelRefused` (a pipeline other than encoder, pooling, normalise)."""
        if not folder.is_dir():
            raise missing(folder.parent, folder.name)
        refuse_code(folder)
        config = read_json(folder / "config.json")
        weights = weight_files(folder)
        if len(weights) != 1:
            raise ModelRefused(str(folder), "its weights are in several files", "Choose a model with one file.")
        prompts = _prompts(folder)
        return cls(
            folder=folder,
            weights=weights[0],
            config=config,
            dimension=_whole(config, "hidden_size", folder),
            max_tokens=_max_tokens(folder, config),
            pooling=_pooling(folder),
            query_prompt=prompts.get("query", ""),
            passage_prompt=next((prompts[name] for name in ("document", "passage") if name in prompts), ""),
        )


def module_types(folder: Path) -> list[tuple[str, Path]]:
    """(full class name, folder) of each step of modules.json. Raises `ModelRefused` for classes that are not the
    library's own: it would import whatever is named there."""
    steps = []
    for module in read_json_list(folder / "modules.json"):
        name = str(module.get("type", ""))
        if not name.startswith("sentence_transformers."):
            raise ModelRefused(
                str(folder), f"modules.json names '{name}', which is not a known step", "Choose another."
            )
        steps.append((name, folder / str(module.get("path", ""))))
    return steps


def _pooling(folder: Path) -> str:
    steps = [(name.rpartition(".")[2], path) for name, path in module_types(folder)]
    kinds = [kind for kind, _ in steps]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ModelRefused(str(folder), f"its steps are {', '.join(kinds)}", "Use the sentence-transformers embedder.")
    config = read_json(steps[1][1] / "config.json")
    modes = {key.removeprefix("pooling_mode_") for key, on in config.items() if key.startswith("pooling_mode_") and on}
    modes = modes or {str(config.get("pooling_mode"))}
    if modes in ({"mean_tokens"}, {"mean"}):
        return "mean"
    if modes in ({"cls_token"}, {"cls"}):
        return "cls"
    raise ModelRefused(
        str(folder), f"it pools by {', '.join(sorted(modes))}", "Use the sentence-transformers embedder."
    )


def _max_tokens(folder: Path, config: dict[str, Any]) -> int:
    """The longest sequence, [CLS] and [SEP] included: what the folder says, never beyond the position table."""
    positions = _whole(config, "max_position_embeddings", folder)
    path = folder / "sentence_bert_config.json"
    wanted = read_json(path).get("max_seq_length") if path.is_file() else None
    return min(wanted, positions) if isinstance(wanted, int) and wanted > 2 else positions


def _prompts(folder: Path) -> dict[str, str]:
    path = folder / "config_sentence_transformers.json"
    found = read_json(path).get("prompts") if path.is_file() else None
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _whole(config: dict[str, Any], key: str, folder: Path) -> int:
    value = config.get(key)
    if not isinstance(value, int) or value < 1:
        raise ModelDamaged(str(folder / "config.json"), f"'{key}' is not a positive number", "Fetch the model again.")
    return value
