"""Which encoders the fast embedder runs, and what it says to the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcite.backends.embedding_folder import EmbeddingFolder
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.sentence_transformers_embedder import SentenceTransformersEmbedder
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused

TEXTS = ["a b c", "", "c c c c c a", "b"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"]


def write(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A random BERT of two layers as a sentence-transformers folder."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path / "tiny-bert"
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=32,
        initializer_range=0.5,
    )
    with torch.random.fork_rng():
        torch.manual_seed(3)
        BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordPiece({word: index for index, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(WORDS[:4])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    write(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **names})
    steps = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (path, kind) in enumerate(steps)
    ]
    write(folder / "modules.json", modules)
    write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True})
    write(folder / "sentence_bert_config.json", {"max_seq_length": 6})
    (folder / "2_Normalize").mkdir()
    return folder


def change(path: Path, **values: Any) -> None:
    write(path, json.loads(path.read_text("utf-8")) | values)


def assert_same_vectors(folder: Path) -> None:
    fast, reference = OpenVinoEmbedder(folder), SentenceTransformersEmbedder(folder)
    assert np.abs(fast.embed_passages(TEXTS) - reference.embed_passages(TEXTS)).max() < 1e-5
    assert np.abs(fast.embed_query(TEXTS[0]) - reference.embed_query(TEXTS[0])).max() < 1e-5
    assert fast.count(TEXTS) == reference.count(TEXTS) == [3, 0, 6, 1]
    assert (fast.max_tokens, fast.dimension) == (reference.max_tokens, reference.dimension) == (4, 16)


def test_mean_pooling_is_that_of_the_reference(folder: Path) -> None:
    assert_same_vectors(folder)


def test_cls_pooling_is_that_of_the_reference(folder: Path) -> None:
    modes = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    change(folder / "1_Pooling" / "config.json", **modes)
    assert_same_vectors(folder)


def test_prompts_are_those_of_the_reference(folder: Path) -> None:
    plain = OpenVinoEmbedder(folder).embed_query("b")
    write(folder / "config_sentence_transformers.json", {"prompts": {"query": "a ", "document": "c "}})
    assert_same_vectors(folder)
    assert np.abs(OpenVinoEmbedder(folder).embed_query("b") - plain).max() > 1e-3


def test_other_activations_are_run_or_refused(folder: Path) -> None:
    change(folder / "config.json", hidden_act="gelu_new")
    assert_same_vectors(folder)
    change(folder / "config.json", hidden_act="swish")
    with pytest.raises(ModelRefused, match="sentence-transformers embedder"):
        OpenVinoEmbedder(folder).embed_query("a")


@pytest.mark.parametrize(
    "values", [{"model_type": "roberta"}, {"position_embedding_type": "relative_key"}, {"model_type": None}]
)
def test_other_architectures_are_referred_to_the_reference(folder: Path, values: dict[str, Any]) -> None:
    change(folder / "config.json", **values)
    with pytest.raises(ModelRefused, match="Use the sentence-transformers embedder"):
        OpenVinoEmbedder(folder).embed_query("a")


def test_a_pipeline_with_other_steps_is_refused(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    modules[2]["type"] = "sentence_transformers.models.Dense"
    write(folder / "modules.json", modules)
    with pytest.raises(ModelRefused, match="Dense"):
        EmbeddingFolder.read(folder)
    change(folder / "1_Pooling" / "config.json", pooling_mode_mean_tokens=False, pooling_mode_max_tokens=True)
    modules[2]["type"] = "sentence_transformers.models.Normalize"
    write(folder / "modules.json", modules)
    with pytest.raises(ModelRefused, match="max_tokens"):
        EmbeddingFolder.read(folder)


@pytest.mark.parametrize("made", [OpenVinoEmbedder, SentenceTransformersEmbedder])
def test_a_folder_whose_steps_are_foreign_code_is_refused(folder: Path, made: type) -> None:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    write(folder / "modules.json", [*modules, {"idx": 3, "name": "3", "path": "", "type": "os.system"}])
    with pytest.raises(ModelRefused, match=r"os\.system"):
        made(folder)


@pytest.mark.parametrize("made", [OpenVinoEmbedder, SentenceTransformersEmbedder])
def test_pickled_weights_and_remote_code_are_refused(folder: Path, made: type) -> None:
    change(folder / "config.json", auto_map={"AutoModel": "modeling.Model"})
    with pytest.raises(ModelRefused, match="auto_map"):
        made(folder)
    change(folder / "config.json", auto_map=None)
    made(folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelRefused, match="can run code"):
        made(folder)


@pytest.mark.parametrize("name", ["config.json", "modules.json", "tokenizer.json", "model.safetensors"])
def test_what_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name.replace(".", r"\.")):
        OpenVinoEmbedder(folder)


def test_damaged_weights_are_named(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    for damaged in (data[:-100], data[:5], b"", b"\xff" * 64):
        (folder / "model.safetensors").write_bytes(damaged)
        with pytest.raises(ModelDamaged, match=r"model\.safetensors"):
            OpenVinoEmbedder(folder).embed_query("a")
    (folder / "model.safetensors").write_bytes(data)
    change(folder / "config.json", hidden_size=8)
    with pytest.raises(ModelDamaged, match="shape"):
        OpenVinoEmbedder(folder).embed_query("a")


def test_the_compiled_graph_is_kept_and_the_weights_are_not_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = OpenVinoEmbedder(folder).embed_passages(TEXTS)
    for threads in (0, 1):  # a graph each: two libraries with other settings do not replace each other's
        OpenVinoEmbedder(folder, cache_dir=tmp_path, threads=threads).embed_query("a")
    monkeypatch.setattr("ragcite.backends.openvino_embedder.read_weights", lambda _: pytest.fail("read again"))
    for threads in (0, 1):
        kept = OpenVinoEmbedder(folder, cache_dir=tmp_path, threads=threads)
        assert np.abs(kept.embed_passages(TEXTS) - expected).max() < 1e-6


def test_of_one_name_one_compiled_graph_is_kept(folder: Path, tmp_path: Path) -> None:
    for sha256 in ("a" * 64, "b" * 64):
        OpenVinoEmbedder(folder, model_name="some/model", sha256=sha256, cache_dir=tmp_path).embed_query("a")
    (kept,) = tmp_path.glob("graphs/*/graph.blob")
    assert kept.parent.name.startswith("some-model-")
