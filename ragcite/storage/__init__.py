"""The library on disk: SQLite is the truth, the vector base is derived from it."""

from ragcite.storage.doctor import Doctor
from ragcite.storage.files import make_private_folder, replace_file
from ragcite.storage.store import CERTIFICATE, SqliteStore

__all__ = ["CERTIFICATE", "Doctor", "SqliteStore", "make_private_folder", "replace_file"]
