"""The retriever: dense and BM25 over one snapshot, fused."""

from __future__ import annotations

from ragcite.protocols import Embedder, Snapshot
from ragcite.retrieval.fusion import FusionWeights, fuse
from ragcite.text import detect_language, script
from ragcite.types import Hit


class HybridRetriever:
    """Asks both indexes for `pool` passages each. Where the fitted weight of an arm is zero that arm is left out."""

    def __init__(self, embedder: Embedder, weights: FusionWeights, pool: int = 50) -> None:
        if pool < 1:
            raise ValueError(f"a pool of {pool} passages finds nothing")
        self._embedder = embedder
        self._weights = weights
        self._pool = pool

    def retrieve(self, question: str, snapshot: Snapshot, k: int) -> list[Hit]:
        """At most `k` hits, best first, with the fused score in [0, 1]; both arms see the same snapshot.

        Where one arm returns nothing (no word of the question is indexed) the other decides alone.
        """
        pool = max(self._pool, k)
        weight = self._weights.of(script(question), detect_language(question))
        keyword = snapshot.keyword_search(question, pool) if weight < 1 else []
        dense = []
        if weight > 0 or not keyword:
            dense = snapshot.vector_search(self._embedder.embed_query(question), pool)
        ranked = fuse(dense, keyword, weight if keyword else 1.0, pool)[:k]
        stored = snapshot.passages([hit.key for hit in ranked])
        return [
            Hit(
                passage=stored[hit.key].passage,
                location=stored[hit.key].location,
                score=hit.score,
                dense=hit.dense,
                keyword=hit.keyword,
            )
            for hit in ranked
            if hit.key in stored
        ]
