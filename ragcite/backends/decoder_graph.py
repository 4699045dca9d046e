"""A Llama or Qwen3 decoder as a stateful OpenVINO graph, built by hand from its weights: no torch, no export step.

Shapes: B sequences, S new tokens, T tokens in all, H query heads, K key-value heads, D channels a head.
RMS norm: Zhang & Sennrich 2019 (arXiv:1910.07467); rotary positions: Su et al. 2021 (arXiv:2104.09864); grouped
queries: Ainslie et al. 2023 (arXiv:2305.13245); SwiGLU: Shazeer 2020 (arXiv:2002.05202). The patterns of norm,
rotation, cache and attention are those that OpenVINO's CPU plugin fuses, so their order matters for speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.decoder_tensors import EMBEDDING, LAST_NORM, OUTPUT

Node = Any  # openvino.Node, which has no types of its own
GRAPH_VERSION = "decoder-2"  # raise it when the graph changes: stored ones are then made again


class MatrixSource(Protocol):
    """Where the graph takes its constants from, by their name in the checkpoint."""

    def vector(self, name: str, *size: int) -> Node: ...

    def matrix(self, name: str, rows: int, columns: int) -> Node: ...

    def rows(self, name: str, rows: int, columns: int, ids: Node) -> Node: ...


def decoder(weights: MatrixSource, shape: DecoderShape) -> Any:
    """An `openvino.Model` with the KV cache as its state.

    Inputs: input_ids (B, S), attention_mask (B, T) with 0 for cached tokens to be passed over, position_ids (B, S),
    beam_idx (B,): which cached sequence each goes on from, wanted (1,): N. Output: logits (B, N, vocabulary) float32 of
    what follows each of the last N tokens.
    """
    from openvino import Type
    from openvino import opset13 as ops

    def logits(build: _Decoder, last: Node) -> Node:
        normed = build.norm(last, LAST_NORM, shape.hidden)
        table = EMBEDDING if shape.tied else OUTPUT
        return ops.matmul(normed, weights.matrix(table, shape.vocabulary, shape.hidden), False, True)

    return _stateful(weights, shape, logits, ops.parameter([1], Type.i64, name="wanted"))


def pair_decoder(weights: MatrixSource, shape: DecoderShape, outputs: int) -> Any:
    """As `decoder`, but its output, logits (B, 1, outputs), is a linear head on the last token's normalised state."""
    from openvino import opset13 as ops

    def logits(_: _Decoder, last: Node) -> Node:
        even = ops.mvn(last, _ints(-1), True, 1e-5, "inside_sqrt")
        head = weights.vector("head.weight", outputs, shape.hidden)
        return ops.add(ops.matmul(even, head, False, True), weights.vector("head.bias", outputs))

    return _stateful(weights, shape, logits)


def _stateful(
    weights: MatrixSource, shape: DecoderShape, output: Callable[[_Decoder, Node], Node], wanted: Node | None = None
) -> Any:
    """The layers, and `output` of the hidden states (B, N, hidden) of the last `wanted` tokens, by default of one."""
    from openvino import Model, Type
    from openvino import opset13 as ops

    ids, mask, positions = (
        ops.parameter([-1, -1], Type.i64, name=name) for name in ("input_ids", "attention_mask", "position_ids")
    )
    beam = ops.parameter([-1], Type.i32, name="beam_idx")
    hidden = weights.rows(EMBEDDING, shape.vocabulary, shape.hidden, ids)
    build = _Decoder(weights, shape, beam, _rotation(positions, shape), _bias(ids, mask))
    for layer in range(shape.layers):
        hidden = build.layer(hidden, layer)
    result = ops.result(output(build, last_states(hidden, _ints(1) if wanted is None else wanted)), name="logits")
    inputs = [ids, mask, positions, beam, *([] if wanted is None else [wanted])]
    return Model([result], build.sinks, inputs, "decoder")


def last_states(hidden: Node, wanted: Node) -> Node:
    """The last `wanted` (1,) of the hidden states (B, S, hidden)."""
    from openvino import opset13 as ops

    return ops.slice(hidden, ops.subtract(_ints(0), wanted), _ints(2**31 - 1), _ints(1), _ints(1))


def _rotation(positions: Node, shape: DecoderShape) -> tuple[Node, Node]:
    """Cosine and sine (B, 1, S, D) of every position's angles."""
    from openvino import Type
    from openvino import opset13 as ops

    rates = 1.0 / shape.theta ** (np.arange(0, shape.head, 2, dtype=np.float32) / np.float32(shape.head))
    rates = ops.constant(rates.astype(np.float32).reshape(1, 1, 1, -1))
    angles = ops.multiply(ops.convert(ops.unsqueeze(positions, _ints(1, 3)), Type.f32), rates)
    both = ops.concat([angles, angles], -1)
    return ops.cos(both), ops.sin(both)


def _bias(ids: Node, mask: Node) -> Node:
    """Additive mask (B, 1, S, T): a token sees itself and what is before it, unless `mask` passes it over."""
    from openvino import opset13 as ops

    new = ops.gather(ops.shape_of(ids), _ints(1), _ints(0))
    total = ops.gather(ops.shape_of(mask), _ints(1), _ints(0))
    zero, one = ops.constant(np.int64(0)), ops.constant(np.int64(1))
    columns = ops.range(zero, ops.squeeze(total, _ints(0)), one, "i64")
    rows = ops.range(ops.squeeze(ops.subtract(total, new), _ints(0)), ops.squeeze(total, _ints(0)), one, "i64")
    earlier = ops.less_equal(ops.unsqueeze(columns, _ints(0)), ops.unsqueeze(rows, _ints(1)))
    seen = ops.not_equal(ops.unsqueeze(mask, _ints(1, 2)), zero)
    allowed = ops.logical_and(ops.unsqueeze(earlier, _ints(0, 1)), seen)
    return ops.select(allowed, ops.constant(np.float32(0)), ops.constant(np.finfo(np.float32).min))


