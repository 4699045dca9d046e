"""Generates on OpenVINO: Llama and Qwen3 decoders from a local folder of safetensors, and any decoder that was exported
to OpenVINO. It never imports torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from ragcite.backends.causal_generator import CausalGenerator, Logits, Step
from ragcite.backends.decoder_graph import GRAPH_VERSION, decoder
from ragcite.backends.decoder_shape import DecoderShape
from ragcite.backends.decoder_tensors import check_tensors
from ragcite.backends.decoder_weights import DecoderWeights, Precision
from ragcite.backends.exported_decoder import exported_decoder, exported_digest, is_exported
from ragcite.backends.graph_store import GraphStore, Recipe, digest_of
from ragcite.backends.model_files import sha256_of, weight_files
from ragcite.backends.prefix_cache import CachedSequence, PrefixCache
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import UsageError

GUESSED = 5  # docs/decisions/0026: a step of six tokens takes 1.6 times the time of one
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


class OpenVinoGenerator(CausalGenerator):
    """`precision` is that of the matrices: "int8" (the default), "int4" (for memory; it costs quality) or "float32"; a
    folder with openvino_model.xml has its own.

    `sha256` names the weights; without it their files are hashed when the model loads. `cache_dir` keeps the compiled
    graph between processes; `threads` 0 leaves the choice to OpenVINO. `reuse_prefix` runs only what a prompt does not
    share with an earlier one; it is off, because in int8 what follows can then differ in its last bits from a prompt
    that was run whole, and greedy answers would not be the same every time. `lookup` guesses what is copied from the
    prompt (see `PromptLookup`): in float32 that changes no token, in int8 one that is nearly a tie. Making one compares
    the tensors that the files' headers list with those of the graph. Raises as `CausalGenerator`, and `ModelRefused`
    for an architecture it has no graph for.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        precision: str = "int8",
        sha256: str = "",
        cache_dir: Path | None = None,
        threads: int = 0,
        reuse_prefix: bool = False,
        lookup: bool = True,
    ) -> None:
        super().__init__(folder, name)
        if precision not in PRECISIONS:
            raise UsageError(
                f"precision '{precision}'", "the OpenVINO engine has none of this name", f"Use one of {PRECISIONS}."
            )
        self.guessed = GUESSED if lookup else 0
        self._precision = precision
        self._sha256 = sha256
        self._store = GraphStore(cache_dir)
        self._properties = properties(threads, self._precision)
        self._loading = threading.Lock()
        self._compiled: Any = None
        self._cache = PrefixCache(self._fresh, reuse=reuse_prefix)

    @contextmanager
    def sequence(self) -> Iterator[Step]:
        """With `reuse_prefix` the first step finds what an earlier sequence has already run of its tokens."""
        step = _Step(self._cache, self._store)
        try:
            yield step
        finally:
            if step.sequence is not None:
                self._cache.put_back(step.sequence)

    def load(self) -> None:
        """Load the weights now instead of with the first token."""
        with self._loading:
            if self._compiled is None:
                self._compiled = self._load()

    def _fresh(self) -> Any:
        self.load()
        return self._compiled.create_infer_request()

    def _load(self) -> Any:
        name = f"{self._name}-{self._precision}"
        return self._store.compiled(Recipe(name, self._digest, GRAPH_VERSION, self._properties), self._graph)

    def _check_weights(self) -> None:
        if not is_exported(self._folder):
            shape = DecoderShape.read(self._config, str(self._folder / "config.json"))
            check_tensors(TensorFiles(weight_files(self._folder)), shape, str(self._folder))

    def _digest(self) -> str:
        return digest_of(self._sha256 or self._hashed(), self._config)

    def _hashed(self) -> str:
        if is_exported(self._folder):
            return exported_digest(self._folder)
        return "".join(map(sha256_of, weight_files(self._folder)))

    def _graph(self) -> tuple[Any, DecoderWeights | None]:
        if is_exported(self._folder):
            return exported_decoder(self._folder), None
        shape = DecoderShape.read(self._config, str(self._folder / "config.json"))
        weights = DecoderWeights(TensorFiles(weight_files(self._folder)), precision=self._precision)
        return decoder(weights, shape), weights


class _Step:
    """`sequence` is None before the first."""

    def __init__(self, cache: PrefixCache, store: GraphStore) -> None:
        self._cache = cache
        self._store = store
        self.sequence: CachedSequence | None = None

    def __call__(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        if self.sequence is not None:
            return self.sequence.extend(ids, guessed)
        self.sequence = self._cache.take(ids)
        with self._store.first_run():
            return self.sequence.begin(ids, guessed)

    def drop(self, count: int) -> None:
        if self.sequence is not None:
            self.sequence.drop(count)


def properties(threads: int, precision: Precision) -> dict[str, str]:
    """float32 is asked for explicitly; otherwise OpenVINO takes bfloat16 for attention where the processor has it.

    With whole-number weights the activations become 8-bit in groups of 32, so that the processor multiplies integers.
    """
    whole = precision != "float32"
    wanted = {"PERFORMANCE_HINT": "LATENCY"} | ({} if whole else {"INFERENCE_PRECISION_HINT": "f32"})
    wanted["KV_CACHE_PRECISION"] = "u8" if whole else "f32"
    wanted["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = "32" if whole else "0"
    if threads:
        wanted["INFERENCE_NUM_THREADS"] = str(threads)
    return wanted
