"""Vector search within a snapshot: the base, plus the newer rows by brute force, minus what was removed."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ragcite.protocols import VectorCodec, Vectors
from ragcite.storage.base import Base, BaseRecord, Keys, load_base, read_vectors
from ragcite.storage.rows import damaged
from ragcite.types import Scored

_SPARE = 16  # rows fetched beyond k before the first removed one is met


@dataclass(frozen=True, slots=True)
class VectorView:
    """The vectors of one generation: `base` (rows may since have been removed), and `keys`, `vectors` of newer rows."""

    base: Base | None
    keys: Keys
    vectors: Vectors


class VectorCache:
    """Keeps the last view, so that a conversation decodes the base once. A generation's rows never change."""

    def __init__(self, library: Path, codec: VectorCodec, dimension: int) -> None:
        self._library = library
        self._codec = codec
        self._dimension = dimension
        self._lock = threading.Lock()
        self._base: tuple[BaseRecord, Base] | None = None
        self._view: tuple[tuple[int, BaseRecord | None], VectorView] | None = None

    def view(self, connection: sqlite3.Connection, generation: int, record: BaseRecord | None) -> VectorView:
        """Raises `LibraryError` when stored vectors are damaged."""
        with self._lock:
            if self._view is None or self._view[0] != (generation, record):
                self._view = ((generation, record), self._load(connection, record))
            return self._view[1]

    def _load(self, connection: sqlite3.Connection, record: BaseRecord | None) -> VectorView:
        if record is not None and (self._base is None or self._base[0] != record):
            loaded = load_base(self._library, record, self._codec)
            self._base = (record, loaded) if loaded else None
        base = self._base[1] if self._base and self._base[0] == record else None
        after = record.generation if base is not None and record is not None else 0
        try:
            keys, vectors = read_vectors(connection, after, self._dimension)
        except ValueError as error:
            raise damaged("a vector") from error
        return VectorView(base, keys, vectors)


def search(connection: sqlite3.Connection, view: VectorView, vector: Vectors, k: int) -> list[Scored]:
    """At most k living passages by dot product, best first; equal scores in the order of their keys."""
    found = _search_rows(view.keys, view.vectors, vector, k)
    if view.base is not None:
        found += _search_base(connection, view.base, vector, k)
    return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]


def _search_rows(keys: Keys, vectors: Vectors, vector: Vectors, k: int) -> list[Scored]:
    scores = vectors @ vector
    best = np.lexsort((keys, -scores))[:k] if len(keys) <= 4 * k else _best(scores, keys, k)
    return [Scored(int(keys[row]), float(scores[row])) for row in best]


def _best(scores: Vectors, keys: Keys, k: int) -> Keys:
    """Rows of the k best scores. All rows that tie with the last of them take part, so the smallest keys win."""
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    rows: Keys = np.flatnonzero(scores >= threshold)
    return rows[np.lexsort((keys[rows], -scores[rows]))][:k]


def _search_base(connection: sqlite3.Connection, base: Base, vector: Vectors, k: int) -> list[Scored]:
    """Fetches more until k passages are alive or the base is exhausted."""
    wanted = k + _SPARE
    while True:
        rows = base.searcher.search(vector, min(wanted, len(base.keys)))
        found = [Scored(int(base.keys[row]), score) for row, score in rows]
        alive = living(connection, [hit.key for hit in found])
        if len(alive) >= k or wanted >= len(base.keys):
            return [hit for hit in found if hit.key in alive]
        wanted *= 4


def living(connection: sqlite3.Connection, keys: list[int]) -> set[int]:
    """Those of `keys` that this snapshot holds."""
    query = "SELECT key FROM passages WHERE key IN (SELECT value FROM json_each(?))"
    return {key for (key,) in connection.execute(query, (json.dumps(keys),))}
