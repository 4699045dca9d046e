"""An embedder without weights: texts that share words get similar vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ragcite.protocols import Vectors
from ragcite.text import words


class HashingEmbedder:
    """Signed feature hashing of words (Weinberger et al. 2009, arXiv:0902.2206) into `dimension` numbers."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.name = f"hashing-{dimension}"
        self.max_tokens = 1_000_000
        self.calls = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(words(text)) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in words(text):
            digest = hashlib.blake2b(word.text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            vector[int.from_bytes(digest[:4], "little") % self.dimension] += 1.0 if digest[4] & 1 else -1.0
        norm = float(np.linalg.norm(vector))
        if not norm:
            vector[0] = norm = 1.0
        return np.asarray(vector / norm, dtype=np.float32)
