"""The numbers that make a decoder's graph, read from config.json with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ragcite.errors import ModelDamaged, ModelRefused

ARCHITECTURES = ("llama", "qwen3")


@dataclass(frozen=True, slots=True)
class DecoderShape:
    """A pre-norm decoder with rotary positions and grouped queries: Llama, or Qwen3, which also norms queries and keys.

    `tied`: the output layer is the embedding table. `context`: positions the model was made for, in tokens.
    """

    kind: str
    layers: int
    hidden: int
    wide: int
    heads: int
    kv_heads: int
    head: int
    vocabulary: int
    context: int
    eps: float
    theta: float
    tied: bool

    @classmethod
    def read(cls, config: Mapping[str, Any], source: str) -> DecoderShape:
        """Raises `ModelRefused` for what the graph is not made for, `ModelDamaged` for numbers that do not fit."""
        kind = config.get("model_type")
        if kind not in ARCHITECTURES:
            raise _refused(source, f"the OpenVINO generator runs {' and '.join(ARCHITECTURES)}; this is '{kind}'")
        _refuse_variants(config, source)
        whole = {key: _whole(config, key, source) for key in KEYS}
        hidden, heads = whole["hidden_size"], whole["num_attention_heads"]
        kv_heads = _whole({"num_key_value_heads": heads} | dict(config), "num_key_value_heads", source)
        head = _whole({"head_dim": None} | dict(config), "head_dim", source, default=hidden // heads)
        if heads % kv_heads or head % 2:
            raise ModelDamaged(source, f"{heads} heads do not share {kv_heads} of {head}", "Fetch the model again.")
        return cls(
            kind=str(kind),
            layers=whole["num_hidden_layers"],
            hidden=hidden,
            wide=whole["intermediate_size"],
            heads=heads,
            kv_heads=kv_heads,
            head=head,
            vocabulary=whole["vocab_size"],
            context=whole["max_position_embeddings"],
            eps=float(config.get("rms_norm_eps", 1e-6)),
            theta=_theta(config),
            tied=bool(config.get("tie_word_embeddings", False)),
        )

    @property
    def parameters(self) -> int:
        """Weights in matrices; a tied table counts once."""
        rows = (self.heads + 2 * self.kv_heads) * self.head
        layer = self.hidden * (rows + self.heads * self.head + 3 * self.wide)
        return self.layers * layer + self.vocabulary * self.hidden * (1 if self.tied else 2)


KEYS = (
    "num_hidden_layers",
    "hidden_size",
    "intermediate_size",
    "num_attention_heads",
    "vocab_size",
    "max_position_embeddings",
)


def _refuse_variants(config: Mapping[str, Any], source: str) -> None:
    """What would change the graph and is not in it."""
    for key in ("rope_scaling", "rope_parameters"):
        rope = config.get(key) or {}
        scaling = rope.get("rope_type", rope.get("type", "default"))
        if scaling != "default":
            raise _refused(source, f"its rotary positions are scaled ('{scaling}')")
    if config.get("hidden_act", "silu") != "silu":
        raise _refused(source, f"its activation is '{config['hidden_act']}', not 'silu'")
    for key in ("attention_bias", "mlp_bias", "use_sliding_window"):
        if config.get(key):
            raise _refused(source, f"it has '{key}': {config[key]}")


def _theta(config: Mapping[str, Any]) -> float:
    rope = config.get("rope_parameters") or {}
    return float(rope.get("rope_theta", config.get("rope_theta", 10_000.0)))


def _whole(config: Mapping[str, Any], key: str, source: str, default: int | None = None) -> int:
    value = config.get(key)
    value = default if value is None else value
    if not isinstance(value, int) or value < 1:
        raise ModelDamaged(source, f"'{key}' is not a positive number", "Fetch the model again.")
    return value


def _refused(source: str, why: str) -> ModelRefused:
    return ModelRefused(source, why, "Set the engine to 'torch', or choose another model.")
