"""Every canary is refused or harmless, and sings for a loader that believes it."""

from __future__ import annotations

import contextlib
import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pytest
import yaml
from jinja2 import Environment

from eval.robustness import canary_files as files
from eval.robustness.canaries import canaries, outcome, sound_model
from eval.robustness.canary import Canary, Place

LONG = ("beside sound weights", "bomb")  # a model is loaded whole, or a gigabyte is packed: only in the probe
SHORT = [canary for canary in canaries() if not any(words in canary.name for words in LONG)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sound_model(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("canary", SHORT, ids=lambda canary: canary.name)
def test_a_canary_is_refused_or_loaded_without_running_anything(canary: Canary, model: Path, tmp_path: Path) -> None:
    found = outcome(canary, Place(tmp_path, model))
    assert found.startswith(("refused: ", "loaded"))
    assert found.removeprefix("refused:").strip()


def test_every_canary_has_a_name_of_its_own() -> None:
    names = [canary.name for canary in canaries()]
    assert len(set(names)) == len(names) > 30


def unpack(data: bytes, folder: Path) -> None:
    """As the archives that CVE-2018-8008 stands for were unpacked."""
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            (folder / info.filename).write_bytes(archive.read(info))


def zipped(mark: Path) -> bytes:
    return files.archive("relative", io_of_empty_zip(), mark, mark.parent / "out")


def io_of_empty_zip() -> bytes:
    data = io.BytesIO()
    zipfile.ZipFile(data, "w").close()
    return data.getvalue()


def load_npy(mark: Path) -> None:
    np.load(io.BytesIO(files.object_array(mark)), allow_pickle=True)


def load_torch(mark: Path) -> None:
    import torch

    torch.load(io.BytesIO(files.pickled(mark)), weights_only=False)


BELIEVERS: dict[str, Callable[[Path], object]] = {
    "pickle": lambda mark: pickle.loads(files.pickled(mark)),
    "torch": load_torch,
    "numpy": load_npy,
    "joblib": lambda mark: joblib.load(io.BytesIO(files.pickled(mark))),
    "yaml": lambda mark: yaml.unsafe_load(files.yaml_call(mark)),
    "zip": lambda mark: unpack(zipped(mark), mark.parent / "out"),
    **{
        name: lambda mark, name=name: Environment().from_string(files.template(name, mark)).render()  # type: ignore[misc]
        for name in files.TEMPLATES
        if "format" not in name
    },
}


@pytest.mark.parametrize("name", BELIEVERS)
def test_a_loader_that_believes_the_canary_makes_it_sing(name: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with contextlib.suppress(Exception):  # what is left of the file may be nonsense; by then it has sung
        BELIEVERS[name](mark)
    assert mark.exists()
