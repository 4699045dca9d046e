"""Documents cut into passages that keep their sentences and sections whole."""

from ragcite.splitting.splitter import Splitter

__all__ = ["Splitter"]
