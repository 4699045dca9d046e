"""The fitted fusion weights."""

from __future__ import annotations

from ragcite.retrieval.fusion import FusionWeights

# `python -m eval.fit_fusion`, on the tune halves; docs/decisions/0007-fusion-weights.md.
FITTED = FusionWeights(english=0.75, latin=0.65, other=0.0)
