"""What every generator that decodes here does alike: limits, sampling, and folders it refuses, on a tiny Qwen3."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcite.backends.causal_generator import CausalGenerator
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.torch_generator import TorchGenerator
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused, PromptOverflow, RagciteError, UsageError
from ragcite.types import Message, Part, Prompt, Role, Sampling

Engine = Callable[[Path], CausalGenerator]
MISSING, CUT = "model.layers.1.mlp.up_proj.weight", np.zeros((127, 64), np.float32)


def question(text: str) -> Prompt:
    return Prompt((Message(Role.USER, (Part(text, trusted=False),)),))


def openvino(folder: Path) -> CausalGenerator:
    """On one thread: two wait for each other where the tests run beside each other."""
    return OpenVinoGenerator(folder, "tiny", precision="float32", threads=1)


def torch(folder: Path) -> CausalGenerator:
    return TorchGenerator(folder, "tiny")


@pytest.fixture(scope="module", params=[openvino, torch], ids=["openvino", "torch"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param
    return made


@pytest.fixture(scope="module")
def qwen3(engine: Engine, tiny_qwen3: Path) -> CausalGenerator:
    return engine(tiny_qwen3)


@pytest.fixture
def folder(tiny_qwen3: Path, tmp_path: Path) -> Path:
    """A copy to damage; its weights are a link, so they are replaced, never written to."""
    for path in tiny_qwen3.iterdir():
        if path.suffix == ".safetensors":
            (tmp_path / path.name).symlink_to(path)
        else:
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def says(generator: CausalGenerator, sampling: Sampling, text: str = "Why?") -> str:
    return "".join(generator.generate(question(text), sampling))


def changed(path: Path, change: dict[str, Any]) -> None:
    path.write_text(json.dumps((json.loads(path.read_text("utf-8")) if path.exists() else {}) | change), "utf-8")


def test_the_end_of_an_answer_is_known(qwen3: CausalGenerator) -> None:
    assert qwen3.end_ids() == {151_645}


def test_a_stop_string_ends_the_answer_before_it(qwen3: CausalGenerator) -> None:
    pieces = list(qwen3.generate(question("Why?"), Sampling(max_tokens=12)))
    stopped = qwen3.generate(question("Why?"), Sampling(max_tokens=12, stop=(pieces[4],)))
    assert "".join(stopped) == "".join(pieces).partition(pieces[4])[0] != ""


def test_max_tokens_bounds_the_answer(qwen3: CausalGenerator) -> None:
    assert list(qwen3.generate(question("Why?"), Sampling(max_tokens=0))) == []
    whole = says(qwen3, Sampling(max_tokens=12))
    half = says(qwen3, Sampling(max_tokens=6))
    assert whole.startswith(half)
    assert 0 < len(half) < len(whole)


def test_two_generations_may_be_interleaved(qwen3: CausalGenerator) -> None:
    alone = [list(qwen3.generate(question(text), Sampling(max_tokens=12))) for text in ("Why?", "When?")]
    one, other = (qwen3.generate(question(text), Sampling(max_tokens=12)) for text in ("Why?", "When?"))
    mixed: tuple[list[str], list[str]] = ([next(one)], [next(other)])
    mixed[0].extend(one)
    mixed[1].extend(other)
    assert list(mixed) == alone


def test_a_seed_fixes_what_is_sampled(qwen3: CausalGenerator) -> None:
    def sampled(seed: int) -> str:
        sampling = Sampling(max_tokens=6, temperature=1.5, top_k=50, top_p=0.95, seed=seed)
        return says(qwen3, sampling)

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in (1, 2, 3)}) > 1


def test_one_candidate_is_greedy_at_any_temperature(qwen3: CausalGenerator) -> None:
    greedy = says(qwen3, Sampling(max_tokens=12))
    assert says(qwen3, Sampling(12, temperature=2.0, top_k=1)) == greedy
    assert says(qwen3, Sampling(12, temperature=2.0, top_p=1e-6)) == greedy


def test_sampling_out_of_range_is_a_usage_error(qwen3: CausalGenerator) -> None:
    for wrong in (Sampling(temperature=-1.0), Sampling(top_p=0.0), Sampling(top_k=-1)):
        with pytest.raises(UsageError):
            qwen3.generate(question("Why?"), wrong)


def test_a_prompt_beyond_the_context_is_refused_before_anything_runs(qwen3: CausalGenerator) -> None:
    assert qwen3.context_tokens == 512
    with pytest.raises(PromptOverflow, match="exceeds the 512"):
        qwen3.generate(question("word " * 600), Sampling(max_tokens=10))
    fits = len(qwen3.chat.encode(question("Why?")).ids)
    qwen3.generate(question("Why?"), Sampling(max_tokens=512 - fits))
    with pytest.raises(PromptOverflow):
        qwen3.generate(question("Why?"), Sampling(max_tokens=513 - fits))


def test_thinking_is_off(qwen3: CausalGenerator) -> None:
    text = qwen3.chat.tokenizer.decode(qwen3.chat.encode(question("Why?")).ids, skip_special_tokens=False)
    assert text.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


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
    engine: Engine, folder: Path, file: str, change: dict[str, Any]
) -> None:
    canary = folder / "ran"
    (folder / "canary.py").write_text(f"open({str(canary)!r}, 'w').close()\n", "utf-8")
    changed(folder / file, change)
    with pytest.raises(ModelRefused):
        engine(folder)
    assert not canary.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"quant_method": "gptq", "bits": 4, "group_size": 128}, "GPTQ to 4 bits"),
        ({"quant_method": "awq", "w_bit": 4, "version": "gemm"}, "AWQ to 4 bits"),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, "bitsandbytes to 8 bits"),
        ({"_load_in_4bit": True}, "bitsandbytes to 4 bits"),
        ({"quant_method": "compressed-tensors"}, "'compressed-tensors', which"),
        ("by hand", "a method it does not name"),
    ],
)
def test_weights_that_were_quantised_elsewhere_are_named_before_they_are_read(
    engine: Engine, folder: Path, said: object, words: str
) -> None:
    changed(folder / "config.json", {"quantization_config": said})
    (folder / "model.safetensors").unlink()  # a refusal that read them would say something else
    with pytest.raises(ModelRefused, match=words) as caught:
        engine(folder)
    assert "original model" in caught.value.next_step


@pytest.mark.parametrize(("name", "method"), [("quantize_config.json", "GPTQ"), ("quant_config.json", "AWQ")])
def test_so_are_those_whose_method_stands_in_a_file_of_its_own(
    engine: Engine, folder: Path, name: str, method: str
) -> None:
    changed(folder / name, {"bits": 4})
    with pytest.raises(ModelRefused, match=method):
        engine(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_pickled_weights_are_refused(engine: Engine, folder: Path, name: str) -> None:
    (folder / "model.safetensors").unlink()
    (folder / name).write_bytes(b"\x80\x04N.")
    with pytest.raises(ModelRefused, match="can run code"):
        engine(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_names_it(engine: Engine, folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name.replace(".", r"\.")):
        engine(folder)
    with pytest.raises(ModelMissing, match="nowhere"):
        engine(folder / "nowhere")


def test_a_shard_outside_the_folder_is_not_read(engine: Engine, folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises(ModelDamaged, match="no file beside it"):
        engine(folder)


def fault(engine: Engine, folder: Path) -> RagciteError:
    """What making the generator, or else its first piece, raises."""
    with pytest.raises(RagciteError) as caught:
        next(engine(folder).generate(question("Why?"), Sampling(max_tokens=1)))
    return caught.value


def reweighed(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    from safetensors.numpy import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    change(weights)
    (folder / "model.safetensors").unlink()
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


@pytest.mark.parametrize("change", [lambda found: found.pop(MISSING), lambda found: found.update({MISSING: CUT})])
def test_weights_that_are_missing_or_of_another_shape_are_damage_not_noise(
    engine: Engine, folder: Path, change: Callable[[dict[str, Any]], Any]
) -> None:
    reweighed(folder, change)
    error = fault(engine, folder)
    assert isinstance(error, ModelDamaged)
    assert MISSING in error.why


def test_weights_that_are_cut_are_damage(engine: Engine, folder: Path) -> None:
    path = folder / "model.safetensors"
    data = path.read_bytes()
    path.unlink()
    for cut in (data[: len(data) // 2], data[:4], b""):
        path.write_bytes(cut)
        assert isinstance(fault(engine, folder), ModelDamaged)


def test_a_template_that_raises_names_model_cause_and_what_to_do(engine: Engine, folder: Path) -> None:
    template = (
        "{% for m in messages %}{% if m.role == 'user' %}{{ raise_exception('no\n users') }}{% endif %}{% endfor %}"
    )
    changed(folder / "tokenizer_config.json", {"chat_template": template})
    error = fault(engine, folder)
    assert isinstance(error, ModelRefused)
    assert folder.name in error.what
    assert "messages of user (no users)" in error.why
    assert "--generator" in error.next_step
    assert str(folder / "tokenizer_config.json") in error.next_step
    (folder / "chat_template.jinja").write_text("{% if true %}\n{% for %}", "utf-8")
    error = fault(engine, folder)
    assert "line 2" in error.why
    assert "chat_template.jinja" in error.next_step
    (folder / "chat_template.jinja").write_bytes(b"\xff")
    assert isinstance(fault(engine, folder), ModelDamaged)
