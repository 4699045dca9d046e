"""Vectors as a FAISS index file. The search is exact: it agrees with brute force over the same vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ragcite.protocols import Vectors, VectorSearcher

if TYPE_CHECKING:
    import faiss

_HEADER_BYTES = 4096


class FaissCodec:
    """Implements `VectorCodec` with a flat inner-product index."""

    @property
    def name(self) -> str:
        return "faiss-flat-ip-1"

    def encode(self, vectors: Vectors) -> bytes:
        """Raises `ValueError` unless `vectors` is (n, d) with d > 0."""
        import faiss

        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise ValueError(f"vectors are {vectors.shape}, not (n, d)")
        index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return bytes(faiss.serialize_index(index))

    def decode(self, data: bytes) -> VectorSearcher:
        """Raises `ValueError` when `data` is no index of this codec, whatever its header claims."""
        import faiss

        with _byte_limit(len(data) + _HEADER_BYTES):
            try:
                index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
            except (RuntimeError, MemoryError) as error:
                raise ValueError(f"no FAISS index: {error}") from error
        if not isinstance(index, faiss.IndexFlatIP) or index.ntotal * index.d * 4 > len(data):
            raise ValueError(f"not an index of {self.name}")
        return _FlatSearcher(index)


class _FlatSearcher:
    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Raises `ValueError` unless `vector` is (d,)."""
        if vector.shape != (self._index.d,):
            raise ValueError(f"the vector is {vector.shape}, not ({self._index.d},)")
        wanted = min(k, self._index.ntotal)
        if wanted < 1:
            return []
        scores, rows = self._index.search(np.ascontiguousarray(vector[None], dtype=np.float32), wanted)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]


@contextmanager
def _byte_limit(limit: int) -> Iterator[None]:
    """FAISS trusts the sizes in a header: no array it allocates while decoding may be larger than the file."""
    import faiss

    before = faiss.get_deserialization_vector_byte_limit()
    faiss.set_deserialization_vector_byte_limit(limit)
    try:
        yield
    finally:
        faiss.set_deserialization_vector_byte_limit(before)
