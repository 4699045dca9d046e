"""A model whose bytes change after it was first seen is noticed."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from ragcite.backends import model_files, model_lock
from ragcite.backends.model_lock import LOCK_FILE, ModelLock
from ragcite.errors import ModelDamaged, ModelMissing

SECOND = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    for name in ("model.safetensors", "config.json", "1_Pooling/config.json"):
        (folder / name).write_text(name, "utf-8")
        os.utime(folder / name, ns=(SECOND, SECOND))
    (folder / "README.md").write_text("not hashed", "utf-8")
    return folder


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were hashed."""
    names: list[str] = []
    real = model_files.sha256_of

    def counted(path: Path) -> str:
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(model_lock, "sha256_of", counted)
    return names


def test_files_are_hashed_once(tmp_path: Path, folder: Path, hashed: list[str]) -> None:
    first = ModelLock(tmp_path).verify("m", folder)
    assert set(first) == {"model.safetensors", "config.json", "1_Pooling/config.json"}
    assert len(hashed) == 3
    assert ModelLock(tmp_path).verify("m", folder) == first
    assert len(hashed) == 3


def test_a_changed_file_is_damage(tmp_path: Path, folder: Path) -> None:
    ModelLock(tmp_path).verify("m", folder)
    (folder / "model.safetensors").write_text("MODEL.safetensors", "utf-8")
    for _ in range(2):
        with pytest.raises(ModelDamaged, match=r"model\.safetensors.*as expected"):
            ModelLock(tmp_path).verify("m", folder)
    with pytest.raises(ModelDamaged, match=LOCK_FILE):
        ModelLock(tmp_path).verify("m", folder)


def test_a_file_touched_but_not_changed_is_whole(tmp_path: Path, folder: Path, hashed: list[str]) -> None:
    ModelLock(tmp_path).verify("m", folder)
    os.utime(folder / "config.json", ns=(5 * SECOND, 5 * SECOND))
    hashed.clear()
    ModelLock(tmp_path).verify("m", folder)
    assert hashed == ["config.json"]


def test_a_file_as_old_as_its_hash_is_hashed_again(tmp_path: Path, folder: Path, hashed: list[str]) -> None:
    for now, times in ((2, 3), (3, 3), (4, 3), (9, 0)):
        hashed.clear()
        ModelLock(tmp_path, partial(int, now * SECOND)).verify("m", folder)
        assert len(hashed) == times


def test_a_missing_file_is_named(tmp_path: Path, folder: Path) -> None:
    ModelLock(tmp_path).verify("m", folder)
    (folder / "config.json").unlink()
    with pytest.raises(ModelMissing, match=r"config\.json"):
        ModelLock(tmp_path).verify("m", folder)


def test_a_pinned_hash_holds_from_the_first_time(tmp_path: Path, folder: Path) -> None:
    right = ModelLock(tmp_path / "other").verify("m", folder)
    assert ModelLock(tmp_path).verify("m", folder, right) == right
    with pytest.raises(ModelDamaged, match=r"not 000000000000"):
        ModelLock(tmp_path).verify("m", folder, {"model.safetensors": "0" * 64})
    with pytest.raises(ModelMissing, match="absent"):
        ModelLock(tmp_path).verify("m", folder, {"absent.json": "0" * 64})


def test_models_and_folders_are_kept_apart(tmp_path: Path, folder: Path) -> None:
    lock = ModelLock(tmp_path)
    lock.verify("m", folder)
    (folder / "config.json").write_text("changed", "utf-8")
    lock.verify("another", folder)
    lock.forget("m", folder)
    lock.verify("m", folder)


@pytest.mark.parametrize("text", ["", "[]", '{"models": {"m": {"f": {}}}}', '{"models": []}', '{"models": {"m": 1}}'])
def test_a_damaged_lock_file_says_what_to_do(tmp_path: Path, folder: Path, text: str) -> None:
    (tmp_path / LOCK_FILE).write_text(text, "utf-8")
    with pytest.raises(ModelDamaged, match="Delete it"):
        ModelLock(tmp_path).verify("m", folder)


def test_a_folder_that_cannot_be_written_to_only_costs_time(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, hashed: list[str]
) -> None:
    def refused(path: Path, data: bytes) -> None:
        raise PermissionError

    monkeypatch.setattr(model_lock, "write_atomically", refused)
    assert ModelLock(tmp_path).verify("m", folder) == ModelLock(tmp_path).verify("m", folder)
    assert len(hashed) == 6
