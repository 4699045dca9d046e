"""A GGUF file of the llama family turned into a Hugging Face folder: config, tokenizer, float16 safetensors.

Names and the order of rotary channels follow llama.cpp's convert_hf_to_gguf.py, read backwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragcite.errors import ModelDamaged, ModelRefused

Array = NDArray[Any]

WHOLE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
LAYER = {
    "attn_norm.weight": "input_layernorm.weight",
    "attn_q.weight": "self_attn.q_proj.weight",
    "attn_k.weight": "self_attn.k_proj.weight",
    "attn_v.weight": "self_attn.v_proj.weight",
    "attn_output.weight": "self_attn.o_proj.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "ffn_gate.weight": "mlp.gate_proj.weight",
    "ffn_up.weight": "mlp.up_proj.weight",
    "ffn_down.weight": "mlp.down_proj.weight",
}
CONTROL = 3  # gguf's TokenType for tokens that only a template may write


def convert(source: Path, folder: Path) -> None:
    """Write config.json, generation_config.json, tokenizer.json, tokenizer_config.json and model.safetensors.

    Raises `ModelRefused` for a GGUF of another architecture or tokenizer, `ModelDamaged` for one that cannot be read.
    """
    from gguf import GGUFReader
    from safetensors.numpy import save_file

    try:
        reader = GGUFReader(source)
        fields = {name: field.contents() for name, field in reader.fields.items()}
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ModelDamaged(
            str(source), f"it is no readable GGUF file ({error})", "Install its package again."
        ) from error
    _check(fields, source)
    arrays = _arrays(reader, fields, source)
    _write(folder / "config.json", _config(fields, tied="lm_head.weight" not in arrays))
    _write(folder / "generation_config.json", {"eos_token_id": fields["tokenizer.ggml.eos_token_id"]})
    _write(folder / "tokenizer.json", _tokenizer(fields))
    _write(folder / "tokenizer_config.json", _tokenizer_config(fields))
    save_file(arrays, folder / "model.safetensors", metadata={"format": "pt"})


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _check(fields: Mapping[str, Any], source: Path) -> None:
    kind = (
        fields.get("general.architecture"),
        fields.get("tokenizer.ggml.model"),
        fields.get("tokenizer.ggml.pre"),
    )
    if kind != ("llama", "gpt2", "smollm"):
        raise ModelRefused(
            str(source), f"architecture and tokenizer are {kind}, not llama, gpt2, smollm", "Choose another model."
        )
    if any(name.startswith("llama.rope.scaling") for name in fields):
        raise ModelRefused(str(source), "its rotary positions are scaled", "Choose another model.")


def _arrays(reader: Any, fields: Mapping[str, Any], source: Path) -> dict[str, Array]:
    """Every tensor under its Hugging Face name, float16, one dequantised at a time."""
    from gguf.quants import dequantize

    heads = {
        "attn_q.weight": int(fields["llama.attention.head_count"]),
        "attn_k.weight": int(fields["llama.attention.head_count_kv"]),
    }
    arrays: dict[str, Array] = {}
    for tensor in reader.tensors:
        array = dequantize(tensor.data, tensor.tensor_type)
        kind = tensor.name.split(".", 2)[-1]
        if kind in heads:
            array = _neox_order(array, heads[kind])
        arrays[_name(tensor.name, source)] = np.ascontiguousarray(array, np.float16)
    return arrays


def _name(name: str, source: Path) -> str:
    if name in WHOLE:
        return WHOLE[name]
    block, _, rest = name.partition(".")
    number, _, kind = rest.partition(".")
    if block != "blk" or not number.isdecimal() or kind not in LAYER:
        raise ModelRefused(str(source), f"its tensor {name} belongs to no plain llama", "Choose another model.")
    return f"model.layers.{int(number)}.{LAYER[kind]}"


def _neox_order(array: Array, heads: int) -> Array:
    """Undo llama.cpp's interleaving of rotary channels: (heads · d, width) from pairs back to halves."""
    pairs = array.reshape(heads, array.shape[0] // heads // 2, 2, *array.shape[1:])
    return pairs.swapaxes(1, 2).reshape(array.shape)


def _config(fields: Mapping[str, Any], *, tied: bool) -> dict[str, Any]:
    width, heads = int(fields["llama.embedding_length"]), int(fields["llama.attention.head_count"])
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": width,
        "intermediate_size": int(fields["llama.feed_forward_length"]),
        "num_hidden_layers": int(fields["llama.block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(fields["llama.attention.head_count_kv"]),
        "head_dim": int(fields.get("llama.rope.dimension_count", width // heads)),
        "max_position_embeddings": int(fields["llama.context_length"]),
        "rms_norm_eps": round(float(fields["llama.attention.layer_norm_rms_epsilon"]), 9),
        "rope_theta": float(fields["llama.rope.freq_base"]),
        "hidden_act": "silu",
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": tied,
        "bos_token_id": int(fields["tokenizer.ggml.bos_token_id"]),
        "eos_token_id": int(fields["tokenizer.ggml.eos_token_id"]),
        "dtype": "float16",
    }


def _tokenizer(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A tokenizer.json for byte-level BPE. GGUF's pre-tokenizer "smollm" is GPT-2's with digits one by one."""
    tokens, kinds = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    bytes_ = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": index, "content": token, **flags}
            for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
            if kind == CONTROL
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, bytes_],
        },
        "post_processor": None,
        "decoder": bytes_,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": [merge.split(" ", 1) for merge in fields["tokenizer.ggml.merges"]],
        },
    }


def _tokenizer_config(fields: Mapping[str, Any]) -> dict[str, Any]:
    tokens = fields["tokenizer.ggml.tokens"]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens[fields["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[fields["tokenizer.ggml.eos_token_id"]],
        "pad_token": tokens[fields["tokenizer.ggml.padding_token_id"]],
        "clean_up_tokenization_spaces": False,
        "model_max_length": int(fields["llama.context_length"]),
        "chat_template": fields["tokenizer.chat_template"],
    }
