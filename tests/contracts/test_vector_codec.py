"""Every VectorCodec: exact search after a round trip, and an error rather than a crash for bytes that are no index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.protocols import VectorCodec, Vectors


@pytest.fixture(params=[FaissCodec], ids=["faiss"])
def codec(request: pytest.FixtureRequest) -> VectorCodec:
    made: VectorCodec = request.param()
    return made


def unit_vectors(count: int, dimension: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_a_search_after_a_round_trip_is_brute_force(codec: VectorCodec) -> None:
    vectors, query = unit_vectors(500, 16), unit_vectors(1, 16, seed=1)[0]
    found = codec.decode(codec.encode(vectors)).search(query, 20)
    scores = vectors @ query
    assert [row for row, _ in found] == list(np.argsort(-scores)[:20])
    assert [score for _, score in found] == pytest.approx(np.sort(scores)[::-1][:20].tolist(), abs=1e-5)


def test_no_more_rows_come_than_there_are(codec: VectorCodec) -> None:
    searcher = codec.decode(codec.encode(unit_vectors(3, 4)))
    query = unit_vectors(1, 4)[0]
    assert sorted(row for row, _ in searcher.search(query, 10)) == [0, 1, 2]
    assert searcher.search(query, 0) == []


def test_an_index_of_nothing_finds_nothing(codec: VectorCodec) -> None:
    empty = np.zeros((0, 4), dtype=np.float32)
    assert codec.decode(codec.encode(empty)).search(unit_vectors(1, 4)[0], 5) == []


def test_the_same_vectors_give_the_same_bytes(codec: VectorCodec) -> None:
    assert codec.encode(unit_vectors(9, 4)) == codec.encode(unit_vectors(9, 4))


def test_a_query_of_another_dimension_is_refused(codec: VectorCodec) -> None:
    with pytest.raises(ValueError):
        codec.decode(codec.encode(unit_vectors(3, 4))).search(unit_vectors(1, 5)[0], 1)


@pytest.mark.parametrize("shape", [(4,), (2, 0)])
def test_what_is_no_matrix_is_not_encoded(codec: VectorCodec, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        codec.encode(np.zeros(shape, dtype=np.float32))


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10_000), value=st.integers(1, 255), keep=st.integers(0, 10_000), cut=st.booleans())
def test_damaged_bytes_give_an_error_or_a_search_but_never_a_crash(at: int, value: int, keep: int, cut: bool) -> None:
    codec = FaissCodec()
    data = bytearray(codec.encode(unit_vectors(20, 4)))
    data[at % min(len(data), 60)] ^= value  # the header is what steers the reading
    try:
        searcher = codec.decode(bytes(data[: keep % len(data)] if cut else data))
        found = searcher.search(unit_vectors(1, 4)[0], 5)
    except ValueError:
        return
    assert all(row >= 0 for row, _ in found)
