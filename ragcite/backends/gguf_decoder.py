"""A GGUF file of a Llama or Qwen3 turned into a Hugging Face folder: config, tokenizer, float16 safetensors.

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
    "attn_q_norm.weight": "self_attn.q_norm.weight",
    "attn_k_norm.weight": "self_attn.k_norm.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "ffn_gate.weight": "mlp.gate_proj.weight",
    "ffn_up.weight": "mlp.up_proj.weight",
    "ffn_down.weight": "mlp.down_proj.weight",
}
CONTROL, USER_DEFINED, UNUSED = 3, 4, 5  # gguf's TokenType: the first two are never made of pieces of text
ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen3": "Qwen3ForCausalLM"}
QWEN2_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
FIRST_CUTS: dict[str, dict[str, Any]] = {  # what cuts a text before its bytes are merged, by GGUF's name for it
    "smollm": {"type": "Digits", "individual_digits": True},
    "qwen2": {"type": "Split", "pattern": {"Regex": QWEN2_PIECES}, "behavior": "Isolated", "invert": False},
}


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
        raise ModelDamaged(str(source), f"it is no readable GGUF file ({error})", "Fetch it again.") from error
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
    architecture, pieces = fields.get("general.architecture"), fields.get("tokenizer.ggml.pre")
    if architecture not in ARCHITECTURES:
        raise _refused(source, f"its architecture is {architecture}, not {' or '.join(ARCHITECTURES)}")
    if fields.get("tokenizer.ggml.model") != "gpt2" or pieces not in FIRST_CUTS:
        raise _refused(source, f"its tokenizer is {pieces}, not {' or '.join(FIRST_CUTS)}")
    if any(name.startswith(f"{architecture}.rope.scaling") for name in fields):
        raise _refused(source, "its rotary positions are scaled")


def _refused(source: Path, why: str) -> ModelRefused:
    return ModelRefused(str(source), why, "Use the model's safetensors folder, or choose another model.")


def _arrays(reader: Any, fields: Mapping[str, Any], source: Path) -> dict[str, Array]:
    """Every tensor under its Hugging Face name, float16, one dequantised at a time."""
    from gguf.quants import dequantize

    heads = {}
    if fields["general.architecture"] == "llama":  # only of these llama.cpp interleaves the rotary channels
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
        raise _refused(source, f"its tensor {name} belongs to no plain Llama or Qwen3")
    return f"model.layers.{int(number)}.{LAYER[kind]}"


def _neox_order(array: Array, heads: int) -> Array:
    """Undo llama.cpp's interleaving of rotary channels: (heads · d, width) from pairs back to halves."""
    pairs = array.reshape(heads, array.shape[0] // heads // 2, 2, *array.shape[1:])
    return pairs.swapaxes(1, 2).reshape(array.shape)


def _config(fields: Mapping[str, Any], *, tied: bool) -> dict[str, Any]:
    kind = fields["general.architecture"]
    said = {name.removeprefix(f"{kind}."): value for name, value in fields.items()}
    width, heads = int(said["embedding_length"]), int(said["attention.head_count"])
    head = said.get("attention.key_length", said.get("rope.dimension_count", width // heads))
    return {
        "architectures": [ARCHITECTURES[kind]],
        "model_type": kind,
        "hidden_size": width,
        "intermediate_size": int(said["feed_forward_length"]),
        "num_hidden_layers": int(said["block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(said["attention.head_count_kv"]),
        "head_dim": int(head),
        "max_position_embeddings": int(said["context_length"]),
        "rms_norm_eps": round(float(said["attention.layer_norm_rms_epsilon"]), 9),
        "rope_theta": float(said["rope.freq_base"]),
        "hidden_act": "silu",
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": tied,
        "bos_token_id": fields.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": int(fields["tokenizer.ggml.eos_token_id"]),
        "dtype": "float16",
    }


def _tokenizer(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A tokenizer.json for byte-level BPE. GGUF's "smollm" is GPT-2's with digits one by one."""
    tokens, kinds = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    pieces = fields["tokenizer.ggml.pre"]
    gpt2 = pieces == "smollm"
    bytes_ = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": gpt2, "use_regex": gpt2}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": index, "content": token, **flags, "special": kind == CONTROL}
            for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
            if kind in (CONTROL, USER_DEFINED)
        ],
        "normalizer": None if gpt2 else {"type": "NFC"},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [FIRST_CUTS[pieces], bytes_],
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
            "vocab": {token: index for index, token in enumerate(tokens) if kinds[index] != UNUSED},
            "merges": [merge.split(" ", 1) for merge in fields["tokenizer.ggml.merges"]],
        },
    }


def _tokenizer_config(fields: Mapping[str, Any]) -> dict[str, Any]:
    tokens = fields["tokenizer.ggml.tokens"]
    marks = {mark: fields.get(f"tokenizer.ggml.{mark}_token_id") for mark in ("bos", "eos", "padding")}
    bos, eos, padding = (tokens[index] if index is not None else None for index in marks.values())
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": bos,
        "eos_token": eos,
        "pad_token": padding,
        "clean_up_tokenization_spaces": False,
        "model_max_length": int(fields[f"{fields['general.architecture']}.context_length"]),
        "chat_template": fields["tokenizer.chat_template"],
    }
