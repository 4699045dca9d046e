"""llama.cpp beside ours: the same random weights as a Q8_0 file, run by llama-cpp-python where it is installed.

Build it for the machine, or the comparison says nothing:
`CMAKE_ARGS="-DGGML_NATIVE=ON" pip install --no-binary llama-cpp-python llama-cpp-python==0.3.16`.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from pathlib import Path
from typing import Any

from gguf import MODEL_ARCH, GGMLQuantizationType, GGUFWriter, get_tensor_name_map, quants

from eval.engines.random_qwen3 import CONFIG
from eval.engines.timing import DECODED, TRIES, Speed, random_tokens
from ragcite.backends.tensor_file import TensorFiles

KIND = GGMLQuantizationType.Q8_0


def installed() -> bool:
    return importlib.util.find_spec("llama_cpp") is not None


def write(folder: Path, target: Path) -> Path:
    """The safetensors of `folder` as a GGUF file: matrices in Q8_0, vectors in float32, no vocabulary."""
    writer = GGUFWriter(target, "qwen3")
    writer.add_context_length(CONFIG["max_position_embeddings"])
    writer.add_embedding_length(CONFIG["hidden_size"])
    writer.add_block_count(CONFIG["num_hidden_layers"])
    writer.add_feed_forward_length(CONFIG["intermediate_size"])
    writer.add_head_count(CONFIG["num_attention_heads"])
    writer.add_head_count_kv(CONFIG["num_key_value_heads"])
    writer.add_key_length(CONFIG["head_dim"])
    writer.add_value_length(CONFIG["head_dim"])
    writer.add_rope_freq_base(CONFIG["rope_theta"])
    writer.add_layer_norm_rms_eps(CONFIG["rms_norm_eps"])
    writer.add_vocab_size(CONFIG["vocab_size"])
    writer.add_tokenizer_model("none")
    tensors = TensorFiles([folder / "model.safetensors"])
    names = get_tensor_name_map(MODEL_ARCH.QWEN3, CONFIG["num_hidden_layers"])
    for name in sorted(tensors.names()):
        values, named = tensors.float32(name), names.get_name(name, try_suffixes=(".weight",))
        assert named is not None, f"gguf knows no {name}"
        if values.ndim == 1:
            writer.add_tensor(named, values)
        else:
            writer.add_tensor(named, quants.quantize(values, KIND), raw_dtype=KIND)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


def speed(path: Path, contexts: tuple[int, ...], threads: int) -> dict[int, Speed]:
    """As `timing.speed`, for each context."""
    from llama_cpp import Llama

    most = max(contexts) + DECODED
    model: Any = Llama(
        str(path), n_ctx=most, n_batch=512, n_threads=threads, n_threads_batch=threads, logits_all=False, verbose=False
    )
    return {context: _speed(model, context) for context in contexts}


def _speed(model: Any, context: int) -> Speed:
    prefills, steps = [], []
    for seed in range(TRIES):
        model.reset()
        prefills.append(_timed(model, random_tokens(context, seed)))
        for token in random_tokens(DECODED, seed + TRIES):
            steps.append(_timed(model, [token]))
    return Speed(context / min(prefills), min(steps), statistics.median(steps))


def _timed(model: Any, ids: list[int]) -> float:
    begun = time.perf_counter()
    model.eval(ids)
    return time.perf_counter() - begun
