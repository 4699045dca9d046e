"""Settings → parts: the only place that chooses implementations."""

from ragcite.wiring.models import ModelShelf
from ragcite.wiring.parts import Replacements, Wiring

__all__ = ["ModelShelf", "Replacements", "Wiring"]
