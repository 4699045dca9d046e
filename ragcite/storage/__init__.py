"""The library on disk: SQLite is the truth, the vector base is derived from it."""

from ragcite.storage.store import SqliteStore

__all__ = ["SqliteStore"]
