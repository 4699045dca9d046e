"""Reads pairs with an adapted decoder on OpenVINO: does a text support a claim, does it answer a question?

The base is a small language model's first layers, from its own folder; the adapter (LoRA) and the head come with the
package.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.adapted_tensors import AdaptedTensors
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.backends.decoder_graph import GRAPH_VERSION, pair_decoder
from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.decoder_weights import DecoderWeights
from ragcite.backends.graph_store import GraphStore, Recipe, digest_of
from ragcite.backends.model_files import read_json, refuse_code, sha256_of, weight_files
from ragcite.backends.openvino_generator import properties
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import ModelDamaged
from ragcite.types import SupportScore

SUPPORTED, CONTRADICTED, ANSWERED = range(3)
OUTPUTS = 3
START = 0  # the base's token between documents
TEXT_TOKENS, ASKED_TOKENS = 512, 96  # the rest is cut off: two passages fit
CLAIM = ("\n\nClaim: ", "\nSupported:")
QUESTION = ("\n\nQuestion: ", "\nAnswered:")
ADAPTER, WEIGHTS = "adapter.json", "adapter.safetensors"
EXACT = {"KV_CACHE_PRECISION": "f32", "INFERENCE_PRECISION_HINT": "f32"}  # scores depend little on the processor
REMEMBERED = 12  # texts whose keys and values are kept, up to 8 MB each


def packaged_adapter() -> Path:
    """The folder of the adapter that the package carries."""
    return Path(__file__).parent / "ragcite-support-3"


def adapter_base(adapter: Path) -> str:
    """The name of the model that the adapter was trained on."""
    return str(read_json(adapter / ADAPTER)["base"])


class PairDecoder:
    """A `SupportModel` and a `Reranker` in one set of weights; making one reads small files only.

    A text is read once: what it left in the cache is kept, and each claim or question goes on from there. Every run is
    a single sequence, so a score depends on nothing but its pair (beside others, 8-bit activations would round
    otherwise).
    `base` holds the language model that `adapter` was trained on, `sha256` that of its weights; `threads` 0 leaves the
    choice to OpenVINO; `cache_dir` keeps the compiled graph between processes. Safe to call from several threads, one
    at a time inside. Raises `ModelMissing`, `ModelDamaged`, `ModelRefused`.
    """

    threshold = 0.5

    def __init__(
        self, base: Path, adapter: Path, *, sha256: str = "", threads: int = 0, cache_dir: Path | None = None
    ) -> None:
        for folder in (base, adapter):
            refuse_code(folder)
        self._base, self._weights_file = base, adapter / WEIGHTS
        self._facts = read_json(adapter / ADAPTER)
        self._model_name = str(self._facts.get("name") or adapter.name)
        self._config = read_json(base / "config.json")
        self._shape = _shortened(DecoderShape.read(self._config, str(base / "config.json")), self._facts, adapter)
        self._sha256 = sha256
        self._store = GraphStore(cache_dir)
        self._properties = properties(threads, "int8") | EXACT
        self._lock = threading.Lock()
        self._encoding: ChatEncoding | None = None
        self._request: Any = None
        self._texts: OrderedDict[tuple[int, ...], _Cached] = OrderedDict()

    @property
    def name(self) -> str:
        return f"{self._model_name}@{self._weights_sha256[:12]}"

    @cached_property
    def _weights_sha256(self) -> str:
        return sha256_of(self._weights_file)

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[SupportScore]:
        """Uncalibrated probabilities of (evidence, claim), strictly between 0 and 1."""
        probabilities = 1 / (1 + np.exp(-self._logits(pairs, CLAIM)))
        return [SupportScore(float(row[SUPPORTED]), float(row[CONTRADICTED])) for row in probabilities]

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """The logit that each text holds the answer."""
        return [float(row[ANSWERED]) for row in self._logits([(text, question) for text in texts], QUESTION)]

    def _logits(self, pairs: Sequence[tuple[str, str]], frame: tuple[str, str]) -> NDArray[np.float64]:
        """(n, 3): supported, contradicted, answered."""
        out = np.empty((len(pairs), OUTPUTS))
        if not pairs:
            return out
        with self._lock:
            encoding, request = self._loaded()
            texts = encoding.plain_ids([text for text, _ in pairs])
            asked = framed([words for _, words in pairs], frame, encoding)
            by_text = sorted(range(len(pairs)), key=lambda row: texts[row])
            with self._store.first_run():
                for row in by_text:
                    cached = self._read(request, (START, *texts[row][:TEXT_TOKENS]))
                    out[row] = cached.then(request, asked[row])
        return out.clip(-30, 30)

    def _read(self, request: Any, ids: tuple[int, ...]) -> _Cached:
        """The text `ids`, read now or before; of too many the one that was longest unused is forgotten."""
        if ids not in self._texts:
            self._texts[ids] = _Cached.of(request, ids)
            if len(self._texts) > REMEMBERED:
                self._texts.popitem(last=False)
        self._texts.move_to_end(ids)
        return self._texts[ids]

    def _loaded(self) -> tuple[ChatEncoding, Any]:
        if self._request is None:
            recipe = Recipe(self._model_name, self._digest, GRAPH_VERSION, self._properties)
            self._request = self._store.compiled(recipe, self._graph).create_infer_request()
        if self._encoding is None:
            self._encoding = ChatEncoding(self._base)
        return self._encoding, self._request

    def _digest(self) -> str:
        base = self._sha256 or "".join(map(sha256_of, weight_files(self._base)))
        return digest_of(base, self._config, self._weights_sha256, str(self._shape.layers))

    def _graph(self) -> tuple[Any, DecoderWeights]:
        base, adapter = TensorFiles(weight_files(self._base)), TensorFiles([self._weights_file])
        weights = DecoderWeights(AdaptedTensors(base, adapter, str(self._weights_file)), precision="int8")
        return pair_decoder(weights, self._shape, OUTPUTS), weights


def _shortened(shape: DecoderShape, facts: dict[str, Any], adapter: Path) -> DecoderShape:
    """The layers that the adapter keeps."""
    layers = facts.get("layers")
    if not isinstance(layers, int) or not 1 <= layers <= shape.layers:
        raise ModelDamaged(str(adapter / ADAPTER), "its number of layers does not fit its base", "Install it again.")
    return replace(shape, layers=layers)


def framed(asked: Sequence[str], frame: tuple[str, str], encoding: ChatEncoding) -> list[list[int]]:
    """The tokens of claims or questions, as they follow a text."""
    before, after = encoding.plain_ids(frame)
    return [[*before, *ids[:ASKED_TOKENS], *after] for ids in encoding.plain_ids(asked)]


@dataclass(frozen=True, slots=True)
class _Cached:
    """The keys and values (1, K, T, D) of every layer after a text of `tokens` tokens, by the name of their state; in
    half precision, for they are most of the memory that reading takes."""

    tokens: int
    states: dict[str, NDArray[np.float16]]

    @classmethod
    def of(cls, request: Any, ids: Sequence[int]) -> _Cached:
        request.reset_state()
        _run(request, ids, 0)
        return cls(len(ids), {state.name: state.state.data.astype(np.float16) for state in request.query_state()})

    def then(self, request: Any, ids: Sequence[int]) -> NDArray[np.float32]:
        """The logits (3,) after `ids`, which follow the text."""
        from openvino import Tensor

        for state in request.query_state():
            state.state = Tensor(self.states[state.name].astype(np.float32))
        return _run(request, ids, self.tokens)


def _run(request: Any, ids: Sequence[int], at: int) -> NDArray[np.float32]:
    """`ids` from position `at` on: the logits (3,) after the last."""
    inputs = {
        "input_ids": np.array([ids], np.int64),
        "attention_mask": np.ones((1, at + len(ids)), np.int64),
        "position_ids": np.arange(at, at + len(ids), dtype=np.int64)[None],
        "beam_idx": np.zeros(1, np.int32),
    }
    out: NDArray[np.float32] = next(iter(request.infer(inputs, share_inputs=True).values()))[0, -1]
    return out
