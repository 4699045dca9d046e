"""Stand-ins, so that code built on ragcite is tested in milliseconds, without a model.

library = Library.open(tmp_path, embedder=HashingEmbedder(), generator=ScriptedGenerator("It ended in 2019 [1]."))
"""

from ragcite.testing.embedder import HashingEmbedder
from ragcite.testing.generator import ScriptedGenerator

__all__ = ["HashingEmbedder", "ScriptedGenerator"]
