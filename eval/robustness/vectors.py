"""Promise 2: damaged files of the vector base against brute force."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from eval.robustness.measure import Outcome, Sizes, state_of
from ragcite.backends.faiss_codec import FaissCodec
from ragcite.library import Library
from ragcite.protocols import Vectors
from ragcite.storage import SqliteStore
from ragcite.testing import HashingEmbedder
from ragcite.types import Scored

SEED = 20261128
GOAL = 1000
PASSAGES = 1_300  # more than brute force takes in its stride, so that there is a base
K = 10


def measure(sizes: Sizes) -> Outcome:
    embedder = HashingEmbedder(16)
    query = embedder.embed_query("reading 7 of the pump in hall 3")
    wrong, kinds = [], Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        folder, stale = _library(Path(scratch), embedder)
        pristine = {path: path.read_bytes() for path in sorted((folder / "vectors").iterdir())}
        wanted = _found(folder, embedder, query)
        for number in range(sizes.damaged_vectors):
            kind = _damage(pristine, stale, random.Random(f"{SEED}:{number}"))
            kinds[kind] += 1
            if not _same(_found(folder, embedder, query), wanted):
                wrong.append(f"{kind} {number}")
            for path, data in pristine.items():
                path.write_bytes(data)
    out = Outcome()
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    found = f"{sum(kinds.values()):,} damaged files ({counts}): 0 crashes, {len(wrong)} searches unlike brute force"
    state = state_of(not wrong, sizes.damaged_vectors, GOAL)
    out.add(2, "`eval/robustness/vectors.py`: one damage, one search in a fresh store", found, state)
    return out


def _library(place: Path, embedder: HashingEmbedder) -> tuple[Path, bytes]:
    """The library's folder, and the index as it was before the last ingest."""
    notes, folder = place / "notes", place / "library"
    notes.mkdir()
    with Library.open(folder, embedder=embedder) as library:
        _write(notes, range(PASSAGES))
        library.ingest(notes)
        stale = next((folder / "vectors").glob("*")).read_bytes()
        _write(notes, range(PASSAGES, 2 * PASSAGES))
        library.ingest(notes)
    shutil.rmtree(notes)
    return folder, stale


def _write(notes: Path, numbers: range) -> None:
    for number in numbers:
        (notes / f"{number}.txt").write_text(f"Reading {number} of the pump in hall {number % 7}.")


def _damage(pristine: dict[Path, bytes], stale: bytes, chance: random.Random) -> str:
    path = chance.choice(list(pristine))
    data, kind = bytearray(pristine[path]), chance.choice(("flipped", "cut", "stale", "swapped", "grown"))
    if kind == "flipped":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del data[chance.randrange(len(data)) :]
    elif kind == "stale":
        data = bytearray(stale)
    elif kind == "swapped":
        data = bytearray(next(other for name, other in pristine.items() if name != path))
    else:
        data += chance.randbytes(chance.randrange(1, 5000))
    path.write_bytes(bytes(data))
    return kind


def _found(folder: Path, embedder: HashingEmbedder, query: Vectors) -> list[Scored]:
    store = SqliteStore.open(folder, FaissCodec(), embedder.name, embedder.dimension, create=False)
    with store.snapshot() as snapshot:
        return snapshot.vector_search(query, K)


def _same(found: list[Scored], wanted: list[Scored]) -> bool:
    """By score: rows of equal score may come in another order."""
    scores = [[round(hit.score, 4) for hit in hits] for hits in (found, wanted)]
    return scores[0] == scores[1]
