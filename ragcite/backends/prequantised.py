"""Checkpoints that somebody has quantised already: named and refused before memory is taken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ragcite.errors import ModelRefused

NAMES = {"gptq": "GPTQ", "awq": "AWQ", "bitsandbytes": "bitsandbytes", "fp8": "FP8", "mxfp4": "MXFP4", "hqq": "HQQ"}
FILES = {"quantize_config.json": "gptq", "quant_config.json": "awq"}  # what older tools write beside config.json


def refuse_quantised(folder: Path, config: Mapping[str, Any]) -> None:
    """Raises `ModelRefused` where `config`, or a file beside it, says how the weights were quantised."""
    method, bits = _method(folder, config)
    if not method:
        return
    name = NAMES.get(method.lower(), f"'{method}'")
    raise ModelRefused(
        str(folder),
        f"its weights are quantised with {name}{f' to {bits} bits' if bits else ''}, which ragcite does not load",
        "Name the original model that it was made from, in plain safetensors: ragcite quantises that itself, to int8 by"
        " default, or set `precision` to 'int4'.",
    )


def _method(folder: Path, config: Mapping[str, Any]) -> tuple[str, object]:
    """How, and to how many bits as far as that is said; "" for weights that are plain."""
    said = config.get("quantization_config") or config.get("compression_config")
    if said:
        details = said if isinstance(said, Mapping) else {}
        four, eight = (details.get(f"load_in_{bits}bit") or details.get(f"_load_in_{bits}bit") for bits in (4, 8))
        bits = details.get("bits") or details.get("w_bit") or (4 if four else 8 if eight else None)
        return str(
            details.get("quant_method") or ("bitsandbytes" if four or eight else "a method it does not name")
        ), bits
    return next((method for name, method in FILES.items() if (folder / name).is_file()), ""), None
