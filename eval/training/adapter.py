"""A language model's first layers with a low-rank adapter (LoRA: Hu et al. 2021, arXiv:2106.09685) and a head of three.

Shapes: T tokens of one packed sequence, N places where it is asked, H hidden. The base's weights stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from eval.training.tree_attention import ATTENTION, TreeSlots, register

ADAPTED = {
    "self_attn": ("q_proj", "k_proj", "v_proj", "o_proj"),
    "mlp": ("gate_proj", "up_proj", "down_proj"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """`layers` of the base are kept; a change has `rank` and is multiplied by `scale`."""

    layers: int = 20
    rank: int = 32
    scale: float = 2.0


class Adapted(nn.Module):
    """A linear layer that stays, and a change of low rank that learns: W x + scale · B A x."""

    def __init__(self, base: nn.Linear, size: Size) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(size.rank, base.in_features) / math.sqrt(base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, size.rank))
        self.scale = size.scale

    def forward(self, x: Tensor) -> Tensor:
        narrow = nn.functional.linear(x, self.a.to(x.dtype))
        out: Tensor = self.base(x) + nn.functional.linear(narrow, (self.b * self.scale).to(x.dtype))
        return out


class AdaptedDecoder(nn.Module):
    """Logits (N, 3): supported, contradicted, answered, of the hidden states at `ends` (N,)."""

    def __init__(self, folder: Path, size: Size, dtype: torch.dtype = torch.bfloat16) -> None:
        super().__init__()
        from transformers import AutoModelForCausalLM

        register()
        loader: Any = AutoModelForCausalLM
        base = loader.from_pretrained(folder, dtype=dtype, attn_implementation=ATTENTION, local_files_only=True)
        self.body: Any = base.model
        self.body.layers = self.body.layers[: size.layers]
        self.body.norm = nn.Identity()  # the head has its own
        for parameter in self.body.parameters():
            parameter.requires_grad_(False)
        for layer in self.body.layers:
            for part, names in ADAPTED.items():
                for name in names:
                    setattr(getattr(layer, part), name, Adapted(getattr(getattr(layer, part), name), size))
        self.head = nn.Linear(base.config.hidden_size, 3)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, positions: Tensor, trees: Sequence[TreeSlots], ends: Tensor) -> Tensor:
        """`ids` and `positions` (1, T)."""
        hidden = self.body.embed_tokens(ids)
        rotation = self.body.rotary_emb(hidden, positions)
        for layer in self.body.layers:
            out = layer(
                hidden,
                position_ids=positions,
                position_embeddings=rotation,
                use_cache=False,
                trees=trees,
            )
            hidden = out[0] if isinstance(out, tuple) else out
        last = hidden[0, ends].float()
        logits: Tensor = self.head(nn.functional.layer_norm(last, last.shape[-1:]))
        return logits

    def trained(self) -> dict[str, Tensor]:
        """The parameters that learn, by name: all that a checkpoint has to hold."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}
