"""A decoder that somebody else made a graph of: an OpenVINO folder as optimum-intel exports it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ragcite.backends.decoder_graph import last_states
from ragcite.backends.model_files import sha256_of
from ragcite.backends.openvino_import import import_openvino
from ragcite.errors import ModelDamaged, ModelRefused

XML, BIN = "openvino_model.xml", "openvino_model.bin"
INPUTS = frozenset({"input_ids", "attention_mask", "position_ids", "beam_idx"})
FARTHEST = 8  # nodes between the output and the product with the vocabulary's table

Node = Any  # openvino.Node, which has no types of its own


def is_exported(folder: Path) -> bool:
    """Whether the graph is all there is: safetensors beside it come first."""
    return (folder / XML).is_file() and next(folder.glob("*.safetensors"), None) is None


def exported_digest(folder: Path, hashed: Callable[[Path], str] = sha256_of) -> str:
    """What the graph's files hash to, by `hashed`. Raises `ModelDamaged` where one is missing."""
    if not (folder / BIN).is_file():
        raise ModelDamaged(str(folder), f"it has no {BIN} beside {XML}", "Export the model again.")
    return f"{hashed(folder / XML)} {hashed(folder / BIN)}"


def exported_decoder(folder: Path) -> Any:
    """The folder's `openvino.Model` with the inputs and the output of `decoder_graph.decoder`.

    Exports give logits of every token; here those of the last `wanted` only are computed. Raises `ModelRefused` for a
    graph that is no stateful decoder of text, `ModelDamaged` for one that cannot be read.
    """
    openvino = import_openvino()
    try:
        model = openvino.Core().read_model(folder / XML)
    except RuntimeError as error:
        raise ModelDamaged(str(folder / XML), f"OpenVINO cannot read it ({error})", "Export it again.") from error
    names = {name for port in model.inputs for name in port.get_names()}
    if names != INPUTS or len(model.outputs) != 1 or not model.get_sinks():
        here, needed = ", ".join(sorted(names)), ", ".join(sorted(INPUTS))
        why = f"its inputs are {here}; a text decoder with its cache inside has {needed}"
        raise ModelRefused(str(folder), why, "Export it for text generation, with its cache (stateful).")
    _keep_last(model, _table_product(model, folder))
    return model


def _table_product(model: Any, folder: Path) -> Node:
    """The matrix product whose result the logits are."""
    node = model.outputs[0].get_node().input_value(0).get_node()
    for _ in range(FARTHEST):
        if node.get_type_name() == "MatMul":
            return node
        if node.get_input_size() == 0:
            break
        node = node.input_value(0).get_node()
    raise ModelRefused(str(folder), "its logits are not a product with a table", "Use the model's safetensors.")


def _keep_last(model: Any, product: Node) -> None:
    """Only the last `wanted` hidden states reach the table."""
    from openvino import Type
    from openvino import opset13 as ops

    wanted = ops.parameter([1], Type.i64, name="wanted")
    wanted.output(0).get_tensor().set_names({"wanted"})
    last = last_states(product.input_value(0), wanted)
    product.input(0).replace_source_output(last.output(0))
    model.add_parameters([wanted])
    model.validate_nodes_and_infer_types()
