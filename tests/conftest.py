"""Model folders that several rooms' tests need."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from ragcite.backends.smollm2 import converted, packaged_gguf


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged generator, converted."""
    if packaged_gguf() is None or importlib.util.find_spec("gguf") is None:
        pytest.skip("the packaged generator is not installed")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # converted once for all workers
    return converted(shared / "models")


@pytest.fixture(scope="session")
def qwen3_tokenizer() -> Path:
    """A folder with Qwen3's tokenizer.json and tokenizer_config.json."""
    data = os.environ.get("RAGCITE_EVAL_DATA")
    if not data:
        pytest.skip("RAGCITE_EVAL_DATA is not set")
    return Path(data) / "qwen3_tokenizer"


@pytest.fixture(scope="session")
def tiny_qwen3(qwen3_tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen3 checkpoint with random weights, two layers and the real tokenizer and chat template."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    folder = tmp_path_factory.mktemp("tiny-qwen3")
    config = Qwen3Config(
        vocab_size=151_936,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        eos_token_id=151_645,
        initializer_range=0.5,
    )
    with torch.random.fork_rng():
        torch.manual_seed(7)
        Qwen3ForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(qwen3_tokenizer / name, folder / name)
    return folder
