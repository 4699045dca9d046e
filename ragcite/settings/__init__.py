"""What a person can set, and where each value came from."""

from ragcite.settings.model import Settings
from ragcite.settings.sources import ResolvedSettings, resolve

__all__ = ["ResolvedSettings", "Settings", "resolve"]
