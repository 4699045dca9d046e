"""The packaged generator's one-time conversion, on a small GGUF made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcite.backends import gguf_folder, smollm2
from ragcite.backends.gguf_decoder import convert
from ragcite.backends.model_files import sha256_of
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused

gguf = pytest.importorskip("gguf")

WIDTH, HEADS, KV_HEADS, WIDE = 8, 2, 1, 16
TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "ab"]


def written(path: Path, *, architecture: str = "llama", extra: str | None = None) -> Path:
    """A llama of one layer, float32."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(64)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(WIDE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(1e5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3, 3, 1, 1, 1])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(2)
    writer.add_chat_template("{{ messages[0].content }}")
    for name, shape in shapes().items():
        writer.add_tensor(name, np.arange(np.prod(shape), dtype=np.float32).reshape(shape))
    if extra:
        writer.add_tensor(extra, np.zeros((2, 2), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def shapes() -> dict[str, tuple[int, ...]]:
    narrow = WIDTH // HEADS * KV_HEADS
    return {
        "token_embd.weight": (len(TOKENS), WIDTH),
        "output_norm.weight": (WIDTH,),
        "blk.0.attn_norm.weight": (WIDTH,),
        "blk.0.attn_q.weight": (WIDTH, WIDTH),
        "blk.0.attn_k.weight": (narrow, WIDTH),
        "blk.0.attn_v.weight": (narrow, WIDTH),
        "blk.0.attn_output.weight": (WIDTH, WIDTH),
        "blk.0.ffn_norm.weight": (WIDTH,),
        "blk.0.ffn_gate.weight": (WIDE, WIDTH),
        "blk.0.ffn_up.weight": (WIDE, WIDTH),
        "blk.0.ffn_down.weight": (WIDTH, WIDE),
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return written(tmp_path / "small.gguf")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_conversion_happens_once(source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = smollm2.converted(cache, source, sha256_of(source))
    before = contents(folder)
    monkeypatch.setattr(gguf_folder, "convert", lambda *_: pytest.fail("converted twice"))
    assert contents(smollm2.converted(cache, source, sha256_of(source))) == before
    source.rename(source.with_name("gone.gguf"))
    assert smollm2.converted(cache, source, sha256_of(source.with_name("gone.gguf"))) == folder


def test_the_folder_says_what_the_file_says(source: Path, cache: Path) -> None:
    from safetensors.numpy import load_file
    from transformers import AutoConfig, AutoTokenizer

    folder = smollm2.converted(cache, source, sha256_of(source))
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    assert (config.num_attention_heads, config.num_key_value_heads, config.head_dim) == (HEADS, KV_HEADS, 4)
    assert config.rope_parameters["rope_theta"] == 1e5
    assert config.tie_word_embeddings
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert tokenizer("ab<|im_end|>ba")["input_ids"] == [5, 2, 4, 3]
    assert {array.dtype for array in load_file(folder / "model.safetensors").values()} == {np.dtype(np.float16)}


def test_rotary_channels_go_from_pairs_back_to_halves(source: Path, cache: Path) -> None:
    from safetensors.numpy import load_file

    arrays = load_file(smollm2.converted(cache, source, sha256_of(source)) / "model.safetensors")
    rows = arrays["model.layers.0.self_attn.q_proj.weight"][:, 0] / WIDTH
    assert rows.tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    rows = arrays["model.layers.0.self_attn.v_proj.weight"][:, 0] / WIDTH
    assert rows.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json", "converted.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_result_is_converted_again(source: Path, cache: Path, file: str, damage: str) -> None:
    digest = sha256_of(source)
    folder = smollm2.converted(cache, source, digest)
    before = contents(folder)
    data = bytearray(before[file])
    if damage == "remove":
        (folder / file).unlink()
    else:
        data[len(data) // 2] ^= 1
        (folder / file).write_bytes(data if damage == "flip" else data[:-1])
    assert contents(smollm2.converted(cache, source, digest)) == before


def test_an_interrupted_conversion_leaves_nothing_half(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, folder: Path) -> None:
        convert(path, folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(gguf_folder, "convert", interrupted)
    with pytest.raises(KeyboardInterrupt):
        smollm2.converted(cache, source, sha256_of(source))
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []
    monkeypatch.setattr(gguf_folder, "convert", convert)
    (cache / f".{smollm2.NAME}-killed").mkdir()
    folder = smollm2.converted(cache, source, sha256_of(source))
    assert [path for path in cache.iterdir() if path.is_dir()] == [folder]


def test_another_file_than_the_known_one_is_not_converted(source: Path, cache: Path) -> None:
    with pytest.raises(ModelDamaged, match=r"small\.gguf"):
        smollm2.converted(cache, source)
    with pytest.raises(ModelMissing, match="pip install"):
        smollm2.converted(cache, source.with_name("absent.gguf"))
    assert not (cache / smollm2.NAME).exists()


def test_a_file_that_is_no_llama_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ModelRefused, match="architecture"):
        convert(written(tmp_path / "other.gguf", architecture="falcon"), folder)
    with pytest.raises(ModelRefused, match=r"blk\.0\.attn_q\.bias"):
        convert(written(tmp_path / "biased.gguf", extra="blk.0.attn_q.bias"), folder)


def test_a_file_that_is_no_gguf_is_damage(tmp_path: Path, source: Path) -> None:
    cut = tmp_path / "cut.gguf"
    for data in (b"", b"GGUF", b"not a model at all" * 100, source.read_bytes()[:-200], source.read_bytes()[:300]):
        cut.write_bytes(data)
        with pytest.raises(ModelDamaged):
            convert(cut, tmp_path)


def test_the_packaged_file_is_the_known_one(smollm2_source: Path) -> None:
    assert sha256_of(smollm2_source) == smollm2.SHA256


@pytest.fixture
def smollm2_source() -> Path:
    found = smollm2.packaged_gguf()
    if found is None:
        pytest.skip("the packaged generator is not installed")
    return found


def test_the_package_is_found_without_being_imported(smollm2_source: Path) -> None:
    import sys

    assert smollm2.PACKAGE not in sys.modules


def test_the_record_names_source_and_files(source: Path, cache: Path) -> None:
    folder = smollm2.converted(cache, source, sha256_of(source))
    record: dict[str, Any] = json.loads((folder / "converted.json").read_text("utf-8"))
    assert record["source"] == sha256_of(source)
    assert record["files"]["model.safetensors"] == sha256_of(folder / "model.safetensors")
