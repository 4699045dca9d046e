"""Attention within trees: a text sees itself, a branch sees the text and itself. Nothing is computed that a mask would
hide: a third of the time of a dense mask over the pack.

Shapes: T tokens of a pack, P of a tree's text, N branches padded to L tokens, H heads, D channels a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

ATTENTION = "tree"  # its name among the attention functions of transformers


@dataclass(frozen=True, slots=True)
class TreeSlots:
    """Where one tree lies in its pack: `rows` (N, L) are indices of tokens, `real` those of `rows` that count."""

    text: slice
    rows: Tensor
    real: Tensor

    @classmethod
    def at(cls, start: int, text: int, branches: Sequence[int]) -> TreeSlots:
        """`text` tokens from `start`, the branches, of so many tokens each, one after the other behind them."""
        lengths = torch.tensor(branches, dtype=torch.long)
        places = torch.arange(int(lengths.max()) if branches else 0)
        starts = start + text + lengths.cumsum(0) - lengths
        real = places[None] < lengths[:, None]
        return cls(
            slice(start, start + text), (starts[:, None] + places[None]).where(real, 0), real.flatten().nonzero()[:, 0]
        )


def tree_attention(query: Tensor, key: Tensor, value: Tensor, trees: Sequence[TreeSlots], scale: float) -> Tensor:
    """`query` (1, H, T, D), `key` and `value` (1, K, T, D) with K dividing H: (1, T, H, D)."""
    shared = query.shape[1] // key.shape[1]
    query = query[0] * scale
    key, value = key[0].repeat_interleave(shared, 0), value[0].repeat_interleave(shared, 0)
    out = []
    for tree in trees:
        text_key, text_value = key[:, tree.text], value[:, tree.text]
        out.append(_mixed(query[:, tree.text][None], text_key[None], text_value[None])[0].transpose(0, 1))
        if len(tree.rows):
            own = [_rows(part, tree.rows) for part in (query, key, value)]
            keys, values = (
                torch.cat([text.expand(len(tree.rows), *text.shape), branch], 2)
                for text, branch in ((text_key, own[1]), (text_value, own[2]))
            )
            out.append(_mixed(own[0], keys, values).transpose(1, 2).flatten(0, 1).index_select(0, tree.real))
    return torch.cat(out)[None]


def _rows(part: Tensor, rows: Tensor) -> Tensor:
    """(H, T, D) at `rows`: (N, H, L, D)."""
    heads, _, channels = part.shape
    return part.index_select(1, rows.flatten()).view(heads, *rows.shape, channels).transpose(0, 1)


def _mixed(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """A query sees every key up to its own, the last query the last key."""
    new, total = query.shape[2], key.shape[2]
    hidden = torch.full((new, total), float("-inf"), dtype=query.dtype).triu(1 + total - new)
    return (query @ key.transpose(-1, -2) + hidden).softmax(-1) @ value


def register() -> None:
    """Makes `tree_attention` known to transformers: layers then take `trees` as an argument."""
    from transformers import AttentionInterface

    def attention(
        _: Any, query: Tensor, key: Tensor, value: Tensor, __: Any, *, trees: Any, scaling: float, **___: Any
    ) -> tuple[Tensor, None]:
        return tree_attention(query, key, value, trees, scaling), None

    AttentionInterface.register(ATTENTION, attention)
