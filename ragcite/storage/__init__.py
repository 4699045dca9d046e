"""The library on disk: SQLite is the truth, the vector base is derived from it."""

from ragcite.storage.doctor import Doctor
from ragcite.storage.files import make_private_folder, replace_file
from ragcite.storage.store import CERTIFICATE, SqliteStore
from ragcite.storage.transfer import export_library, import_library

__all__ = [
    "CERTIFICATE",
    "Doctor",
    "SqliteStore",
    "export_library",
    "import_library",
    "make_private_folder",
    "replace_file",
]
