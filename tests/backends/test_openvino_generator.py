"""The fast engine against the reference: the same tokens in float32, nearly the same distribution in int8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ragcite.backends.causal_generator import CausalGenerator
from ragcite.backends.decoder_graph import decoder
from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.decoder_tensors import expected_tensors
from ragcite.backends.decoder_weights import DecoderWeights
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.prefix_cache import CachedSequence
from ragcite.backends.tensor_file import TensorFiles
from ragcite.backends.torch_generator import TorchGenerator
from ragcite.errors import ModelDamaged, ModelRefused, UsageError
from ragcite.types import Message, Part, Prompt, Role, Sampling
from tests.decoding import greedy

TEXT = (
    "The ferry to Skarholm runs from May to September. A single ticket costs fourteen crowns, and children under six"
    " travel free. In 2023 the harbour was closed for eleven days because of ice, and the mail came by helicopter."
)


def question(text: str) -> Prompt:
    return Prompt((Message(Role.USER, (Part(text, trusted=False),)),))


def made(folder: Path, **options: Any) -> OpenVinoGenerator:
    """On one thread: two wait for each other where the tests run beside each other."""
    return OpenVinoGenerator(folder, "tiny", threads=1, **options)


def distributions(generator: CausalGenerator, ids: Sequence[int]) -> NDArray[np.float64]:
    """(tokens, vocabulary): the log probabilities of the token after each."""
    with generator.sequence() as step:
        logits = np.concatenate([step([token]) for token in ids]).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    logs: NDArray[np.float64] = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logs


@pytest.fixture(scope="module")
def qwen3(tiny_qwen3: Path) -> OpenVinoGenerator:
    return made(tiny_qwen3, precision="float32")


@pytest.mark.parametrize("text", ["Why?", "反応炉はいつ停止した？", "a longer question " * 30])
def test_a_qwen3_says_in_float32_what_torch_says(qwen3: OpenVinoGenerator, tiny_qwen3: Path, text: str) -> None:
    torch = TorchGenerator(tiny_qwen3, "tiny")
    ids = qwen3.chat.encode(question(text)).ids
    assert greedy(qwen3, ids, 40) == greedy(torch, ids, 40)


def test_smollm2_says_in_float32_what_torch_says(smollm2: Path) -> None:
    fast, torch = made(smollm2, precision="float32"), TorchGenerator(smollm2, "smol")
    for text in ("What is the capital of France?", f"{TEXT}\n\nHow much is a ticket? Explain at length."):
        ids = fast.chat.encode(question(text)).ids
        assert greedy(fast, ids, 16) == greedy(torch, ids, 16)


def test_int8_keeps_the_distribution_of_smollm2(smollm2: Path) -> None:
    fast, torch = made(smollm2), TorchGenerator(smollm2, "smol")
    ids = fast.chat.tokenizer.encode(TEXT).ids[:40]
    ours, theirs = distributions(fast, ids), distributions(torch, ids)
    divergence = (np.exp(theirs) * (theirs - ours)).sum(axis=1)
    assert divergence.mean() < 0.02
    second, first = np.sort(theirs, axis=1)[:, -2:].T
    sure = first - second > np.log(2)  # twice as likely as any other
    assert sure.sum() > 10
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1))[sure].all()


def test_a_graph_in_four_bits_is_kept_apart_and_smaller(tiny_qwen3: Path, tmp_path: Path) -> None:
    sizes, said = {}, []
    for precision in ("int8", "int4", "int4"):
        generator = made(tiny_qwen3, precision=precision, cache_dir=tmp_path)
        said.append(greedy(generator, [5, 6, 7], 4))
        (blob,) = tmp_path.glob(f"graphs/tiny-{precision}-*/graph.blob")
        sizes[precision] = blob.stat().st_size
    matrices = 2 * 64 * (2 * 64 + 2 * 32 + 3 * 128)  # of two layers; the table stays 8-bit
    assert sizes["int8"] - sizes["int4"] > 0.2 * matrices  # 6 bits a weight, not 8.5; more nodes
    assert said[1] == said[2]


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_every_float_checkpoint_is_a_source(tiny_qwen3: Path, tmp_path: Path, dtype: str) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    for path in tiny_qwen3.iterdir():
        if path.suffix != ".safetensors":
            (tmp_path / path.name).symlink_to(path)
    weights = load_file(tiny_qwen3 / "model.safetensors")
    kept = {name: tensor.to(getattr(torch, dtype)) for name, tensor in weights.items()}
    save_file(kept, tmp_path / "model.safetensors", {"format": "pt"})
    expected = greedy(TorchGenerator(tmp_path, "tiny", dtype="float32"), [5, 6, 7], 12)
    assert greedy(made(tmp_path, precision="float32"), [5, 6, 7], 12) == expected
    for precision in ("int8", "int4"):
        assert len(greedy(made(tmp_path, precision=precision), [5, 6, 7], 3)) == 3


def test_int8_of_the_packaged_model_reads_its_prompt(smollm2: Path) -> None:
    asked = question(f"{TEXT}\n\nWhen does the ferry run?")
    pieces = list(made(smollm2).generate(asked, Sampling(32)))
    assert "May to September" in "".join(pieces)
    assert len(pieces) > 3  # it streams


class Counted:
    """Counts the tokens of every step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[int] = []
        run = CachedSequence._run

        def counted(sequence: CachedSequence, ids: Sequence[int], wanted: int) -> Any:
            self.steps.append(len(ids))
            return run(sequence, ids, wanted)

        monkeypatch.setattr(CachedSequence, "_run", counted)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def test_a_prompt_that_begins_as_an_earlier_one_runs_only_what_is_new(
    tiny_qwen3: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = made(tiny_qwen3, precision="float32", reuse_prefix=True)
    shared = list(range(100, 180))
    for ending in ([7, 8, 9], [11], [12, 13], [7, 8, 9], []):
        before = len(counted.steps)
        fresh = made(tiny_qwen3, precision="float32")
        assert greedy(cached, shared + ending, 10) == greedy(fresh, shared + ending, 10)
        prefill, again = counted.steps[before], counted.steps[before + 10]
        assert again == 80 + len(ending)
        if before:
            assert prefill <= max(1, len(ending))


def test_a_warm_prefix_changes_no_letter_of_a_greedy_answer_in_float32(tiny_qwen3: Path, counted: Counted) -> None:
    cold = made(tiny_qwen3, precision="float32")
    warm = made(tiny_qwen3, precision="float32", reuse_prefix=True)
    sources = "The ferry runs from May to September. A ticket costs fourteen crowns. "
    asked = [question(sources * 12 + ending) for ending in ("When?", "How much?", "When?", "Who?")]
    said = ["".join(cold.generate(prompt, Sampling(24))) for prompt in asked]
    whole = sum(counted.steps)
    assert ["".join(warm.generate(prompt, Sampling(24))) for prompt in asked] == said
    assert sum(counted.steps) - whole < 0.8 * whole
    assert len(set(said)) > 1


def test_a_cache_that_is_mostly_passed_over_is_started_afresh(tiny_qwen3: Path, counted: Counted) -> None:
    generator = made(tiny_qwen3, precision="float32", reuse_prefix=True)
    ids = list(range(100, 120))
    expected = greedy(generator, ids, 5)
    for _ in range(30):
        assert greedy(generator, ids, 5) == expected
    assert counted.steps.count(20) > 1
    assert counted.steps.count(20) < 15
    sequence = generator._cache._idle[0]
    assert sequence._filled <= 2 * len(ids) + 5


def test_threads_may_share_a_generator(qwen3: OpenVinoGenerator) -> None:
    texts = [f"Why {number}?" for number in range(6)]
    alone = ["".join(qwen3.generate(question(text), Sampling(max_tokens=12))) for text in texts]
    found: dict[str, str] = {}

    def run(text: str) -> None:
        found[text] = "".join(qwen3.generate(question(text), Sampling(max_tokens=12)))

    threads = [threading.Thread(target=run, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[text] for text in texts] == alone


def test_nothing_runs_before_the_first_piece_or_after_closing(qwen3: OpenVinoGenerator, counted: Counted) -> None:
    stream = qwen3.generate(question("Why is it closed?"), Sampling(max_tokens=100))
    assert counted.steps == []
    next(stream)
    taken = len(counted.steps)
    stream.close()  # type: ignore[attr-defined]
    assert len(counted.steps) == taken < 100


def test_an_interrupted_step_leaves_no_cache_behind(tiny_qwen3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = made(tiny_qwen3, precision="float32", reuse_prefix=True)
    expected = greedy(generator, [5, 6, 7], 5)
    sequence = generator._cache._idle[0]

    class Interrupted:
        def reset_state(self) -> None: ...

        def infer(self, *_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

    sequence._request = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        greedy(generator, [5, 6, 7, 8], 5)
    assert greedy(generator, [5, 6, 7], 5) == expected


def test_a_graph_is_compiled_once_and_then_read(
    tiny_qwen3: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(tiny_qwen3, cache_dir=tmp_path)
    expected = greedy(first, [5, 6, 7], 10)
    (blob,) = tmp_path.glob("graphs/*/graph.blob")
    monkeypatch.setattr(OpenVinoGenerator, "_graph", lambda *_: pytest.fail("built twice"))
    assert greedy(made(tiny_qwen3, cache_dir=tmp_path), [5, 6, 7], 10) == expected
    monkeypatch.undo()
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    assert greedy(made(tiny_qwen3, cache_dir=tmp_path), [5, 6, 7], 10) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's list of mappings")
def test_the_stored_graph_does_not_stay_in_memory_beside_the_packed_weights(tiny_qwen3: Path, tmp_path: Path) -> None:
    for _ in range(2):  # the second maps what the first has stored
        generator = made(tiny_qwen3, cache_dir=tmp_path)
        greedy(generator, [5, 6, 7], 2)
    (blob,) = tmp_path.glob("graphs/*/graph.blob")
    generator.load()
    assert resident(blob) < 0.5 * blob.stat().st_size


def resident(path: Path) -> int:
    """Bytes of a mapped file that the process holds in memory."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    found = [next(line for line in lines if line.startswith("Rss:")) for line in lines if line.endswith(str(path))]
    assert found
    return sum(1024 * int(line.split()[1]) for line in found)


def test_other_weights_are_compiled_anew(tiny_qwen3: Path, tmp_path: Path) -> None:
    for digest in ("a" * 64, "b" * 64):
        made(tiny_qwen3, sha256=digest, cache_dir=tmp_path).load()
    assert len(list(tmp_path.glob("graphs/*/graph.blob"))) == 1  # and the older one is removed


def test_a_cache_that_cannot_be_written_costs_only_time(
    tiny_qwen3: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refused)
    assert greedy(made(tiny_qwen3, cache_dir=tmp_path / "x"), [5, 6, 7], 3)


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"model_type": "gemma"}, ModelRefused, "gemma"),
        ({"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e6}}, ModelRefused, "yarn"),
        ({"rope_scaling": {"type": "linear", "factor": 2}}, ModelRefused, "linear"),
        ({"use_sliding_window": True}, ModelRefused, "sliding"),
        ({"hidden_act": "gelu"}, ModelRefused, "gelu"),
        ({"num_hidden_layers": "two"}, ModelDamaged, "num_hidden_layers"),
        ({"num_attention_heads": 3}, ModelDamaged, "heads"),
    ],
)
def test_what_the_graph_is_not_made_for_is_refused_before_a_weight_is_read(
    tiny_qwen3: Path, tmp_path: Path, change: dict[str, Any], error: type[Exception], word: str
) -> None:
    for path in tiny_qwen3.iterdir():
        (tmp_path / path.name).symlink_to(path)
    config = json.loads((tiny_qwen3 / "config.json").read_text("utf-8")) | change
    (tmp_path / "config.json").unlink()
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(error, match=word):
        made(tmp_path)


def test_a_precision_without_an_engine_is_a_usage_error(tiny_qwen3: Path) -> None:
    with pytest.raises(UsageError, match="float8"):
        made(tiny_qwen3, precision="float8")


def reweighed(source: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    from safetensors.numpy import load_file, save_file

    for path in source.iterdir():
        if path.suffix != ".safetensors":
            (target / path.name).symlink_to(path)
    weights = load_file(source / "model.safetensors")
    change(weights)
    save_file(weights, target / "model.safetensors")
    return target


NORM, UP = "model.layers.1.self_attn.q_norm.weight", "model.layers.1.mlp.up_proj.weight"


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        (lambda w: w.pop("model.norm.weight"), ModelDamaged, r"lacks model\.norm\.weight\."),
        (
            lambda w: [w.pop(name) for name in list(w) if "layers.1" in name],
            ModelDamaged,
            r"lacks model\.layers\.1\.input_layernorm\.weight, .* and 8 more",
        ),
        (lambda w: w.update({UP: w[UP][:-1].copy()}), ModelDamaged, r"up_proj.*\(127, 64\).*\(128, 64\)"),
        (lambda w: w.update({UP: w[UP].T.copy()}), ModelDamaged, r"up_proj.*\(64, 128\).*\(128, 64\)"),
        (lambda w: w.update({UP: w[UP].astype(np.int8)}), ModelDamaged, "up_proj.*type I8"),
        (lambda w: w.update({NORM.replace("norm", "proj").replace("weight", "bias"): w[NORM]}), ModelRefused, "q_proj"),
        (lambda w: w.update({UP.replace("1", "2"): w[UP]}), ModelRefused, r"holds model\.layers\.2\.mlp"),
    ],
)
def test_tensors_that_do_not_fit_the_graph_are_told_from_the_headers(
    tiny_qwen3: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[dict[str, Any]], object],
    error: type[Exception],
    word: str,
) -> None:
    folder = reweighed(tiny_qwen3, tmp_path, change)
    monkeypatch.setattr(TensorFiles, "float32", lambda *_: pytest.fail("a weight was read"))
    with pytest.raises(error, match=word):
        made(folder)


def test_tensors_that_only_repeat_what_is_known_are_passed_over(tiny_qwen3: Path, tmp_path: Path) -> None:
    def change(weights: dict[str, Any]) -> None:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
        weights["model.layers.0.self_attn.rotary_emb.inv_freq"] = np.ones(8, np.float32)

    folder = reweighed(tiny_qwen3, tmp_path, change)
    assert greedy(made(folder, precision="float32"), [5, 6, 7], 3) == greedy(
        made(tiny_qwen3, precision="float32"), [5, 6, 7], 3
    )


@pytest.mark.parametrize(("tied", "kind"), [(True, "qwen3"), (False, "llama")])
def test_the_tensors_that_are_looked_for_are_those_that_the_graph_reads(tied: bool, kind: str) -> None:
    shape = DecoderShape(kind, 2, 16, 24, 4, 2, 6, 50, 64, 1e-6, 1e4, tied)
    read: dict[str, tuple[int, ...]] = {}

    class Recorded(DecoderWeights):
        def _array(self, name: str, *shape: int) -> Any:
            read[name] = shape
            return np.zeros(shape, np.float32)

    weights = Recorded(TensorFiles([]), precision="float32")
    decoder(weights, shape)
    assert expected_tensors(shape) == read


def test_generating_does_not_load_torch(tiny_qwen3: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ragcite.backends.openvino_generator import OpenVinoGenerator;"
        "from ragcite.types import *;"
        "prompt = Prompt((Message(Role.USER, (Part('Why?', False),)),));"
        "list(OpenVinoGenerator(Path(sys.argv[1]), 'x').generate(prompt, Sampling(3)));"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script, str(tiny_qwen3)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
