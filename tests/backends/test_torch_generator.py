"""Qwen3's loading path with a tiny random checkpoint, and the packaged SmolLM2."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.torch_generator import TorchGenerator
from ragcite.errors import UsageError
from ragcite.types import Message, Part, Prompt, Role, Sampling


def question(text: str) -> Prompt:
    return Prompt((Message(Role.USER, (Part(text, trusted=False),)),))


@pytest.fixture(scope="module")
def qwen3(tiny_qwen3: Path) -> TorchGenerator:
    return TorchGenerator(tiny_qwen3, "tiny-qwen3")


@pytest.fixture(scope="module")
def smollm(smollm2: Path) -> TorchGenerator:
    return TorchGenerator(smollm2, "SmolLM2-135M-Instruct")


def greedy_by_transformers(folder: Path, ids: tuple[int, ...], count: int) -> list[int]:
    import torch
    from transformers import AutoModelForCausalLM

    loader: Any = AutoModelForCausalLM
    model = loader.from_pretrained(folder, dtype=torch.float32, local_files_only=True, use_safetensors=True)
    inputs = torch.tensor([ids])
    options = {"attention_mask": torch.ones_like(inputs), "do_sample": False, "pad_token_id": 0}
    out = model.generate(inputs, max_new_tokens=count, **options)
    generated: list[int] = out[0, len(ids) :].tolist()
    return generated


@pytest.mark.parametrize("text", ["Why?", "反応炉はいつ停止した？", "a longer question " * 10])
def test_greedy_decoding_is_that_of_transformers(qwen3: TorchGenerator, tiny_qwen3: Path, text: str) -> None:
    ids = qwen3.chat.encode(question(text)).ids
    expected = greedy_by_transformers(tiny_qwen3, ids, 24)
    assert len(set(expected)) > 3
    tokenizer = qwen3.chat.tokenizer
    pieces = "".join(qwen3.generate(question(text), Sampling(max_tokens=24)))
    assert pieces == tokenizer.decode(expected).replace("\ufffd", "")


def test_the_packaged_model_knows_the_capital_of_france(smollm: TorchGenerator) -> None:
    pieces = list(smollm.generate(question("What is the capital of France?"), Sampling(max_tokens=32)))
    assert "".join(pieces) == "The capital of France is Paris."
    assert len(pieces) > 3  # it streams


def test_nothing_runs_before_the_first_piece_or_after_closing(
    qwen3: TorchGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragcite.backends.torch_generator import _Step

    steps: list[int] = []
    run = _Step.__call__

    def counted(step: Any, ids: Any, guessed: Any = ()) -> Any:
        steps.append(len(ids))
        return run(step, ids, guessed)

    monkeypatch.setattr(_Step, "__call__", counted)
    stream = qwen3.generate(question("Why?"), Sampling(max_tokens=100))
    assert steps == []
    next(stream)
    taken = len(steps)
    assert steps[0] > 10
    assert set(steps[1:]) <= {1}, "after the prefill, only new tokens are run"
    assert isinstance(stream, Iterator)
    stream.close()  # type: ignore[attr-defined]
    assert len(steps) == taken < 100


def test_loading_writes_nothing_to_the_terminal(tiny_qwen3: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ragcite.backends.torch_generator import TorchGenerator;"
        "TorchGenerator(Path(sys.argv[1]), 'x')._loaded()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tiny_qwen3)], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_a_precision_of_another_engine_is_a_usage_error(tiny_qwen3: Path, precision: str) -> None:
    with pytest.raises(UsageError, match=f"'{precision}'.*float32"):
        TorchGenerator(tiny_qwen3, "tiny", dtype=precision)
