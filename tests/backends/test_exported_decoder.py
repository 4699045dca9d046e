"""An OpenVINO folder by path: the graph of another program runs in our loop, and says what the safetensors say."""

from __future__ import annotations

import shutil
from pathlib import Path

import openvino
import pytest
from openvino import opset13 as ops

from ragcite.backends.decoder_graph import decoder
from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.decoder_weights import DecoderWeights
from ragcite.backends.model_catalogue import ModelRole
from ragcite.backends.model_files import read_json, weight_files
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import ModelDamaged, ModelMissing, ModelRefused
from ragcite.types import Message, Part, Prompt, Role, Sampling
from tests.decoding import greedy

ASKED = Prompt((Message(Role.USER, (Part("The ferry runs from May to September. When does it run?", trusted=False),)),))


@pytest.fixture(scope="module")
def folder(tiny_qwen3: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As an exporter writes it: logits of every token, no weights beside the graph."""
    out = tmp_path_factory.mktemp("exported")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tiny_qwen3 / name, out / name)
    shape = DecoderShape.read(read_json(tiny_qwen3 / "config.json"), "tiny")
    weights = DecoderWeights(TensorFiles(weight_files(tiny_qwen3)), precision="float32")
    model = decoder(weights, shape)
    for port in model.inputs:
        port.get_tensor().set_names({port.get_node().get_friendly_name()})
    wanted = next(one for one in model.get_parameters() if one.get_friendly_name() == "wanted")
    wanted.output(0).replace(ops.constant([2**31 - 1], openvino.Type.i64).output(0))
    model.remove_parameter(wanted)
    openvino.save_model(model, out / "openvino_model.xml", compress_to_fp16=False)
    return out


def test_it_says_what_the_safetensors_say(folder: Path, tiny_qwen3: Path, tmp_path: Path) -> None:
    ours = OpenVinoGenerator(tiny_qwen3, "tiny", precision="float32", threads=1)
    theirs = OpenVinoGenerator(folder, "exported", precision="float32", threads=1, cache_dir=tmp_path)
    ids = list(range(100, 160))
    assert greedy(theirs, ids, 12) == greedy(ours, ids, 12)
    with theirs.sequence() as step:
        assert step(ids, [5, 6]).shape == (3, 151_936)
    said = ["".join(one.generate(ASKED, Sampling(20))) for one in (ours, theirs)]
    assert said[0] == said[1] != ""


def test_a_path_to_the_folder_is_a_generator(folder: Path, tmp_path: Path) -> None:
    found = ModelLocator(tmp_path).locate(ModelRole.GENERATOR, str(folder))
    assert found.folder == folder
    assert list(OpenVinoGenerator(folder, found.name, cache_dir=tmp_path, threads=1).generate(ASKED, Sampling(4)))


def test_what_is_no_decoder_with_its_cache_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    ids = ops.parameter([-1, -1], openvino.Type.i64, name="input_ids")
    ids.output(0).get_tensor().set_names({"input_ids"})
    plain = openvino.Model([ops.result(ops.convert(ids, openvino.Type.f32))], [ids], "plain")
    openvino.save_model(plain, other / "openvino_model.xml")
    with pytest.raises(ModelRefused, match=r"its inputs are input_ids; a text decoder"):
        list(OpenVinoGenerator(other, "other", threads=1).generate(ASKED, Sampling(2)))


def test_a_damaged_folder_is_named(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "openvino_model.xml").write_text("no graph", "utf-8")
    with pytest.raises(ModelDamaged, match=r"openvino_model\.xml"):
        list(OpenVinoGenerator(other, "other", threads=1).generate(ASKED, Sampling(2)))
    (other / "openvino_model.bin").unlink()
    with pytest.raises(ModelDamaged, match=r"no openvino_model\.bin"):
        list(OpenVinoGenerator(other, "other", threads=1, cache_dir=tmp_path).generate(ASKED, Sampling(2)))
    (other / "openvino_model.xml").unlink()
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        OpenVinoGenerator(other, "other")
