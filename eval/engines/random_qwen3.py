"""A checkpoint of Qwen3-0.6B's shapes with random weights: it shows speed and memory exactly, and says nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

CONFIG: dict[str, Any] = {
    "architectures": ["Qwen3ForCausalLM"],
    "model_type": "qwen3",
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "vocab_size": 151_936,
    "max_position_embeddings": 40_960,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000,
    "hidden_act": "silu",
    "attention_bias": False,
    "tie_word_embeddings": True,
    "eos_token_id": 151_645,
    "dtype": "bfloat16",
}
SPREAD = 0.02


def write(folder: Path, tokenizer: Path, seed: int = 0) -> Path:
    """Write the checkpoint, 1.2 GB in bfloat16, with the tokenizer and template of the folder `tokenizer`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), "utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    header, end = {}, 0
    for name, shape in _shapes():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    random = np.random.default_rng(seed)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, shape in _shapes():
            plain = len(shape) == 1
            values = np.ones(shape, np.float32) if plain else SPREAD * random.standard_normal(shape, np.float32)
            file.write((values.view(np.uint32) >> 16).astype(np.uint16).tobytes())
    return folder


def _shapes() -> Iterator[tuple[str, list[int]]]:
    hidden, wide, head = CONFIG["hidden_size"], CONFIG["intermediate_size"], CONFIG["head_dim"]
    queries, keys = head * CONFIG["num_attention_heads"], head * CONFIG["num_key_value_heads"]
    yield "model.embed_tokens.weight", [CONFIG["vocab_size"], hidden]
    yield "model.norm.weight", [hidden]
    for layer in range(CONFIG["num_hidden_layers"]):
        matrices = {
            "self_attn.q_proj": [queries, hidden],
            "self_attn.k_proj": [keys, hidden],
            "self_attn.v_proj": [keys, hidden],
            "self_attn.o_proj": [hidden, queries],
            "self_attn.q_norm": [head],
            "self_attn.k_norm": [head],
            "mlp.gate_proj": [wide, hidden],
            "mlp.up_proj": [wide, hidden],
            "mlp.down_proj": [hidden, wide],
            "input_layernorm": [hidden],
            "post_attention_layernorm": [hidden],
        }
        yield from ((f"model.layers.{layer}.{name}.weight", shape) for name, shape in matrices.items())


def matrix_parameters() -> int:
    """Weights that one decode step reads: every matrix, the table of embeddings being the output layer too."""
    return sum(int(np.prod(shape)) for _, shape in _shapes() if len(shape) == 2)


def kv_bytes(context: int) -> int:
    """Of an 8-bit KV cache with `context` tokens, without its scales."""
    return 2 * int(CONFIG["num_hidden_layers"]) * int(CONFIG["num_key_value_heads"] * CONFIG["head_dim"]) * context
