"""Compiled graphs, kept on disk by what they were made from and memory-mapped when they are needed again.

OpenVINO's own cache is not used: it finds a graph by the graph itself, so every process would first have to read and
quantise the weights, and what it reads back is not checked against a hash.
"""

from __future__ import annotations

import glob
import hashlib
import json
import mmap
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ragcite.backends.model_files import read_json, sha256_of
from ragcite.backends.model_lock import ModelLock
from ragcite.backends.openvino_import import import_openvino
from ragcite.errors import ModelError

BLOB, RECORD = "graph.blob", "graph.json"
GIVE_BACK_EVERY = 0.05  # seconds
KEY = 16  # hexadecimal digits of a recipe's hash in a folder's name
Build = Callable[[], tuple[Any, object]]  # an openvino.Model, and the weights that must outlive it


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a compiled graph depends on besides this machine and OpenVINO's version.

    `name` is for people; of one name one graph is kept for each number of threads. `digest` tells what was read of the
    model's folder (see `digest_of`), `graph` the version of the code that builds it, `properties` how it is compiled.
    """

    name: str
    digest: Callable[[], str]
    graph: str
    properties: Mapping[str, str]

    @property
    def folder_name(self) -> str:
        """The start of its folder's name."""
        threads = self.properties.get("INFERENCE_NUM_THREADS")
        return re.sub(r"[^\w.-]", "-", self.name) + (f"-threads{threads}" if threads else "")


class GraphStore:
    """`folder` is the cache of models; graphs lie in its subfolder "graphs", each in a folder of its own. Without one
    nothing is kept.

    What it returned reads from memory that it keeps, so keep it alive with them.
    """

    def __init__(self, folder: Path | None) -> None:
        self._cache = folder
        self._kept: list[Any] = []
        self._unread: list[mmap.mmap] = []

    def compiled(self, recipe: Recipe, build: Build) -> Any:
        """The `openvino.CompiledModel` of a recipe; `build` makes its graph when it is not there yet.

        A stored graph whose hash differs is made again. A folder that cannot be written to costs only the time.
        """
        openvino = import_openvino()
        core = openvino.Core()
        mapped = self._stored(self._cache, recipe, core, build) if self._cache is not None else None
        if mapped is None:
            model, weights = build()
            self._kept.append(weights)
            return core.compile_model(model, "CPU", dict(recipe.properties))
        self._kept.append(mapped)
        self._unread.append(mapped)
        blob = openvino.Tensor(np.frombuffer(mapped, np.uint8), shared_memory=True)
        return core.import_model(blob, "CPU", dict(recipe.properties))

    @contextmanager
    def first_run(self) -> Iterator[None]:
        """Around every inference. In the first one the plugin packs the weights anew, and the mapped pages that it has
        read are given back to the system meanwhile: the process would otherwise hold its weights twice."""
        if not self._unread or not hasattr(mmap, "MADV_DONTNEED"):
            yield
            return
        done = threading.Event()
        giving = threading.Thread(target=_give_back, args=(self._unread, done), daemon=True)
        giving.start()
        try:
            yield
        finally:
            done.set()
            giving.join()
            self._unread = []

    def _stored(self, cache: Path, recipe: Recipe, core: Any, build: Build) -> mmap.mmap | None:
        """The mapped file, made where it is missing; None where the folder is read-only, full, or not ours."""
        graphs, lock, key = cache / "graphs", ModelLock(cache), _key(recipe, core)
        folder = graphs / f"{recipe.folder_name}-{key}"
        try:
            graphs.mkdir(parents=True, exist_ok=True)
            with FileLock(graphs / f".{recipe.folder_name}.lock"):
                if not _is_whole(folder, lock):
                    _clear(graphs, recipe.folder_name, lock)
                    _make(folder, recipe, core, build)
                with (folder / BLOB).open("rb") as file:
                    # Private pages: they stay shared with the page cache, since nothing writes to them.
                    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except OSError:
            return None


def _give_back(maps: Sequence[mmap.mmap], done: threading.Event) -> None:
    """They are clean copies of a file: what is read again is fetched again."""
    while True:
        over = done.wait(GIVE_BACK_EVERY)
        for mapped in maps:
            mapped.madvise(mmap.MADV_DONTNEED)
        if over:
            return


def _is_whole(folder: Path, lock: ModelLock) -> bool:
    try:
        lock.verify(folder.name, folder, {BLOB: str(read_json(folder / RECORD)["sha256"])})
    except (ModelError, KeyError):
        return False  # whatever is wrong with it, it can be made again
    return True


def _clear(graphs: Path, name: str, lock: ModelLock) -> None:
    """Remove other graphs of this name, and what an interrupted run left."""
    name = glob.escape(name)
    for old in (*graphs.glob(f"{name}-{'?' * KEY}"), *graphs.glob(f".{name}-{'?' * 8}")):
        lock.forget(old.name, old)
        shutil.rmtree(old)


def _make(folder: Path, recipe: Recipe, core: Any, build: Build) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{recipe.folder_name}-", dir=folder.parent))
    try:
        model, weights = build()
        stream = core.compile_model(model, "CPU", dict(recipe.properties)).export_model()
        del model, weights
        (temporary / BLOB).write_bytes(stream.getbuffer())
        record = {"sha256": sha256_of(temporary / BLOB), "openvino": _version()}
        (temporary / RECORD).write_text(json.dumps(record, indent=1), "utf-8")
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def digest_of(weights: str, config: Mapping[str, Any], *more: str) -> str:
    """What a model folder makes a graph of: the SHA-256 of its weights, its configuration, and what else is read."""
    said = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()
    return " ".join([weights, said, *more])


def _version() -> str:
    return str(import_openvino().__version__)


def _key(recipe: Recipe, core: Any) -> str:
    """The plugin compiles for the processor it runs on, so a home folder on two machines needs two graphs."""
    machine = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    parts = [recipe.digest(), recipe.graph, sorted(recipe.properties.items()), _version(), machine]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:KEY]