class _Decoder:
    """What every layer shares; `sinks` are the assignments of the cache."""

    def __init__(
        self, weights: MatrixSource, shape: DecoderShape, beam: Node, rotation: tuple[Node, Node], bias: Node
    ) -> None:
        self._weights = weights
        self._shape = shape
        self._beam = beam
        self._rotation = rotation
        self._bias = bias
        self.sinks: list[Node] = []

    def layer(self, hidden: Node, number: int) -> Node:
        from openvino import opset13 as ops

        shape, name = self._shape, f"model.layers.{number}."
        normed = self.norm(hidden, name + "input_layernorm.weight", shape.hidden)
        hidden = ops.add(hidden, self._attention(normed, name + "self_attn.", number))
        normed = self.norm(hidden, name + "post_attention_layernorm.weight", shape.hidden)
        gate = ops.swish(self._linear(normed, name + "mlp.gate_proj", shape.wide, shape.hidden))
        up = self._linear(normed, name + "mlp.up_proj", shape.wide, shape.hidden)
        return ops.add(hidden, self._linear(ops.multiply(gate, up), name + "mlp.down_proj", shape.hidden, shape.wide))

    def norm(self, hidden: Node, name: str, size: int) -> Node:
        from openvino import opset13 as ops

        squares = ops.power(hidden, ops.constant(np.float32(2)))
        mean = ops.reduce_mean(squares, _ints(-1), True)
        root = ops.sqrt(ops.add(mean, ops.constant(np.float32(self._shape.eps))))
        even = ops.multiply(hidden, ops.divide(ops.constant(np.float32(1)), root))
        return ops.multiply(self._weights.vector(name, size), even)

    def _linear(self, hidden: Node, name: str, out: int, into: int) -> Node:
        from openvino import opset13 as ops

        return ops.matmul(hidden, self._weights.matrix(name + ".weight", out, into), False, True)

    def _attention(self, hidden: Node, name: str, number: int) -> Node:
        from openvino import opset13 as ops

        shape = self._shape
        query = self._rotated(self._heads(hidden, name, "q", shape.heads))
        key = self._remembered(self._rotated(self._heads(hidden, name, "k", shape.kv_heads)), f"key.{number}")
        value = self._remembered(self._heads(hidden, name, "v", shape.kv_heads), f"value.{number}")
        mixed = ops.scaled_dot_product_attention(query, self._shared(key), self._shared(value), self._bias)
        width = shape.heads * shape.head
        joined = ops.reshape(ops.transpose(mixed, _ints(0, 2, 1, 3)), _ints(0, 0, width), True)
        return self._linear(joined, name + "o_proj", shape.hidden, width)

    def _heads(self, hidden: Node, name: str, which: str, heads: int) -> Node:
        """A projection, cut into heads (B, heads, S, D)."""
        from openvino import opset13 as ops

        shape = self._shape
        flat = self._linear(hidden, f"{name}{which}_proj", heads * shape.head, shape.hidden)
        cut = ops.reshape(flat, _ints(0, 0, heads, shape.head), True)
        if shape.kind == "qwen3" and which != "v":
            cut = self.norm(cut, f"{name}{which}_norm.weight", shape.head)
        return ops.transpose(cut, _ints(0, 2, 1, 3))

    def _rotated(self, heads: Node) -> Node:
        from openvino import opset13 as ops

        cos, sin = self._rotation
        half = self._shape.head // 2
        first = ops.slice(heads, _ints(0), _ints(half), _ints(1), _ints(3))
        second = ops.slice(heads, _ints(half), _ints(2**31 - 1), _ints(1), _ints(3))
        turned = ops.concat([ops.multiply(second, ops.constant(np.float32(-1))), first], -1)
        return ops.add(ops.multiply(heads, cos), ops.multiply(turned, sin))

    def _remembered(self, new: Node, name: str) -> Node:
        """Everything cached of `name` with `new` (B, K, S, D) appended: (B, K, T, D)."""
        from openvino import PartialShape, Type
        from openvino import opset13 as ops
        from openvino.op.util import Variable, VariableInfo

        shape = self._shape
        info = VariableInfo()
        info.data_shape = PartialShape([-1, shape.kv_heads, -1, shape.head])
        info.data_type = Type.f32
        info.variable_id = name
        variable = Variable(info)
        batch = ops.gather(ops.shape_of(self._beam), _ints(0), _ints(0))
        empty = ops.concat([batch, _ints(shape.kv_heads), _ints(0), _ints(shape.head)], 0)
        past = ops.read_value(ops.broadcast(ops.constant(np.float32(0)), empty), variable)
        whole = ops.concat([ops.gather(past, self._beam, ops.constant(np.int64(0))), new], 2)
        self.sinks.append(ops.assign(whole, variable))
        return whole

    def _shared(self, cached: Node) -> Node:
        """(B, K, T, D) repeated for the queries that share a head: (B, H, T, D)."""
        from openvino import opset13 as ops

        shape = self._shape
        each = shape.heads // shape.kv_heads
        if each == 1:
            return cached
        wide = ops.unsqueeze(cached, _ints(2))
        size = ops.shape_of(cached)
        ends = (ops.gather(size, _ints(0, 1), _ints(0)), _ints(each), ops.gather(size, _ints(2, 3), _ints(0)))
        repeated = ops.broadcast(wide, ops.concat(list(ends), 0), broadcast_spec="BIDIRECTIONAL")
        return ops.reshape(repeated, _ints(0, shape.heads, -1, shape.head), True)


def _ints(*numbers: int) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.array(numbers, np.int64))
