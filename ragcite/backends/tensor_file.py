"""Safetensors files read one tensor at a time through a memory map, bfloat16 included, which numpy does not know.

Format: 8 bytes of header length, a JSON header, the tensors' bytes (https://github.com/huggingface/safetensors).
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragcite.errors import ModelDamaged

MAX_HEADER = 100 * 2**20
DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


class TensorFiles:
    """The tensors of one or more safetensors files, by name. Making one reads and checks every header.

    Raises `ModelDamaged` for a file that is cut, whose header does not fit its bytes, or that repeats a name.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._found: dict[str, tuple[Path, memoryview, int, dict[str, Any]]] = {}
        for path in paths:
            data, header, start = _opened(path)
            for name, entry in header.items():
                if name == "__metadata__":
                    continue
                begin, end = _offsets(path, name, entry)
                if name in self._found or not 0 <= begin <= end <= len(data) - start:
                    raise _damaged(path, f"tensor {name} lies outside the file or is there twice")
                self._found[name] = (path, data[start + begin : start + end], start + begin, entry)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def shape(self, name: str) -> tuple[int, ...] | None:
        """None where there is no such tensor."""
        return tuple(self._found[name][3]["shape"]) if name in self._found else None

    def names(self) -> frozenset[str]:
        return frozenset(self._found)

    def check(self, name: str) -> None:
        """Raises `ModelDamaged` unless `name` is a plain float tensor of as many bytes as its shape needs."""
        path, data, _, entry = self._found[name]
        dtype = DTYPES.get(entry["dtype"])
        if dtype is None or len(data) != prod(entry["shape"]) * dtype.itemsize:
            raise _damaged(path, f"tensor {name} of type {entry['dtype']} cannot be read")

    def float32(self, name: str) -> NDArray[np.float32]:
        """A copy of a tensor as float32; the pages read for it are given back. Raises as `check`, and `KeyError`."""
        self.check(name)
        _, data, begin, entry = self._found[name]
        found: NDArray[Any] = np.frombuffer(data, DTYPES[entry["dtype"]]).reshape(entry["shape"])
        if entry["dtype"] == "BF16":  # the upper half of a float32
            found = (found.astype(np.uint32) << 16).view(np.float32)
        copied: NDArray[np.float32] = found.astype(np.float32)
        _give_back(data, begin)
        return copied


def _opened(path: Path) -> tuple[memoryview, dict[str, Any], int]:
    """The whole file, its header, and where the tensors begin."""
    try:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        size = int.from_bytes(data[:8], "little")
        if size > min(MAX_HEADER, len(data) - 8):
            raise _damaged(path, "it is cut, or no safetensors file")
        header = json.loads(bytes(data[8 : 8 + size]))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(header, dict):
        raise _damaged(path, "its header is no JSON object")
    return data, header, 8 + size


def _give_back(data: memoryview, begin: int) -> None:
    """The whole pages of `data`, which begins at the byte `begin` of its file: the system may forget them."""
    first = -(-begin // mmap.PAGESIZE) * mmap.PAGESIZE
    length = (begin + len(data)) // mmap.PAGESIZE * mmap.PAGESIZE - first
    if length > 0 and hasattr(mmap, "MADV_DONTNEED") and isinstance(data.obj, mmap.mmap):
        data.obj.madvise(mmap.MADV_DONTNEED, first, length)


def _offsets(path: Path, name: str, entry: object) -> tuple[int, int]:
    if isinstance(entry, dict) and isinstance(entry.get("dtype"), str):
        span: Any = entry.get("data_offsets")
        if _is_counts(span) and _is_counts(entry.get("shape")) and len(span) == 2:
            return span[0], span[1]
    raise _damaged(path, f"its entry for {name} is malformed")


def _is_counts(numbers: Any) -> bool:
    return isinstance(numbers, list) and all(isinstance(number, int) and number >= 0 for number in numbers)


def _damaged(path: Path, why: str) -> ModelDamaged:
    return ModelDamaged(str(path), why, "Fetch the model again.")
