"""Finding the passages that a question is about."""

from ragcite.retrieval.fusion import FusionWeights, fuse
from ragcite.retrieval.hybrid import HybridRetriever
from ragcite.retrieval.weights import FITTED

__all__ = ["FITTED", "FusionWeights", "HybridRetriever", "fuse"]
