"""A decoder's weights as constants of a graph: float32, or 8-bit in groups with one scale each."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Node = Any  # openvino.Node, which has no types of its own
GROUP = 64  # columns that share a scale; see docs/decisions/0012


class Tensors(Protocol):
    """`TensorFiles`, or what changes them."""

    def float32(self, name: str) -> NDArray[np.float32]: ...


class DecoderWeights:
    """A `MatrixSource` over safetensors. Constants are shared with the graph, so keep this alive with it.

    `int8`: matrices become 8-bit with one scale for 64 columns of a row (symmetric, round to nearest; signed, since
    only those are multiplied in integers by the CPU plugin); vectors stay float32.
    `check_tensors` has looked at `files` before.
    """

    def __init__(self, files: Tensors, *, int8: bool) -> None:
        self._files = files
        self._int8 = int8
        self._matrices: dict[str, Node] = {}
        self._kept: list[NDArray[Any]] = []

    def vector(self, name: str, *size: int) -> Node:
        """In float32, whatever the precision."""
        return self._hold(self._array(name, *size))

    def matrix(self, name: str, rows: int, columns: int) -> Node:
        if name not in self._matrices:
            array = self._array(name, rows, columns)
            self._matrices[name] = self._quantised(array) if self._int8 else self._hold(array)
        return self._matrices[name]

    def rows(self, name: str, rows: int, columns: int, ids: Node) -> Node:
        """Rows of a table by `ids`; the plugin looks them up before it scales them."""
        from openvino import opset13 as ops

        return ops.gather(self.matrix(name, rows, columns), ids, ops.constant(np.int64(0)))

    def _quantised(self, array: NDArray[np.float32]) -> Node:
        from openvino import Type
        from openvino import opset13 as ops

        rows, columns = array.shape
        group = GROUP if columns % GROUP == 0 else columns
        cut = array.reshape(rows, columns // group, group)
        scale = np.maximum(np.abs(cut).max(axis=2, keepdims=True), 1e-10) / np.float32(127)
        whole = self._hold(np.rint(cut / scale).astype(np.int8))
        scaled = ops.multiply(ops.convert(whole, Type.f32), self._hold(scale))
        return ops.reshape(scaled, ops.constant(np.array([rows, columns], np.int64)), False)

    def _array(self, name: str, *shape: int) -> NDArray[np.float32]:
        found = self._files.float32(name)
        assert found.shape == shape, f"{name} was not checked"
        return found

    def _hold(self, array: NDArray[Any]) -> Node:
        from openvino import op

        self._kept.append(array)
        return op.Constant(array, True)
