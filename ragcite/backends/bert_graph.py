"""A BERT encoder as an OpenVINO graph, built by hand from its weights: no torch, no export step.

Shapes: B sentences, S tokens, H hidden, A heads. Devlin et al. 2019 (arXiv:1810.04805); mean pooling as in
Reimers & Gurevych 2019 (arXiv:1908.10084).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragcite.errors import ModelDamaged, ModelRefused

Array = NDArray[Any]
Node = Any  # openvino.Node, which has no types of its own
GRAPH_VERSION = "bert-1"  # raise it when the graph changes: compiled ones are then made again
MASKED = np.float32(-1e9)
HEAD_EPS = 1e-5  # of the layer norm before a classifier's head


class Weights:
    """The checkpoint's arrays as float32 constants. They are shared with the graph, so keep this alive with it."""

    def __init__(self, arrays: Mapping[str, Array], source: str) -> None:
        prefixed = "bert.embeddings.word_embeddings.weight" in arrays
        self._prefix = "bert." if prefixed else ""
        self._arrays = arrays
        self._source = source
        self.kept: list[Array] = []

    def array(self, name: str, *shape: int) -> Array:
        """Raises `ModelDamaged` where the tensor is missing or has another shape (-1 fits any)."""
        found = self._arrays.get(self._prefix + name)
        if found is None or len(found.shape) != len(shape):
            raise ModelDamaged(self._source, f"tensor {name} is missing or misshapen", "Fetch the model again.")
        if any(want not in (-1, have) for want, have in zip(shape, found.shape, strict=True)):
            raise ModelDamaged(self._source, f"tensor {name} has shape {found.shape}", "Fetch the model again.")
        return np.ascontiguousarray(found, dtype=np.float32)

    def constant(self, name: str, *shape: int) -> Node:
        return self.hold(self.array(name, *shape))

    def matrix(self, name: str, rows: int, columns: int) -> Node:
        """A matrix (rows, columns): float32, or int8 with one scale a row, which stays int8 in memory."""
        small = self._small(name, rows, columns)
        return _times(*small) if small else self.constant(name, rows, columns)

    def rows(self, name: str, columns: int, ids: Node) -> Node:
        """Rows of a table (-1, columns) by `ids`; an int8 table is looked up before it is scaled."""
        from openvino import opset13 as ops

        small = self._small(name, -1, columns)
        if small is None:
            return ops.gather(self.constant(name, -1, columns), ids, _axes(0))
        whole, scale = small
        return _times(ops.gather(whole, ids, _axes(0)), ops.gather(scale, ids, _axes(0)))

    def _small(self, name: str, rows: int, columns: int) -> tuple[Node, Node] | None:
        """int8 numbers and their scales; None where the tensor is not int8. Raises `ModelDamaged`."""
        whole, scale = self._arrays.get(self._prefix + name), self._arrays.get(f"{self._prefix}{name}.scale")
        if whole is None or whole.dtype != np.int8:
            return None
        if scale is None or whole.shape != (len(scale), columns) or rows not in (-1, len(scale)):
            raise ModelDamaged(self._source, f"tensor {name} has shape {whole.shape}", "Fetch the model again.")
        return self.hold(np.ascontiguousarray(whole)), self.hold(_column(scale))

    def hold(self, array: Array) -> Node:
        from openvino import op

        self.kept.append(array)
        return op.Constant(array, True)


def sentence_encoder(weights: Weights, config: Mapping[str, Any], pooling: str) -> Any:
    """An `openvino.Model`: input_ids, attention_mask (B, S) int64 → (B, H) float32, L2-normalised.

    Raises `ModelRefused` for kinds of BERT that this graph is not, `ModelDamaged` for tensors that do not fit.
    """
    from openvino import Model, Type
    from openvino import opset13 as ops

    ids = ops.parameter([-1, -1], Type.i64, name="input_ids")
    mask = ops.parameter([-1, -1], Type.i64, name="attention_mask")
    hidden = _encoded(ids, None, mask, weights, config)
    pooled = _mean(hidden, ops.convert(mask, Type.f32)) if pooling == "mean" else _first(hidden)
    return Model([_normalised(pooled)], [ids, mask], "sentence_encoder")


def pair_classifier(weights: Weights, config: Mapping[str, Any], outputs: int) -> Any:
    """An `openvino.Model`: input_ids, token_type_ids, attention_mask (B, S) int64 → logits (B, outputs) float32.

    The head reads the first token and the mean of all tokens, each normalised. Raises as `sentence_encoder`.
    """
    from openvino import Model, Type
    from openvino import opset13 as ops

    ids, kinds, mask = (
        ops.parameter([-1, -1], Type.i64, name=name) for name in ("input_ids", "token_type_ids", "attention_mask")
    )
    hidden = _encoded(ids, kinds, mask, weights, config)
    seen = (_first(hidden), _mean(hidden, ops.convert(mask, Type.f32)))
    pooled = ops.concat([ops.mvn(part, _axes(-1), True, HEAD_EPS, "inside_sqrt") for part in seen], -1)
    logits = _linear(pooled, weights, "head", outputs, 2 * int(config["hidden_size"]))
    return Model([logits], [ids, kinds, mask], "pair_classifier")


def _encoded(ids: Node, kinds: Node | None, mask: Node, weights: Weights, config: Mapping[str, Any]) -> Node:
    """The last layer's output (B, S, H)."""
    from openvino import Type
    from openvino import opset13 as ops

    _check(config)
    hidden = _embeddings(ids, kinds, weights, config)
    absent = ops.subtract(_number(1.0), ops.convert(mask, Type.f32))
    bias = ops.unsqueeze(ops.multiply(absent, _number(MASKED)), _axes(1, 2))
    for layer in range(int(config["num_hidden_layers"])):
        hidden = _layer(hidden, bias, weights, f"encoder.layer.{layer}.", config)
    return hidden


