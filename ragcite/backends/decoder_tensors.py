"""The tensors that a decoder is made of, compared with a checkpoint's headers before a weight is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import ModelDamaged, ModelRefused

# What some checkpoints repeat although it follows from their configuration.
IDLE = re.compile(r"model\.(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq")
EMBEDDING, OUTPUT, LAST_NORM = "model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"
LISTED = 3


def expected_tensors(shape: DecoderShape) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor that the graph reads."""
    queries, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    layer: dict[str, tuple[int, ...]] = {
        "input_layernorm": (shape.hidden,),
        "self_attn.q_proj": (queries, shape.hidden),
        "self_attn.k_proj": (keys, shape.hidden),
        "self_attn.v_proj": (keys, shape.hidden),
        "self_attn.o_proj": (shape.hidden, queries),
        "post_attention_layernorm": (shape.hidden,),
        "mlp.gate_proj": (shape.wide, shape.hidden),
        "mlp.up_proj": (shape.wide, shape.hidden),
        "mlp.down_proj": (shape.hidden, shape.wide),
    }
    if shape.kind == "qwen3":
        layer |= {"self_attn.q_norm": (shape.head,), "self_attn.k_norm": (shape.head,)}
    table = (shape.vocabulary, shape.hidden)
    return {
        EMBEDDING: table,
        **{f"model.layers.{n}.{part}.weight": size for n in range(shape.layers) for part, size in layer.items()},
        LAST_NORM: (shape.hidden,),
        **({} if shape.tied else {OUTPUT: table}),
    }


def check_tensors(files: TensorFiles, shape: DecoderShape, source: str) -> None:
    """Raises `ModelDamaged` for tensors that are missing, of another shape or unreadable, `ModelRefused` for others.

    Only headers are read. An output table beside a tied one is passed over, as other programs do.
    """
    wanted = expected_tensors(shape)
    lacking = [name for name in wanted if name not in files]
    if lacking:
        raise ModelDamaged(source, f"it lacks {_listed(lacking)}", "Fetch the model again.")
    for name, size in wanted.items():
        if files.shape(name) != size:
            why = f"tensor {name} is {files.shape(name)}, and config.json makes it {size}"
            raise ModelDamaged(source, why, "Fetch the model again.")
        files.check(name)
    others = sorted(name for name in files.names() - wanted.keys() - {OUTPUT} if not IDLE.fullmatch(name))
    if others:
        raise ModelRefused(
            source,
            f"it holds {_listed(others)}, of which its config.json says nothing",
            "Fetch the model again; if it is meant so, set the engine to 'torch'.",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
