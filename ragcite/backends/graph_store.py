"""Compiled graphs kept on disk by what they were made from, and memory-mapped when they are needed again.

OpenVINO's own cache is not used: it finds a graph by the graph itself, so every process would first have to read and
quantise the weights, and what it reads back is not checked against a hash.
"""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ragcite.backends.model_files import read_json, sha256_of
from ragcite.backends.model_lock import ModelLock
from ragcite.errors import ModelError

BLOB, RECORD = "graph.blob", "graph.json"
KEY = 16  # hexadecimal digits of a recipe's hash in a folder's name
Build = Callable[[], tuple[Any, object]]  # an openvino.Model, and the weights that must outlive it


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a compiled graph depends on besides this machine and OpenVINO's version.

    `name` is for people, `sha256` of the weights, `graph` the version of the code that builds it, `properties` how
    it is compiled.
    """

    name: str
    sha256: str
    graph: str
    properties: Mapping[str, str]


class GraphStore:
    """`folder` is the cache of models; graphs lie in its subfolder "graphs", each in a folder of its own.

    What it returned reads from memory that it keeps, so keep it alive with them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "graphs"
        self._lock = ModelLock(folder)
        self._kept: list[Any] = []

    def compiled(self, recipe: Recipe, build: Build) -> Any:
        """The `openvino.CompiledModel` of a recipe; `build` makes its graph when it is not there yet.

        A stored graph whose hash differs is made again. A folder that cannot be written to costs only the time.
        """
        import openvino

        core = openvino.Core()
        folder = self._folder / f"{recipe.name}-{_key(recipe, core)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / f".{recipe.name}.lock"):
                if not self._is_whole(folder):
                    self._make(folder, recipe, core, build)
                # Private pages: they stay shared with the page cache, since nothing writes to them.
                blob = np.memmap(folder / BLOB, np.uint8, "c")
        except OSError:  # read-only, full, not ours
            model, weights = build()
            self._kept.append(weights)
            return core.compile_model(model, "CPU", dict(recipe.properties))
        self._kept.append(blob)
        return core.import_model(openvino.Tensor(np.asarray(blob), shared_memory=True), "CPU", dict(recipe.properties))

    def _is_whole(self, folder: Path) -> bool:
        try:
            self._lock.verify(folder.name, folder, {BLOB: str(read_json(folder / RECORD)["sha256"])})
        except (ModelError, KeyError):
            return False  # whatever is wrong with it, it can be made again
        return True

    def _make(self, folder: Path, recipe: Recipe, core: Any, build: Build) -> None:
        name = glob.escape(recipe.name)
        for old in (*self._folder.glob(f"{name}-{'?' * KEY}"), *self._folder.glob(f".{name}-{'?' * 8}")):
            self._lock.forget(old.name, old)
            shutil.rmtree(old)
        temporary = Path(tempfile.mkdtemp(prefix=f".{recipe.name}-", dir=self._folder))
        try:
            model, weights = build()
            stream = core.compile_model(model, "CPU", dict(recipe.properties)).export_model()
            del model, weights
            (temporary / BLOB).write_bytes(stream.getbuffer())
            record = {"sha256": sha256_of(temporary / BLOB), "weights": recipe.sha256, "openvino": _version()}
            (temporary / RECORD).write_text(json.dumps(record, indent=1), "utf-8")
            temporary.rename(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def _version() -> str:
    import openvino

    return str(openvino.__version__)


def _key(recipe: Recipe, core: Any) -> str:
    """The plugin compiles for the processor it runs on, so a home folder on two machines needs two graphs."""
    machine = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    parts = [recipe.sha256, recipe.graph, sorted(recipe.properties.items()), _version(), machine]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:KEY]
