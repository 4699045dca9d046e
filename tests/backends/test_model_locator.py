"""Where a role's model is looked for, and that what is found is what it should be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ragcite.backends import model_locator
from ragcite.backends.model_catalogue import CATALOGUE, ModelRole, by_name, entries
from ragcite.backends.model_locator import ModelLocator
from ragcite.errors import ModelDamaged, ModelMissing, UsageError

GENERATOR, EMBEDDER = ModelRole.GENERATOR, ModelRole.EMBEDDER


@pytest.fixture
def nothing_packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_locator, "_packaged", lambda entry: None)


def fake_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}", "utf-8")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_user_s_default_comes_first_and_every_licence_is_free() -> None:
    assert [entry.name for entry in entries(GENERATOR)] == ["Qwen3-0.6B", "SmolLM2-135M-Instruct", "extractive"]
    assert [entry.name for entry in entries(EMBEDDER)] == ["all-MiniLM-L6-v2"]
    assert {entry.licence for entry in CATALOGUE} == {"Apache-2.0"}
    assert by_name("qwen/qwen3-0.6b") == by_name("Qwen3-0.6B") == entries(GENERATOR)[0]


def test_the_packaged_embedder_is_the_official_one_and_no_fallback(tmp_path: Path) -> None:
    locator = ModelLocator(tmp_path)
    if locator.source_of(entries(EMBEDDER)[0]) is None:
        pytest.skip("the packaged embedder is not installed")
    found = locator.locate(EMBEDDER)
    assert (found.name, found.source, found.fallback) == ("all-MiniLM-L6-v2", "package", False)
    assert found.sha256.startswith("53aa5117")
    assert found.sha256.endswith("d9db")


def test_a_pulled_generator_is_preferred_to_fallbacks(tmp_path: Path) -> None:
    folder = fake_model(tmp_path / "Qwen3-0.6B")
    found = ModelLocator(tmp_path).locate(GENERATOR)
    assert (found.name, found.folder, found.source, found.fallback) == ("Qwen3-0.6B", folder, "cache", False)


def test_without_any_model_the_answer_is_extractive_and_says_so(tmp_path: Path, nothing_packaged: None) -> None:
    found = ModelLocator(tmp_path).locate(GENERATOR)
    assert (found.name, found.folder, found.source, found.fallback) == ("extractive", None, "built-in", True)
    assert ModelLocator(tmp_path).locate(GENERATOR, "extractive").name == "extractive"


def test_what_is_missing_names_the_pull_and_the_package(tmp_path: Path, nothing_packaged: None) -> None:
    with pytest.raises(ModelMissing, match=r"ragcite models pull Qwen3-0\.6B.*pip install .*SmolLM2"):
        ModelLocator(tmp_path).locate(GENERATOR, "Qwen3-0.6B")
    with pytest.raises(ModelMissing, match=r"ragcite models pull all-MiniLM-L6-v2.*packaged-models"):
        ModelLocator(tmp_path).locate(EMBEDDER)


def test_the_packaged_generator_is_converted_and_named_a_fallback(smollm2: Path) -> None:
    found = ModelLocator(smollm2.parent).locate(GENERATOR, "SmolLM2-135M-Instruct")
    assert (found.folder, found.source, found.fallback) == (smollm2, "package", True)


def test_a_folder_is_taken_as_it_is_until_it_changes(tmp_path: Path) -> None:
    folder = fake_model(tmp_path / "mine")
    locator = ModelLocator(tmp_path / "cache")
    found = locator.locate(GENERATOR, str(folder))
    assert (found.name, found.folder, found.source, found.fallback) == ("mine", folder, "path", False)
    (folder / "model.safetensors").write_bytes(b"Weights")
    with pytest.raises(ModelDamaged, match=r"model\.safetensors"):
        locator.locate(GENERATOR, str(folder))


def test_a_damaged_model_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    folder = fake_model(tmp_path / "Qwen3-0.6B")
    locator = ModelLocator(tmp_path)
    locator.locate(GENERATOR)
    (folder / "model.safetensors").write_bytes(b"Weights")
    with pytest.raises(ModelDamaged):
        locator.locate(GENERATOR)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelMissing):
        locator.locate(GENERATOR)


def test_a_packaged_model_must_have_the_pinned_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entries(EMBEDDER)[0]
    original = model_locator._packaged(entry)
    if original is None:
        pytest.skip("the packaged embedder is not installed")
    altered = tmp_path / "model"
    shutil.copytree(original, altered)
    data = bytearray((altered / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (altered / "model.safetensors").write_bytes(data)
    monkeypatch.setattr(model_locator, "_packaged", lambda entry: altered)
    with pytest.raises(ModelDamaged, match="53aa51172d14"):
        ModelLocator(tmp_path / "cache").locate(EMBEDDER)


def test_names_and_folders_that_fit_nothing_are_explained(tmp_path: Path) -> None:
    locator = ModelLocator(tmp_path)
    with pytest.raises(ModelMissing, match=r"neither a model's folder nor a GGUF file nor one of Qwen3-0\.6B"):
        locator.locate(GENERATOR, "no-such-model")
    with pytest.raises(ModelMissing, match=r"no config\.json"):
        locator.locate(GENERATOR, str(tmp_path))
    with pytest.raises(UsageError, match="role embedder"):
        locator.locate(GENERATOR, "all-MiniLM-L6-v2")


def test_the_adapted_judge_is_preferred_and_the_small_one_needs_nothing(
    tmp_path: Path, smollm2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [entry.name for entry in entries(ModelRole.SUPPORT)] == ["ragcite-support-3", "ragcite-support-2"]
    assert ModelLocator(tmp_path).locate(ModelRole.SUPPORT).name == "ragcite-support-3"
    monkeypatch.setattr(model_locator, "_packaged", lambda entry: None)
    assert ModelLocator(tmp_path).locate(ModelRole.SUPPORT).name == "ragcite-support-2"
    with pytest.raises(ModelMissing, match=r"pip install .*SmolLM2"):
        ModelLocator(tmp_path).locate(ModelRole.SUPPORT, "ragcite-support-3")
