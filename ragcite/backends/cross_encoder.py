"""Reads pairs with a BERT cross-encoder on OpenVINO: does a text support a claim, does it answer a question?"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.bert_graph import GRAPH_VERSION, Weights, pair_classifier
from ragcite.backends.graph_store import GraphStore, Recipe, digest_of
from ragcite.backends.model_files import read_json, read_weights, refuse_code, sha256_of, valid_unicode
from ragcite.backends.openvino_embedder import properties
from ragcite.backends.wordpiece import WordPiece
from ragcite.types import SupportScore

SUPPORTED, CONTRADICTED, ANSWERED = range(3)
OUTPUTS = 3
MAX_TOKENS = 256  # of a pair, as in training
BATCH_TOKENS = 1024


def packaged_support() -> Path:
    """The folder of the support model that the package carries."""
    return Path(__file__).parent / "ragcite-support-2"


class CrossEncoder:
    """A `SupportModel` and a `Reranker` in one set of weights; making one reads small files only.

    `threads` 0 leaves the choice to OpenVINO; `cache_dir` keeps the compiled graph between processes. Safe to call from
    several threads, one at a time inside. Raises `ModelMissing`, `ModelDamaged`, `ModelRefused`.
    """

    threshold = 0.5

    def __init__(self, folder: Path, *, threads: int = 0, cache_dir: Path | None = None) -> None:
        refuse_code(folder)
        self._weights_file = folder / "model.safetensors"
        self._config = read_json(folder / "config.json")
        self._model_name = str(self._config.get("_name_or_path") or folder.name)
        self._tokens = WordPiece(folder, MAX_TOKENS)
        self._store = GraphStore(cache_dir)
        self._properties = properties(threads)
        self._lock = threading.Lock()
        self._request: Any = None

    @property
    def name(self) -> str:
        return f"{self._model_name}@{self._weights_sha256[:12]}"

    @cached_property
    def _weights_sha256(self) -> str:
        return sha256_of(self._weights_file)

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        """Uncalibrated probabilities of (evidence, claim), strictly between 0 and 1."""
        probabilities = 1 / (1 + np.exp(-self.logits(pairs)))
        return [SupportScore(float(row[SUPPORTED]), float(row[CONTRADICTED])) for row in probabilities]

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """The logit that each text holds the answer."""
        return [float(row[ANSWERED]) for row in self.logits([(text, question) for text in texts])]

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """(n, 3): supported, contradicted, answered. Pairs are run in order of length, so that little is padding."""
        out = np.empty((len(pairs), OUTPUTS))
        if not pairs:
            return out
        encoded = self._tokens.pairs([(valid_unicode(one), valid_unicode(other)) for one, other in pairs])
        order = sorted(range(len(pairs)), key=lambda row: len(encoded[row][0]))
        with self._lock:
            request = self._loaded()
            start = 0
            while start < len(order):
                rows = order[start : start + max(1, BATCH_TOKENS // len(encoded[order[start]][0]))]
                with self._store.first_run():
                    result = request.infer(_padded([encoded[row] for row in rows]), share_inputs=True)
                out[rows] = next(iter(result.values()))
                start += len(rows)
        return out.clip(-30, 30)

    def _loaded(self) -> Any:
        if self._request is None:
            recipe = Recipe(self._model_name, self._digest, GRAPH_VERSION, self._properties)
            self._request = self._store.compiled(recipe, self._graph).create_infer_request()
        return self._request

    def _digest(self) -> str:
        return digest_of(self._weights_sha256, self._config)

    def _graph(self) -> tuple[Any, Weights]:
        weights = Weights(read_weights(self._weights_file), str(self._weights_file))
        return pair_classifier(weights, self._config, OUTPUTS), weights


def _padded(rows: Sequence[tuple[list[int], list[int]]]) -> dict[str, NDArray[np.int64]]:
    width = max(len(ids) for ids, _ in rows)
    inputs = {
        name: np.zeros((len(rows), width), np.int64) for name in ("input_ids", "token_type_ids", "attention_mask")
    }
    for index, (ids, kinds) in enumerate(rows):
        inputs["input_ids"][index, : len(ids)] = ids
        inputs["token_type_ids"][index, : len(ids)] = kinds
        inputs["attention_mask"][index, : len(ids)] = 1
    return inputs
