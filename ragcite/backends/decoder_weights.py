"""A decoder's weights as constants of a graph: float32, or in groups of 8 or 4 bits with one scale each."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.decoder_tensors import EMBEDDING, OUTPUT
from ragcite.backends.four_bits import FourBits, packed

Precision = Literal["int8", "int4", "float32"]
Node = Any  # openvino.Node, which has no types of its own
GROUP = 64  # columns that share a scale; see docs/decisions/0012


class Tensors(Protocol):
    """`TensorFiles`, or what changes them."""

    def float32(self, name: str) -> NDArray[np.float32]: ...


class DecoderWeights:
    """A `MatrixSource` over safetensors. Constants are shared with the graph, so keep this alive with it.

    "int8": matrices become 8-bit with one scale for 64 columns of a row (symmetric, round to nearest; signed, since
    only those are multiplied in integers by the CPU plugin); vectors stay float32. "int4": as `FourBits` says, but the
    tables of the vocabulary, of which everything depends, stay 8-bit.
    `check_tensors` has looked at `files` before.
    """

    def __init__(self, files: Tensors, *, precision: Precision) -> None:
        self._files = files
        self._precision = precision
        self._matrices: dict[str, Node] = {}
        self._kept: list[Any] = []

    def vector(self, name: str, *size: int) -> Node:
        """In float32, whatever the precision."""
        return self._hold(self._array(name, *size))

    def matrix(self, name: str, rows: int, columns: int) -> Node:
        if name not in self._matrices:
            array = self._array(name, rows, columns)
            self._matrices[name] = self._constant(array, name in (EMBEDDING, OUTPUT))
        return self._matrices[name]

    def rows(self, name: str, rows: int, columns: int, ids: Node) -> Node:
        """Rows of a table by `ids`; the plugin looks them up before it scales them."""
        from openvino import opset13 as ops

        return ops.gather(self.matrix(name, rows, columns), ids, ops.constant(np.int64(0)))

    def _constant(self, array: NDArray[np.float32], table: bool) -> Node:
        if self._precision == "float32":
            return self._hold(array)
        return self._eight_bits(array) if table or self._precision == "int8" else self._four_bits(array)

    def _four_bits(self, array: NDArray[np.float32]) -> Node:
        from openvino import Type
        from openvino import opset13 as ops

        found = FourBits.nearest(array)
        whole = ops.convert(self._packed(found.whole), Type.f32)
        scaled = ops.multiply(ops.subtract(whole, self._hold(found.zero)), self._hold(found.scale))
        return ops.reshape(scaled, ops.constant(np.array(array.shape, np.int64)), False)

    def _packed(self, numbers: NDArray[np.uint8]) -> Node:
        from openvino import Shape, Tensor, Type, op

        data = packed(numbers)
        self._kept.append(data)  # the tensor only points to it
        return op.Constant(Tensor(data, Shape(list(numbers.shape)), Type.u4))

    def _eight_bits(self, array: NDArray[np.float32]) -> Node:
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
