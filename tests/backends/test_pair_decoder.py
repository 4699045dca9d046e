"""The adapted decoder: the fast engine gives what torch gives, and an adapter that does not fit is refused."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from eval.training.adapter import AdaptedDecoder, Size
from eval.training.loop import Loop, Rates, restore
from eval.training.train_adapter import backward, begin_with, export
from eval.training.trees import (
    EncodedTree,
    Tree,
    encoded_trees,
    lone_trees,
    packed,
    tensors,
    with_copies,
    written_trees,
)
from ragcite.backends import pair_decoder
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.backends.pair_decoder import ADAPTER, ANSWERED, SUPPORTED, TEXT_TOKENS, WEIGHTS, PairDecoder
from ragcite.errors import ModelDamaged, ModelMissing

SIZE = Size(layers=2, rank=4, scale=2.0)
LAB = "The lab was founded in 1998. Its roof was repaired by the council."
TOWN = "The council has 27 members, and meets on the first Monday of every month in the old school."
PAIRS = [
    (LAB, "The lab was founded in 1998."),
    (TOWN, "The council has 27 members."),
    (LAB, "The council repaired the roof of the lab, which was not new any more."),
    ("roof " * (2 * TEXT_TOKENS), "Who?"),
    ("", "roof"),
]


@pytest.fixture(scope="module")
def base(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama with random weights, three layers, and the packaged generator's tokenizer."""
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("tiny-llama")
    config = LlamaConfig(
        vocab_size=49_152,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        initializer_range=0.3,
    )
    with torch.random.fork_rng():
        torch.manual_seed(7)
        LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(smollm2 / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[AdaptedDecoder, Path]:
    """A tiny model after some steps, in torch, and the adapter that was exported from it."""
    out = tmp_path_factory.mktemp("adapter")
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = AdaptedDecoder(base, SIZE, torch.float32)
        for name, parameter in model.trained().items():
            if name.endswith(".b"):  # as if much had been learned
                torch.nn.init.normal_(parameter, std=0.2)
        loop = Loop(model, Rates(1e-3, 1e-2, 0.1), out, {})
        loop.run([[step] for step in steps(base)], partial(backward, model), 60)
    export(out / "checkpoint.safetensors", out / "made", SIZE)
    return model.eval(), out / "made"


def trees(folder: Path) -> list[EncodedTree]:
    known = (1.0, 0.0, math.nan)
    made = [Tree(LAB), Tree(TOWN)]
    for tree in made:
        tree.asked += [(False, claim, known) for _, claim in PAIRS] + [(True, "When?", (math.nan, math.nan, 1.0))]
    return encoded_trees(made, ChatEncoding(folder))


def steps(folder: Path) -> list[list[EncodedTree]]:
    return [trees(folder)] * 3


def reference(model: AdaptedDecoder, folder: Path, pairs: list[tuple[str, str]]) -> np.ndarray:
    """Each pair as a sequence of its own, in torch."""
    rows = []
    for text, claim in pairs:
        tree = Tree(text, [(False, claim, (0.0, 0.0, 0.0))])
        ids, positions, mask, ends, _ = tensors(encoded_trees([tree], ChatEncoding(folder)))
        with torch.inference_mode():
            rows.append(model(ids, positions, mask, ends)[0].numpy())
    return np.stack(rows)


def reader(base: Path, adapter: Path) -> PairDecoder:
    return PairDecoder(base, adapter, threads=1)


def test_it_gives_what_torch_gives(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model, adapter = trained
    wanted = 1 / (1 + np.exp(-reference(model, base, PAIRS)))
    found = reader(base, adapter).score(PAIRS)
    for score, row in zip(found, wanted, strict=True):
        assert score.supported == pytest.approx(row[SUPPORTED], abs=0.03)  # 8-bit weights
    assert np.ptp([score.supported for score in found]) > 0.05  # they differ from each other more than that


def test_the_adapter_changes_what_its_base_says(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model, _ = trained
    plain = AdaptedDecoder(base, SIZE, torch.float32).eval()
    plain.head.load_state_dict(model.head.state_dict())
    assert np.abs(reference(model, base, PAIRS) - reference(plain, base, PAIRS)).max() > 0.1


def test_a_pair_scores_the_same_alone_and_beside_others(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model = reader(base, trained[1])
    together = [score.supported for score in model.score(PAIRS)]
    alone = [model.score([pair])[0].supported for pair in PAIRS]
    assert alone == together


def test_a_text_is_read_once_however_much_is_asked_of_it(
    trained: tuple[AdaptedDecoder, Path], base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    plain = pair_decoder._run

    def counted(request: Any, ids: Sequence[int], at: int) -> Any:
        runs.append(at)
        return plain(request, ids, at)

    monkeypatch.setattr(pair_decoder, "_run", counted)
    model = reader(base, trained[1])
    model.score([(LAB, "Ida Moss founded it."), (TOWN, "It has a council."), (LAB, "Its roof leaked.")])
    model.rerank("When?", [LAB])
    assert runs.count(0) == 2  # two texts
    assert len(runs) == 2 + 4


def test_a_text_that_was_forgotten_scores_the_same_again(
    trained: tuple[AdaptedDecoder, Path], base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_decoder, "REMEMBERED", 1)
    model = reader(base, trained[1])
    first = model.score(PAIRS)
    assert len(model._texts) == 1
    assert model.score(PAIRS[::-1]) == first[::-1]


def test_branches_of_a_tree_do_not_see_each_other(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model, _ = trained
    known = (0.0, 0.0, 0.0)
    claims = [claim for text, claim in PAIRS if text == LAB]
    tree = encoded_trees(
        [Tree(TOWN, [(False, "Other.", known)]), Tree(LAB, [(False, c, known) for c in claims])],
        ChatEncoding(base),
    )
    ids, positions, mask, ends, _ = tensors(tree)
    with torch.inference_mode():
        packed_logits = model(ids, positions, mask, ends)[1:].numpy()
    alone = reference(model, base, [(LAB, claim) for claim in claims])
    np.testing.assert_allclose(packed_logits, alone, atol=1e-4)


def test_what_is_asked_is_told_apart_from_what_is_claimed(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model = reader(base, trained[1])
    ranks = model.rerank("When?", [LAB, TOWN, LAB])
    assert ranks[0] == ranks[2] != ranks[1]
    assert all(-30 <= rank <= 30 for rank in ranks)
    assert model.rerank("When?", []) == []


def test_an_adapter_of_another_base_is_damage(trained: tuple[AdaptedDecoder, Path], base: Path, tmp_path: Path) -> None:
    arrays = load_file(trained[1] / WEIGHTS)
    name = next(name for name in arrays if name.endswith("up"))
    arrays[name] = arrays[name][:-1]
    save_file(arrays, tmp_path / WEIGHTS)
    (tmp_path / ADAPTER).write_text((trained[1] / ADAPTER).read_text())
    with pytest.raises(ModelDamaged, match="does not fit"):
        reader(base, tmp_path).score(PAIRS)


@pytest.mark.parametrize("layers", [0, 99, "2", None])
def test_more_layers_than_the_base_has_are_damage(
    trained: tuple[AdaptedDecoder, Path], base: Path, tmp_path: Path, layers: object
) -> None:
    (tmp_path / ADAPTER).write_text(json.dumps({"name": "x", "base": "y", "layers": layers}))
    with pytest.raises(ModelDamaged, match="layers"):
        reader(base, tmp_path)


def test_a_folder_without_an_adapter_names_the_file(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=ADAPTER):
        reader(base, tmp_path)


def test_its_name_says_which_weights_it_has(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    assert reader(base, trained[1]).name.startswith("ragcite-support-3@")


def test_training_goes_on_where_it_stopped(base: Path, tmp_path: Path) -> None:
    def run(out: Path, *, stopped: bool) -> dict[str, np.ndarray]:
        for minutes in (0.0, 60.0) if stopped else (60.0,):
            torch.manual_seed(5)
            model = AdaptedDecoder(base, SIZE, torch.float32)
            loop = Loop(model, Rates(1e-3, 1e-2, 0.1), out, {})
            loop.run([[step] for step in steps(base)], partial(backward, model), minutes)
        restore(model, out / "checkpoint.safetensors")
        return {name: parameter.detach().numpy() for name, parameter in model.trained().items()}

    whole, halves = run(tmp_path / "one", stopped=False), run(tmp_path / "two", stopped=True)
    for name, array in whole.items():
        np.testing.assert_allclose(array, halves[name], atol=1e-5)


def test_training_can_begin_with_an_adapter_that_was_exported(trained: tuple[AdaptedDecoder, Path], base: Path) -> None:
    model = AdaptedDecoder(base, SIZE, torch.float32)
    begin_with(model, trained[1], SIZE)
    for name, parameter in trained[0].trained().items():
        np.testing.assert_allclose(model.trained()[name].detach(), parameter.detach(), rtol=2e-3, atol=1e-5)


def test_packs_hold_every_tree_once_within_their_budget(base: Path) -> None:
    many = trees(base) * 5
    packs = list(packed(many, 3 * many[0].tokens))
    assert [tree for pack in packs for tree in pack] == many
    assert all(sum(tree.tokens for tree in pack) <= 3 * many[0].tokens for pack in packs if len(pack) > 1)
    assert len(packs) < len(many)


def test_written_passages_carry_both_tasks() -> None:
    found = written_trees(["workplace"], random.Random(1))
    first = found[0]
    assert any(question for question, _, _ in first.asked)
    assert {target[:2] for question, _, target in first.asked if not question} == {(1, 0), (0, 1), (0, 0)}
    assert ANSWERED == 2


def test_copies_are_true_and_changed_copies_are_not() -> None:
    text = "The lab was founded in 1998 by Ida Moss. Its roof was repaired in March. The council has 27 members now."
    tree = with_copies(Tree(text, [(True, "When?", (math.nan, math.nan, 1.0))] * 4), 3, 2, random.Random(2))
    assert sum(question for question, _, _ in tree.asked) == 2
    claims = [(claim, target[0]) for question, claim, target in tree.asked if not question]
    assert len([claim for claim, label in claims if label == 1]) == 3
    false = [claim for claim, label in claims if label == 0]
    assert false
    assert not any(claim in text for claim in false)


def test_a_sentence_alone_supports_itself_and_not_what_stood_beside_it() -> None:
    text = "The lab was founded in 1998 by Ida Moss. Its roof was repaired in March. The council has 27 members now."
    [lone] = lone_trees([Tree(text)], 1, random.Random(2))
    assert lone.text in text
    assert len(lone.text) < len(text)
    true = [claim for _, claim, target in lone.asked if target[0] == 1]
    others = [claim for _, claim, target in lone.asked if target[0] == 0 and claim in text]
    assert len(true) == 1
    assert len(others) == 2
    assert not any(other in lone.text for other in others)
