"""The library on disk: SQLite is the truth, the vector base is derived from it."""

from ragcite.storage.doctor import Doctor
from ragcite.storage.store import SqliteStore

__all__ = ["Doctor", "SqliteStore"]
