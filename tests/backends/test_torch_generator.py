"""Qwen3's loading path with a tiny random checkpoint, and the packaged SmolLM2."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.torch_generator import TorchGenerator
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused, PromptOverflow, UsageError
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


def test_the_end_of_an_answer_is_known(smollm: TorchGenerator, qwen3: TorchGenerator) -> None:
    assert smollm.end_ids() == {2}
    assert qwen3.end_ids() == {151_645}


def test_a_stop_string_ends_the_answer_before_it(qwen3: TorchGenerator) -> None:
    pieces = list(qwen3.generate(question("Why?"), Sampling(max_tokens=12)))
    stopped = qwen3.generate(question("Why?"), Sampling(max_tokens=12, stop=(pieces[4],)))
    assert "".join(stopped) == "".join(pieces).partition(pieces[4])[0] != ""


def test_max_tokens_bounds_the_answer(qwen3: TorchGenerator) -> None:
    assert list(qwen3.generate(question("Why?"), Sampling(max_tokens=0))) == []
    whole = "".join(qwen3.generate(question("Why?"), Sampling(max_tokens=12)))
    half = "".join(qwen3.generate(question("Why?"), Sampling(max_tokens=6)))
    assert whole.startswith(half)
    assert 0 < len(half) < len(whole)


def test_nothing_runs_before_the_first_piece_or_after_closing(
    qwen3: TorchGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragcite.backends import torch_generator

    steps: list[int] = []
    forward = torch_generator._forward

    def counted(model: Any, step: Any, cache: Any) -> Any:
        steps.append(len(step))
        return forward(model, step, cache)

    monkeypatch.setattr(torch_generator, "_forward", counted)
    stream = qwen3.generate(question("Why?"), Sampling(max_tokens=100))
    assert steps == []
    next(stream)
    taken = len(steps)
    assert steps[0] > 10
    assert set(steps[1:]) <= {1}, "after the prefill, only new tokens are run"
    assert isinstance(stream, Iterator)
    stream.close()  # type: ignore[attr-defined]
    assert len(steps) == taken < 100


def test_two_generations_may_be_interleaved(qwen3: TorchGenerator) -> None:
    alone = [list(qwen3.generate(question(text), Sampling(max_tokens=12))) for text in ("Why?", "When?")]
    one, other = (qwen3.generate(question(text), Sampling(max_tokens=12)) for text in ("Why?", "When?"))
    mixed: tuple[list[str], list[str]] = ([next(one)], [next(other)])
    mixed[0].extend(one)
    mixed[1].extend(other)
    assert list(mixed) == alone


def test_a_seed_fixes_what_is_sampled(qwen3: TorchGenerator) -> None:
    def sampled(seed: int) -> str:
        sampling = Sampling(max_tokens=6, temperature=1.5, top_k=50, top_p=0.95, seed=seed)
        return "".join(qwen3.generate(question("Why?"), sampling))

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in (1, 2, 3)}) > 1


def test_one_candidate_is_greedy_at_any_temperature(qwen3: TorchGenerator) -> None:
    greedy = "".join(qwen3.generate(question("Why?"), Sampling(max_tokens=12)))
    assert "".join(qwen3.generate(question("Why?"), Sampling(12, temperature=2.0, top_k=1))) == greedy
    assert "".join(qwen3.generate(question("Why?"), Sampling(12, temperature=2.0, top_p=1e-6))) == greedy


def test_sampling_out_of_range_is_a_usage_error(qwen3: TorchGenerator) -> None:
    for wrong in (Sampling(temperature=-1.0), Sampling(top_p=0.0), Sampling(top_k=-1)):
        with pytest.raises(UsageError):
            qwen3.generate(question("Why?"), wrong)


def test_a_prompt_beyond_the_context_is_refused_before_anything_runs(qwen3: TorchGenerator) -> None:
    assert qwen3.context_tokens == 512
    with pytest.raises(PromptOverflow, match="exceeds the 512"):
        qwen3.generate(question("word " * 600), Sampling(max_tokens=10))
    fits = len(qwen3.chat.encode(question("Why?")).ids)
    qwen3.generate(question("Why?"), Sampling(max_tokens=512 - fits))
    with pytest.raises(PromptOverflow):
        qwen3.generate(question("Why?"), Sampling(max_tokens=513 - fits))


def test_thinking_is_off(qwen3: TorchGenerator) -> None:
    text = qwen3.chat.tokenizer.decode(qwen3.chat.encode(question("Why?")).ids, skip_special_tokens=False)
    assert text.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def copied(source: Path, target: Path) -> Path:
    for path in source.iterdir():
        if path.suffix == ".safetensors":
            (target / path.name).symlink_to(path)
        else:
            shutil.copy(path, target / path.name)
    return target


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"auto_map": {"AutoModelForCausalLM": "canary.Model"}}),
        ("config.json", {"_attn_implementation_internal": "someone/kernel"}),
        ("config.json", {"text_config": {"auto_map": {"AutoConfig": "canary.Config"}}}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["canary.Tokenizer", None]}}),
        ("generation_config.json", {"trust_remote_code": True}),
        ("adapter_config.json", {"base_model_name_or_path": "someone/else"}),
    ],
)
def test_a_model_that_asks_for_code_is_refused_and_runs_none(
    tiny_qwen3: Path, tmp_path: Path, file: str, change: dict[str, Any]
) -> None:
    folder = copied(tiny_qwen3, tmp_path)
    canary = tmp_path / "ran"
    (folder / "canary.py").write_text(f"open({str(canary)!r}, 'w').close()\n", "utf-8")
    path = folder / file
    path.write_text(json.dumps((json.loads(path.read_text("utf-8")) if path.exists() else {}) | change), "utf-8")
    with pytest.raises(ModelRefused):
        TorchGenerator(folder, "canary")
    assert not canary.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_pickled_weights_are_refused(tiny_qwen3: Path, tmp_path: Path, name: str) -> None:
    folder = copied(tiny_qwen3, tmp_path)
    (folder / "model.safetensors").unlink()
    (folder / name).write_bytes(b"\x80\x04N.")
    with pytest.raises(ModelRefused, match="can run code"):
        TorchGenerator(folder, "pickled")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_names_it(tiny_qwen3: Path, tmp_path: Path, name: str) -> None:
    folder = copied(tiny_qwen3, tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name.replace(".", r"\.")):
        TorchGenerator(folder, "incomplete")
    with pytest.raises(ModelMissing, match="nowhere"):
        TorchGenerator(tmp_path / "nowhere", "nowhere")


def test_a_shard_outside_the_folder_is_not_read(tiny_qwen3: Path, tmp_path: Path) -> None:
    folder = copied(tiny_qwen3, tmp_path)
    index = {"weight_map": {"model.norm.weight": "../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises(ModelDamaged, match="no file beside it"):
        TorchGenerator(folder, "sharded")


def test_missing_or_cut_weights_are_damage_not_noise(tiny_qwen3: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = copied(tiny_qwen3, tmp_path)
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelDamaged, match="up_proj"):
        next(TorchGenerator(folder, "lacking").generate(question("Why?"), Sampling()))
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelDamaged):
        next(TorchGenerator(folder, "cut").generate(question("Why?"), Sampling()))


def test_loading_writes_nothing_to_the_terminal(tiny_qwen3: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ragcite.backends.torch_generator import TorchGenerator;"
        "TorchGenerator(Path(sys.argv[1]), 'x')._loaded()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tiny_qwen3)], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
