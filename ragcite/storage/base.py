"""The vector base: an index file derived from the rows of one generation, believed only if SQLite vouches for it.

`vectors/base-<g>.faiss` holds the vectors of generation g as the codec writes them, `vectors/base-<g>.keys` the passage
keys in row order (little-endian int64). Their SHA-256 stand in the `meta` table, written in a transaction after both
files are safely on disk: a base belongs to the snapshot that names it, and a file that was swapped, cut, flipped or
left over from a crash fits no checksum and is ignored.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragcite.protocols import VectorCodec, Vectors, VectorSearcher
from ragcite.storage.disk import Disk
from ragcite.storage.files import PRIVATE_FOLDER, make_folder, replace_file

Keys = NDArray[np.int64]

FOLDER = "vectors"
META_KEY = "base"


@dataclass(frozen=True, slots=True)
class BaseRecord:
    """What SQLite knows of the base: `rows` vectors of passages with `generation` or an earlier one."""

    generation: int
    rows: int
    codec: str
    index_sha256: str
    keys_sha256: str

    def index_path(self, library: Path) -> Path:
        return library / FOLDER / f"base-{self.generation}.faiss"

    def keys_path(self, library: Path) -> Path:
        return library / FOLDER / f"base-{self.generation}.keys"


@dataclass(frozen=True, slots=True)
class Base:
    """A verified base in memory: row i of `searcher` is the passage `keys[i]`."""

    keys: Keys
    searcher: VectorSearcher


def base_record(meta: Mapping[str, str]) -> BaseRecord | None:
    """The base that the snapshot names; None when there is none, or the entry makes no sense (then it is rebuilt)."""
    try:
        return BaseRecord(**json.loads(meta[META_KEY]))
    except (KeyError, ValueError, TypeError):
        return None


def verified_bytes(library: Path, record: BaseRecord) -> tuple[bytes, bytes] | None:
    """Index and keys, or None when a file is missing or not the one that SQLite vouches for."""
    try:
        index = record.index_path(library).read_bytes()
        keys = record.keys_path(library).read_bytes()
    except OSError:
        return None
    found = (hashlib.sha256(index).hexdigest(), hashlib.sha256(keys).hexdigest())
    return (index, keys) if found == (record.index_sha256, record.keys_sha256) else None


def load_base(library: Path, record: BaseRecord, codec: VectorCodec) -> Base | None:
    """None when the base cannot be used; the search then reads the vectors from SQLite, slower and just as right."""
    if record.codec != codec.name or (data := verified_bytes(library, record)) is None:
        return None
    keys: Keys = np.frombuffer(data[1], dtype="<i8").astype(np.int64)
    try:
        return Base(keys, codec.decode(data[0])) if len(keys) == record.rows else None
    except ValueError:  # another version of the engine may not read what this checksum vouches for
        return None


def build_base(
    connection: sqlite3.Connection, library: Path, codec: VectorCodec, dimension: int, disk: Disk
) -> BaseRecord:
    """Write the files of a base of everything that is committed. It counts only once its record is in `meta`."""
    (generation,) = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    keys, vectors = read_vectors(connection, 0, dimension)
    index_bytes, key_bytes = codec.encode(vectors), keys.astype("<i8").tobytes()
    record = BaseRecord(
        generation=int(generation),
        rows=len(keys),
        codec=codec.name,
        index_sha256=hashlib.sha256(index_bytes).hexdigest(),
        keys_sha256=hashlib.sha256(key_bytes).hexdigest(),
    )
    make_folder(library / FOLDER, PRIVATE_FOLDER, disk)
    replace_file(record.index_path(library), index_bytes, disk)
    replace_file(record.keys_path(library), key_bytes, disk)
    return record


def dump_record(record: BaseRecord) -> str:
    return json.dumps(asdict(record))


def read_vectors(connection: sqlite3.Connection, after: int, dimension: int) -> tuple[Keys, Vectors]:
    """Keys (n,) and vectors (n, d) of the passages newer than generation `after`, in the order of their keys.

    Raises `ValueError` when a stored vector has another length.
    """
    query = "SELECT key, vector FROM passages WHERE generation > ? ORDER BY key"
    rows = connection.execute(query, (after,)).fetchall()
    keys = np.fromiter((key for key, _ in rows), dtype=np.int64, count=len(rows))
    if any(len(vector) != 4 * dimension for _, vector in rows):
        raise ValueError("a stored vector has another length")
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
    return keys, vectors.astype(np.float32, copy=False).reshape(len(rows), dimension)


def remove_other_files(library: Path, record: BaseRecord | None, disk: Disk) -> None:
    """Old bases and what a crash left behind. A reader that still wanted one finds it missing and does without."""
    kept = {record.index_path(library).name, record.keys_path(library).name} if record else set()
    folder = library / FOLDER
    others = [path for path in folder.iterdir() if path.name not in kept] if folder.is_dir() else []
    for path in others:
        disk.remove(path)
    if others:  # a removed vector must not come back with a power cut after the purge was declared done
        disk.sync_folder(folder)
