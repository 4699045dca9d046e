"""The cross-encoder: the fast engine gives what torch gives, and damaged weights are refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from eval.training.encoder import CrossEncoder as Reference
from eval.training.examples import Example, Task
from eval.training.export import main as export
from eval.training.train import Recipe, Trainer, encode, padded
from ragcite.backends.cross_encoder import MAX_TOKENS, CrossEncoder
from ragcite.backends.wordpiece import WordPiece
from ragcite.errors import ModelDamaged, ModelMissing

WORDS = "[PAD] [UNK] [CLS] [SEP] the lab was founded in 1998 when who by council roof 27 members has . ?".split()
PAIRS = [
    ("the lab was founded in 1998 .", "when was the lab founded ?"),
    ("the council has 27 members .", "the council has 27 members ."),
    ("roof " * 400, "who by ?"),
    ("", "roof"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with random weights and its tokenizer."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-bert")
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=256, initializer_range=0.3,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(3)
        BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """A checkpoint after a few steps, and the model in torch."""
    out = tmp_path_factory.mktemp("checkpoint")
    trainer = Trainer(base, out, Recipe(rate=1e-3, tokens=64, threads=1))
    examples = [
        Example(Task.SUPPORT, evidence, text, i % 2, str(i), "test") for i, (evidence, text) in enumerate(PAIRS)
    ]
    trainer.run(encode(examples * 8, base), 10)
    return out / "checkpoint.safetensors", trainer.model.eval()


def exported(checkpoint: Path, base: Path, out: Path, *options: str) -> Path:
    result = CliRunner().invoke(export, [*options, str(checkpoint), str(base), str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    return out


def logits_in_torch(model: Reference, base: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    encoded = encode([Example(Task.SUPPORT, evidence, text, 1, "", "") for evidence, text in PAIRS], base)
    with torch.no_grad():
        return np.array([model(*padded([one], 0))[0].float().numpy() for one in encoded], dtype=np.float64)


def test_the_fast_engine_gives_the_logits_of_the_reference(
    base: Path, trained: tuple[Path, Reference], tmp_path: Path
) -> None:
    checkpoint, model = trained
    fast = CrossEncoder(exported(checkpoint, base, tmp_path / "whole", "--float32"))
    small = CrossEncoder(exported(checkpoint, base, tmp_path / "small"))
    wanted = logits_in_torch(model, base)
    assert np.abs(fast.logits(PAIRS) - wanted).max() < 1e-4
    assert np.abs(small.logits(PAIRS) - wanted).max() < 0.15
    stored = load_file(tmp_path / "small" / "model.safetensors")
    assert stored["encoder.layer.0.intermediate.dense.weight"].dtype == np.int8


def test_a_pair_scores_the_same_alone_and_in_any_company(
    base: Path, trained: tuple[Path, Reference], tmp_path: Path
) -> None:
    model = CrossEncoder(exported(trained[0], base, tmp_path / "model"))
    together = model.logits(PAIRS)
    assert np.abs(together - np.concatenate([model.logits([pair]) for pair in PAIRS])).max() < 1e-4
    assert np.abs(together - model.logits(PAIRS[::-1])[::-1]).max() < 1e-4
    assert model.logits([]).shape == (0, 3)
    assert model.rerank("who by ?", ["roof", "the lab"]) == [float(row[2]) for row in model.logits(
        [("roof", "who by ?"), ("the lab", "who by ?")]
    )]  # fmt: skip
    assert all(0 < score.supported < 1 for score in model.score(PAIRS))


def test_the_encoder_is_told_which_words_both_texts_share(base: Path) -> None:
    [(ids, kinds)] = WordPiece(base, MAX_TOKENS).pairs([("the lab was founded", "the council was")])
    assert [WORDS[token] for token in ids] == "[CLS] the lab was founded [SEP] the council was [SEP]".split()
    assert kinds == [0, 2, 0, 2, 0, 0, 3, 1, 3, 1]


def test_a_long_pair_is_cut_where_it_is_long(base: Path) -> None:
    [(ids, kinds)] = WordPiece(base, MAX_TOKENS).pairs([("roof " * 400, "who by ?")])
    assert len(ids) == MAX_TOKENS
    assert [WORDS[token] for token, kind in zip(ids, kinds, strict=True) if kind in (1, 3)] == "who by ? [SEP]".split()


def test_training_goes_on_where_it_stopped(base: Path, tmp_path: Path) -> None:
    examples = [Example(Task.ANSWER, evidence, text, i % 2, str(i), "test") for i, (evidence, text) in enumerate(PAIRS)]
    encoded = encode(examples * 8, base)
    recipe = Recipe(rate=1e-3, tokens=64, threads=1)
    first = Trainer(base, tmp_path / "halves", recipe)
    first.run(encoded, 0)
    steps = json.loads(_metadata(tmp_path / "halves")["step"])
    assert 0 < steps < 20
    Trainer(base, tmp_path / "halves", recipe).run(encoded, 10)
    assert json.loads(_metadata(tmp_path / "halves")["step"]) > steps


def _metadata(folder: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(folder / "checkpoint.safetensors", "np") as file:
        return dict(file.metadata())


def test_a_folder_without_weights_or_with_damaged_ones_says_what_is_wrong(
    base: Path, trained: tuple[Path, Reference], tmp_path: Path
) -> None:
    with pytest.raises(ModelMissing):
        CrossEncoder(tmp_path)
    folder = exported(trained[0], base, tmp_path / "model")
    arrays = load_file(folder / "model.safetensors")
    del arrays["encoder.layer.1.attention.self.key.weight.scale"]
    save_file(arrays, folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match=r"attention\.self\.key"):
        CrossEncoder(folder).logits(PAIRS)
