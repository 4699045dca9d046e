"""A base model's tensors with a low-rank adapter added: W' = W + B·A (LoRA: Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import ModelDamaged

DOWN, UP = ".lora_down", ".lora_up"  # (rank, columns) and (rows, rank), the scale inside the second


class AdaptedTensors:
    """Tensors of `base`, changed where `adapter` has a pair for them, and the adapter's own.

    Raises `ModelDamaged` for an adapter that does not fit its base, when a tensor is read.
    """

    def __init__(self, base: TensorFiles, adapter: TensorFiles, source: str) -> None:
        self._base = base
        self._adapter = adapter
        self._source = source

    def float32(self, name: str) -> NDArray[np.float32]:
        """A fresh float32 array."""
        if name in self._adapter:
            return self._adapter.float32(name)
        if name not in self._base:
            raise self._damaged(f"its base has no tensor {name}")
        found = self._base.float32(name)
        if name + DOWN in self._adapter:
            found += self._change(name, found.shape)
        return found

    def _change(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        down, up = self._adapter.float32(name + DOWN), self._adapter.float32(name + UP)
        if down.ndim != 2 or up.ndim != 2 or (up.shape[0], down.shape[1]) != shape or up.shape[1] != down.shape[0]:
            raise self._damaged(f"its change of {name} does not fit {shape}")
        change: NDArray[np.float32] = up @ down
        return change

    def _damaged(self, why: str) -> ModelDamaged:
        return ModelDamaged(self._source, why, "Install ragcite again.")
