"""Choosing the next token from logits: greedy, or temperature, top-k and top-p, in this order."""

from __future__ import annotations

from typing import Any

from ragcite.types import Sampling

Tensor = Any  # torch.Tensor, named without importing torch


class TokenChoice:
    """One generation's choices; the same seed and logits give the same tokens on the same device.

    top-p: Holtzman et al. 2020 (arXiv:1904.09751): the smallest set of likeliest tokens whose probability reaches p.
    Raises `ValueError` for settings out of range.
    """

    def __init__(self, sampling: Sampling) -> None:
        if sampling.temperature < 0 or sampling.top_k < 0 or not 0 < sampling.top_p <= 1:
            raise ValueError(f"sampling out of range: {sampling}")
        self._sampling = sampling
        self._random: Any = None

    def __call__(self, logits: Tensor) -> int:
        """`logits`: (vocabulary,)."""
        import torch

        if self._sampling.temperature == 0:
            return int(logits.argmax())
        if self._random is None:
            self._random = torch.Generator().manual_seed(self._sampling.seed)
        scaled = logits.float().cpu() / self._sampling.temperature
        scaled, order = scaled.topk(min(self._sampling.top_k or len(scaled), len(scaled)))
        likely = scaled.softmax(-1)
        before = likely.cumsum(-1) - likely
        likely = likely.masked_fill(before >= self._sampling.top_p, 0.0)
        return int(order[torch.multinomial(likely, 1, generator=self._random)])
