"""Tensors are copied out of a memory map that does not stay in memory."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from safetensors.numpy import save_file

from ragcite.backends.tensor_file import TensorFiles

MEGABYTE = 2**20


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the pages of one file are counted by Linux only")
def test_what_was_read_is_given_back(tmp_path: Path) -> None:
    """A conversion would otherwise hold a model twice: its file's pages, and what it makes of them."""
    path = tmp_path / "model.safetensors"
    wanted = {name: np.arange(4 * MEGABYTE, dtype=np.float32) + shift for shift, name in enumerate("ab")}
    save_file(wanted, path)
    files = TensorFiles([path])
    for name, values in wanted.items():
        assert np.array_equal(files.float32(name), values)
        assert np.array_equal(files.float32(name), values)  # and read once more
    [mapped] = [m for m in psutil.Process().memory_maps() if m.path == str(path)]
    assert mapped.rss < MEGABYTE
