"""Importing the package loads nothing that is not needed yet."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENGINES = ("torch", "transformers", "faiss", "openvino", "sentence_transformers")


@pytest.mark.parametrize("module", ["ragcite", "ragcite.library", "ragcite.types", "ragcite.testing"])
def test_an_import_loads_no_engine(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {ENGINES!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_names_of_the_package_are_real() -> None:
    import ragcite

    assert all(getattr(ragcite, name) for name in ragcite.__all__)
    with pytest.raises(AttributeError):
        _ = ragcite.nothing
