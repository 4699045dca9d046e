"""Generates with transformers on torch: any causal language model in a local folder of safetensors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ragcite.backends.chat_encoding import ChatEncoding, EncodedPrompt
from ragcite.backends.model_files import missing, read_json, refuse_code, weight_files
from ragcite.backends.quiet import quiet_transformers
from ragcite.backends.token_choice import TokenChoice
from ragcite.backends.token_text import Detokeniser, VisibleText
from ragcite.errors import ModelDamaged, PromptOverflow, UsageError
from ragcite.types import Prompt, Sampling

DTYPES = ("float32", "float16", "bfloat16")


class TorchGenerator:
    """A `Generator`. Making one checks the folder without importing torch; tokenizer and weights load at first use.

    `dtype` is torch's name for one; without it float32 on a CPU (few have fast 16-bit arithmetic), else bfloat16.
    Thinking is off, and what a model thinks all the same is never emitted. Generations may run beside each
    other: each has its own KV cache. Raises `ModelMissing`, `ModelRefused`, `ModelDamaged`, `UsageError`.
    """

    def __init__(self, folder: Path, name: str, *, dtype: str | None = None, device: str = "cpu") -> None:
        if not folder.is_dir():
            raise missing(folder.parent, folder.name)
        refuse_code(folder)
        self._config = read_json(folder / "config.json")
        for needed in ("tokenizer.json", "tokenizer_config.json"):
            if not (folder / needed).is_file():
                raise missing(folder, needed)
        weight_files(folder)
        if dtype not in (None, *DTYPES):
            raise UsageError(f"dtype '{dtype}'", "torch generators have no such precision", f"Use one of {DTYPES}.")
        self._folder = folder
        self._name = name
        self._dtype = dtype or ("float32" if device == "cpu" else "bfloat16")
        self._device = device
        self._lock = threading.Lock()
        self._encoding: ChatEncoding | None = None
        self._model: Any = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        """The model's, or the tokenizer's where that is shorter."""
        limit = self._config.get("max_position_embeddings")
        if not isinstance(limit, int):
            raise ModelDamaged(str(self._folder / "config.json"), "it names no context length", "Fetch it again.")
        said = read_json(self._folder / "tokenizer_config.json").get("model_max_length")
        return min(limit, said) if isinstance(said, int) and said > 0 else limit

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._chat().count(texts)

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Raises `PromptOverflow` at once if the prompt and `max_tokens` exceed the context, `UsageError` for a
        sampling out of range; the model loads when the first piece is asked for."""
        encoded = self._chat().encode(prompt)
        wanted = len(encoded.ids) + sampling.max_tokens
        if wanted > self.context_tokens:
            raise PromptOverflow(
                "the prompt",
                f"it has {len(encoded.ids)} tokens, and with {sampling.max_tokens} for the answer exceeds the"
                f" {self.context_tokens} of {self._name}",
                "Ask a shorter question, or use fewer sources.",
            )
        try:
            choose = TokenChoice(sampling)
        except ValueError as error:
            raise UsageError("sampling", str(error), "See `Sampling` for the ranges.") from error
        return self._stream(encoded, sampling, choose)

    def _stream(self, encoded: EncodedPrompt, sampling: Sampling, choose: TokenChoice) -> Iterator[str]:
        text = Detokeniser(self._chat().tokenizer)
        visible = VisibleText(sampling.stop, thinking=encoded.thinking)
        for token in self._tokens(encoded.ids, sampling.max_tokens, choose):
            if piece := visible.push(text.push(token)):
                yield piece
            if visible.stopped:
                return
        if piece := visible.finish():
            yield piece

    def _tokens(self, ids: Sequence[int], limit: int, choose: TokenChoice) -> Iterator[int]:
        """Prefill once, then token by token until an end token or `limit`; each step runs when it is asked for."""
        from transformers import DynamicCache

        model = self._loaded()
        ends = self._end_ids()
        cache = DynamicCache(config=model.config)
        step = list(ids)
        for _ in range(limit):
            token = choose(_forward(model, step, cache))
            if token in ends:
                return
            yield token
            step = [token]

    def _end_ids(self) -> frozenset[int]:
        """Where an answer ends: what the generation settings, the configuration and the tokenizer call the end."""
        path = self._folder / "generation_config.json"
        found: set[int] = set()
        for config in (read_json(path) if path.is_file() else {}, self._config):
            ends = config.get("eos_token_id")
            found.update(end for end in (ends if isinstance(ends, list) else [ends]) if isinstance(end, int))
        end = self._chat().end_token
        return frozenset(found | ({end} if end is not None else set()))

    def _chat(self) -> ChatEncoding:
        with self._lock:
            if self._encoding is None:
                self._encoding = ChatEncoding(self._folder)
            return self._encoding

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM

        loader: Any = AutoModelForCausalLM
        try:
            with quiet_transformers():
                model, report = loader.from_pretrained(
                    self._folder,
                    dtype=getattr(torch, self._dtype),
                    attn_implementation="sdpa",
                    use_safetensors=True,
                    local_files_only=True,
                    trust_remote_code=False,
                    output_loading_info=True,
                )
        except Exception as error:  # the libraries below raise whatever they meet first
            raise ModelDamaged(str(self._folder), f"it cannot be loaded ({error})", "Fetch it again.") from error
        absent = sorted(report["missing_keys"]) + sorted(map(str, report["mismatched_keys"]))
        if absent:  # transformers fills these with noise and only warns
            raise ModelDamaged(str(self._folder), f"it lacks weights ({absent[0]})", "Fetch the model again.")
        return model.to(self._device).eval()


def _forward(model: Any, step: Sequence[int], cache: Any) -> Any:
    """Logits of the next token, (vocabulary,). The mode ends with the call: a generator would leak it to its caller."""
    import torch

    with torch.inference_mode():
        ids = torch.tensor([list(step)], device=model.device)
        return model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]
