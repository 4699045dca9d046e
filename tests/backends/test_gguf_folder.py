"""A person's own GGUF file as the generator: converted once, its tokenizer that of the model it came from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ragcite.backends import gguf_folder
from ragcite.backends.model_catalogue import ModelRole
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused
from ragcite.types import Message, Part, Prompt, Role, Sampling

gguf = pytest.importorskip("gguf")

TEXTS = (
    "The ferry runs from 1 May to 30 September 2025; a ticket costs £14.50.",
    "Isn't it? They're here, I'VE seen \u201cthem\u201d…\n\n  four  spaces\t\ttabs \r\n end ",
    "反応炉は2019年3月に停止した。Реактор остановлен 3-го. النص العربي e\u0301 naïve",
    "<|im_start|>user <think>no</think> <tool_call> [PAD151669]",
    "def f(x):\n    return x**2  # 100_000\n",
)


def written(path: Path, model: Path, *, pieces: str = "qwen2") -> Path:
    """The checkpoint `model` as llama.cpp's converter writes it, in float32."""
    config = json.loads((model / "config.json").read_text("utf-8"))
    tokenizer = json.loads((model / "tokenizer.json").read_text("utf-8"))
    said = json.loads((model / "tokenizer_config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(path, "qwen3")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pieces)
    tokens = [f"[PAD{index}]" for index in range(config["vocab_size"])]
    kinds = [5] * len(tokens)
    for token, index in tokenizer["model"]["vocab"].items():
        tokens[index], kinds[index] = token, 1
    for added in tokenizer["added_tokens"]:
        tokens[added["id"]], kinds[added["id"]] = added["content"], 3 if added["special"] else 4
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    writer.add_eos_token_id(151_645)
    writer.add_pad_token_id(151_643)
    writer.add_chat_template(said["chat_template"])
    tensors = TensorFiles([model / "model.safetensors"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN3, config["num_hidden_layers"])
    for name in sorted(tensors.names()):
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), tensors.float32(name))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def source(tiny_qwen3: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("gguf") / "Tiny-Q8.gguf", tiny_qwen3)


@pytest.fixture(scope="module")
def folder(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gguf_folder.folder_of(source, tmp_path_factory.mktemp("models"))


def test_a_qwen3_file_says_what_its_checkpoint_says(folder: Path, tiny_qwen3: Path) -> None:
    ours, theirs = (TensorFiles([path / "model.safetensors"]) for path in (folder, tiny_qwen3))
    assert ours.names() == theirs.names()
    for name in ours.names():
        assert np.array_equal(ours.float32(name), theirs.float32(name).astype(np.float16).astype(np.float32)), name
    config, said = (json.loads((path / "config.json").read_text("utf-8")) for path in (folder, tiny_qwen3))
    for key in ("hidden_size", "head_dim", "num_key_value_heads", "vocab_size", "tie_word_embeddings", "model_type"):
        assert config[key] == said[key]


def test_its_tokenizer_cuts_every_text_as_the_model_s_own(folder: Path, tiny_qwen3: Path) -> None:
    ours, theirs = (OpenVinoGenerator(path, "tiny").chat for path in (folder, tiny_qwen3))
    for text in TEXTS:
        assert ours.tokenizer.encode(text).ids == theirs.tokenizer.encode(text).ids, text
    asked = Prompt((Message(Role.USER, (Part("Why? <think> <|im_end|>", trusted=False),)),))
    for thinking in (False, True):
        assert ours.encode(asked, thinking=thinking).ids == theirs.encode(asked, thinking=thinking).ids


def test_a_path_to_a_file_is_a_generator(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locator = ModelLocator(tmp_path)
    found = locator.locate(ModelRole.GENERATOR, str(source))
    assert found.folder is not None
    assert (found.name, found.source) == (found.folder.name, "path")
    assert found.name.startswith("Tiny-Q8-")
    prompt = Prompt((Message(Role.USER, (Part("Why?", trusted=False),)),))
    generator = OpenVinoGenerator(found.folder, found.name, precision="float32", threads=1)
    assert len(list(generator.generate(prompt, Sampling(8)))) > 0
    monkeypatch.setattr(gguf_folder, "convert", lambda *_: pytest.fail("converted twice"))
    assert locator.locate(ModelRole.GENERATOR, str(source)) == found


def test_other_bytes_are_another_model(source: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(source.read_bytes())
    first = gguf_folder.folder_of(own, tmp_path / "models")
    with own.open("ab") as file:
        file.write(b"\0")
    assert gguf_folder.folder_of(own, tmp_path / "models") != first


def test_what_is_no_decoder_of_ours_is_refused_by_name(source: Path, tiny_qwen3: Path, tmp_path: Path) -> None:
    foreign = written(tmp_path / "foreign.gguf", tiny_qwen3, pieces="deepseek-llm")
    with pytest.raises(ModelRefused, match=r"foreign\.gguf.*deepseek-llm, not smollm or qwen2"):
        gguf_folder.folder_of(foreign, tmp_path / "models")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(source.read_bytes()[:5000])
    with pytest.raises(ModelDamaged, match=r"broken\.gguf"):
        gguf_folder.folder_of(broken, tmp_path / "models")
    with pytest.raises(ModelMissing, match="neither a model's folder nor one of"):
        ModelLocator(tmp_path).locate(ModelRole.EMBEDDER, str(source))
    assert [path for path in (tmp_path / "models").iterdir() if path.is_dir()] == []
