"""The cross-encoder that is trained: an encoder that reads (evidence, text) and gives three logits.

Shapes: B pairs, S tokens, H hidden.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

SUPPORTED, CONTRADICTED, ANSWERED = range(3)


class CrossEncoder(nn.Module):
    """Logits (B, 3): supported, contradicted, answered; from the first token and the mean of all tokens."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AutoModel

        self.encoder: Any = AutoModel.from_pretrained(folder, local_files_only=True)
        size = int(self.encoder.config.hidden_size)
        self.head = nn.Linear(2 * size, 3)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self._tell_matches()

    def _tell_matches(self) -> None:
        """Four token types instead of two: see `ragcite.backends.wordpiece.matched`."""
        old = self.encoder.embeddings.token_type_embeddings.weight.detach()
        new = nn.Embedding(4, old.shape[1])
        with torch.no_grad():
            new.weight.copy_(torch.cat([old[:2], old[:2]]) + torch.randn(4, old.shape[1]) * old.std())
        self.encoder.embeddings.token_type_embeddings = new
        self.encoder.config.type_vocab_size = 4

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        real = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * real).sum(1) / real.sum(1)
        # Sentence encoders end on a small scale, from which a linear head would learn slowly.
        seen = [nn.functional.layer_norm(part.float(), part.shape[-1:]) for part in (hidden[:, 0], mean)]
        out: Tensor = self.head(torch.cat(seen, dim=-1))
        return out

    def trained(self) -> dict[str, Tensor]:
        """The parameters that learn, by name: all that a checkpoint has to hold."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}