def _check(config: Mapping[str, Any]) -> None:
    kind = config.get("model_type")
    positions = config.get("position_embedding_type", "absolute")
    if kind != "bert" or positions != "absolute" or config.get("hidden_act") not in ACTIVATIONS:
        raise ModelRefused(
            str(config.get("_name_or_path") or kind),
            f"the OpenVINO embedder runs BERT encoders; this is '{kind}' with {positions} positions"
            f" and '{config.get('hidden_act')}'",
            "Use the sentence-transformers embedder.",
        )


def _number(value: float | np.float32) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.float32(value))


def _axes(*axes: int) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.array(axes, np.int64))


def _column(scale: Array) -> Array:
    return np.ascontiguousarray(scale, dtype=np.float32).reshape(-1, 1)


def _times(whole: Node, scale: Node) -> Node:
    from openvino import Type
    from openvino import opset13 as ops

    return ops.multiply(ops.convert(whole, Type.f32), scale)


def _embeddings(ids: Node, kinds: Node | None, weights: Weights, config: Mapping[str, Any]) -> Node:
    """Without `kinds` every token is of type 0, whose row is added to the positions once, now."""
    from openvino import opset13 as ops

    size = int(config["hidden_size"])
    positions = weights.array("embeddings.position_embeddings.weight", -1, size)
    types = weights.array("embeddings.token_type_embeddings.weight", -1, size)
    table = weights.hold(positions + types[0] if kinds is None else positions)
    length = ops.gather(ops.shape_of(ids), _axes(1), _axes(0))
    spot = ops.slice(table, _axes(0), length, _axes(1), _axes(0))
    total = ops.add(weights.rows("embeddings.word_embeddings.weight", size, ids), spot)
    if kinds is not None:
        total = ops.add(total, ops.gather(weights.hold(types), kinds, _axes(0)))
    return _layer_norm(total, weights, "embeddings.LayerNorm", config)


def _layer(hidden: Node, bias: Node, weights: Weights, name: str, config: Mapping[str, Any]) -> Node:
    from openvino import opset13 as ops

    size, wide = int(config["hidden_size"]), int(config["intermediate_size"])
    attended = _attention(hidden, bias, weights, name + "attention.", config)
    hidden = _layer_norm(ops.add(hidden, attended), weights, name + "attention.output.LayerNorm", config)
    inner = _linear(hidden, weights, name + "intermediate.dense", wide, size)
    inner = ACTIVATIONS[str(config["hidden_act"])](inner)
    outer = _linear(inner, weights, name + "output.dense", size, wide)
    return _layer_norm(ops.add(hidden, outer), weights, name + "output.LayerNorm", config)


def _attention(hidden: Node, bias: Node, weights: Weights, name: str, config: Mapping[str, Any]) -> Node:
    from openvino import opset13 as ops

    size, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    split = ops.constant(np.array([0, 0, heads, size // heads], np.int64))
    turned = ops.constant(np.array([0, 2, 1, 3], np.int64))

    def projected(which: str) -> Node:
        flat = _linear(hidden, weights, f"{name}self.{which}", size, size)
        return ops.transpose(ops.reshape(flat, split, True), turned)

    mixed = ops.scaled_dot_product_attention(projected("query"), projected("key"), projected("value"), bias)
    joined = ops.reshape(ops.transpose(mixed, turned), ops.constant(np.array([0, 0, size], np.int64)), True)
    return _linear(joined, weights, name + "output.dense", size, size)


def _linear(hidden: Node, weights: Weights, name: str, out: int, into: int) -> Node:
    from openvino import opset13 as ops

    product = ops.matmul(hidden, weights.matrix(name + ".weight", out, into), False, True)
    return ops.add(product, weights.constant(name + ".bias", out))


def _layer_norm(hidden: Node, weights: Weights, name: str, config: Mapping[str, Any]) -> Node:
    from openvino import opset13 as ops

    size = int(config["hidden_size"])
    even = ops.mvn(hidden, _axes(-1), True, float(config.get("layer_norm_eps", 1e-12)), "inside_sqrt")
    scaled = ops.multiply(even, weights.constant(name + ".weight", size))
    return ops.add(scaled, weights.constant(name + ".bias", size))


def _mean(hidden: Node, real: Node) -> Node:
    from openvino import opset13 as ops

    total = ops.reduce_sum(ops.multiply(hidden, ops.unsqueeze(real, _axes(2))), _axes(1), False)
    return ops.divide(total, ops.maximum(ops.reduce_sum(real, _axes(1), True), _number(1e-9)))


def _first(hidden: Node) -> Node:
    from openvino import opset13 as ops

    return ops.gather(hidden, ops.constant(np.int64(0)), _axes(1))


def _normalised(pooled: Node) -> Node:
    from openvino import opset13 as ops

    squares = ops.reduce_sum(ops.multiply(pooled, pooled), _axes(1), True)
    return ops.divide(pooled, ops.maximum(ops.sqrt(squares), _number(1e-12)))


def _gelu(approximation: str) -> Callable[[Node], Node]:
    def activation(hidden: Node) -> Node:
        from openvino import opset13 as ops

        return ops.gelu(hidden, approximation)

    return activation


def _relu(hidden: Node) -> Node:
    from openvino import opset13 as ops

    return ops.relu(hidden)


ACTIVATIONS: dict[str, Callable[[Node], Node]] = {
    "gelu": _gelu("erf"),
    "gelu_new": _gelu("tanh"),
    "gelu_pytorch_tanh": _gelu("tanh"),
    "relu": _relu,
}
