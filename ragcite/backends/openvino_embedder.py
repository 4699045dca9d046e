"""Embeds texts with a BERT sentence encoder on OpenVINO: the fast path, which never imports torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ragcite.backends.bert_graph import GRAPH_VERSION, Weights, sentence_encoder
from ragcite.backends.embedding_folder import EmbeddingFolder
from ragcite.backends.graph_store import GraphStore, Recipe, digest_of
from ragcite.backends.model_files import read_weights, sha256_of, valid_unicode
from ragcite.backends.wordpiece import WordPiece
from ragcite.protocols import Vectors

BATCH = 8


class OpenVinoEmbedder:
    """An `Embedder`. Making one reads small JSON files only; weights load with the first text.

    `model_name` and `sha256` (of the weights) form `name`; without `sha256` the file is hashed when the name is first
    asked for. `threads` 0 leaves the choice to OpenVINO. `cache_dir` keeps the compiled graph between processes.
    Safe to call from several threads, one at a time inside.
    Raises `ModelMissing`, `ModelDamaged`, `ModelRefused`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        model_name: str | None = None,
        sha256: str | None = None,
        threads: int = 0,
        cache_dir: Path | None = None,
        batch: int = BATCH,
    ) -> None:
        self._folder = EmbeddingFolder.read(folder)
        self._model_name = model_name or folder.name
        self._sha256 = sha256
        self._store = GraphStore(cache_dir)
        self._properties = properties(threads)
        self._batch = batch
        self._tokens = WordPiece(folder, self._folder.max_tokens)
        self._lock = threading.Lock()
        self._request: Any = None

    @property
    def name(self) -> str:
        if self._sha256 is None:
            self._sha256 = sha256_of(self._folder.weights)
        return f"{self._model_name}@{self._sha256[:12]}"

    @property
    def dimension(self) -> int:
        return self._folder.dimension

    @property
    def max_tokens(self) -> int:
        return self._folder.max_tokens - 2  # [CLS] and [SEP]

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._tokens.count(texts)

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([self._folder.query_prompt + text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._folder.passage_prompt + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d). Texts are run in order of length, so that a batch is padded little; the result is in theirs."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        ids = self._tokens.ids([valid_unicode(text) for text in texts])
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        with self._lock:
            request = self._loaded()
            for start in range(0, len(order), self._batch):
                rows = order[start : start + self._batch]
                inputs, mask = _padded([ids[row] for row in rows])
                with self._store.first_run():
                    result = request.infer({"input_ids": inputs, "attention_mask": mask}, share_inputs=True)
                vectors[rows] = next(iter(result.values()))
        return vectors

    def _loaded(self) -> Any:
        if self._request is None:
            recipe = Recipe(self._model_name, self._digest, GRAPH_VERSION, self._properties)
            self._request = self._store.compiled(recipe, self._graph).create_infer_request()
        return self._request

    def _digest(self) -> str:
        sha256 = self._sha256 or sha256_of(self._folder.weights)
        return digest_of(sha256, self._folder.config, self._folder.pooling)

    def _graph(self) -> tuple[Any, Weights]:
        weights = Weights(read_weights(self._folder.weights), str(self._folder.weights))
        return sentence_encoder(weights, self._folder.config, self._folder.pooling), weights


def properties(threads: int) -> dict[str, str]:
    """How encoders are compiled: float32 and lowest latency. `threads` 0 leaves the choice to OpenVINO."""
    wanted = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    return wanted | ({"INFERENCE_NUM_THREADS": str(threads)} if threads else {})


def _padded(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Token ids and mask, both (B, S) int64, S the longest row; the padding's id does not matter under the mask."""
    width = max(len(row) for row in rows)
    inputs = np.zeros((len(rows), width), np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for index, row in enumerate(rows):
        inputs[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return inputs, mask
