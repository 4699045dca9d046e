"""Embeds texts with sentence-transformers: the reference, for any kind of encoder that library runs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ragcite.backends.embedding_folder import module_types
from ragcite.backends.model_files import missing, read_json, refuse_code, sha256_of, valid_unicode, weight_files
from ragcite.backends.quiet import quiet_transformers
from ragcite.errors import ModelDamaged, ModelMissing
from ragcite.protocols import Vectors


class SentenceTransformersEmbedder:
    """An `Embedder`. Making one checks the folder; torch and the weights load with the first text.

    Reads local files only, safetensors only. `device` is torch's name for one ("cpu", "cuda").
    Raises `ModelMissing` (also where the extra `ragcite[sentence-transformers]` is not installed), `ModelDamaged`,
    `ModelRefused`.
    """

    def __init__(
        self, folder: Path, *, model_name: str | None = None, sha256: str | None = None, device: str = "cpu"
    ) -> None:
        if not folder.is_dir():
            raise missing(folder.parent, folder.name)
        encoder, *others = [path for _, path in module_types(folder)]
        for part in {folder, encoder, *others}:
            refuse_code(part)
        read_json(encoder / "config.json")
        self._weights = weight_files(encoder)
        self._folder = folder
        self._model_name = model_name or folder.name
        self._sha256 = sha256
        self._device = device
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def name(self) -> str:
        if self._sha256 is None:
            self._sha256 = sha256_of(self._weights[0])
        return f"{self._model_name}@{self._sha256[:12]}"

    @property
    def dimension(self) -> int:
        return int(self._loaded().get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        model = self._loaded()
        return int(model.max_seq_length) - int(model.tokenizer.num_special_tokens_to_add())

    def count(self, texts: Sequence[str]) -> list[int]:
        tokenizer = self._loaded().tokenizer
        valid = [valid_unicode(text) for text in texts]
        options = {"add_special_tokens": False, "truncation": False, "verbose": False}
        return [len(ids) for ids in tokenizer(valid, **options)["input_ids"]] if valid else []

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._float32(self._loaded().encode_query([valid_unicode(text)], **self._options()))[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return self._float32(self._loaded().encode_document([valid_unicode(t) for t in texts], **self._options()))

    @staticmethod
    def _float32(found: Any) -> Vectors:
        vectors: Vectors = np.asarray(found, np.float32)
        return vectors

    @staticmethod
    def _options() -> dict[str, Any]:
        return {"normalize_embeddings": True, "convert_to_numpy": True, "show_progress_bar": False}

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelMissing(
                "sentence-transformers", f"it is not installed ({error})", "pip install ragcite[sentence-transformers]"
            ) from error
        try:
            with quiet_transformers():
                return SentenceTransformer(
                    str(self._folder),
                    device=self._device,
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        except Exception as error:  # the libraries below raise whatever they meet first
            raise ModelDamaged(str(self._folder), f"it cannot be loaded ({error})", "Fetch it again.") from error
