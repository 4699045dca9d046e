"""Generates with transformers on torch: any causal language model in a local folder of safetensors. The reference."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ragcite.backends.causal_generator import CausalGenerator, Logits, Step
from ragcite.backends.quiet import quiet_transformers
from ragcite.errors import ModelDamaged, UsageError

DTYPES = ("float32", "float16", "bfloat16")


class TorchGenerator(CausalGenerator):
    """`dtype` is torch's name for one; without it float32 on a CPU (few have fast 16-bit arithmetic), else bfloat16."""

    def __init__(self, folder: Path, name: str, *, dtype: str | None = None, device: str = "cpu") -> None:
        super().__init__(folder, name)
        if dtype not in (None, *DTYPES):
            raise UsageError(f"precision '{dtype}'", "the torch engine has none of this name", f"Use one of {DTYPES}.")
        self._dtype = dtype or ("float32" if device == "cpu" else "bfloat16")
        self._device = device
        self._loading = threading.Lock()
        self._model: Any = None

    @contextmanager
    def sequence(self) -> Iterator[Step]:
        from transformers import DynamicCache

        model = self._loaded()
        yield _Step(model, DynamicCache(config=model.config))

    def _loaded(self) -> Any:
        with self._loading:
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
                    ignore_mismatched_sizes=True,  # they are reported, by name, instead of raised without
                    output_loading_info=True,
                )
        except Exception as error:  # the libraries below raise whatever they meet first
            raise ModelDamaged(str(self._folder), f"it cannot be loaded ({error})", "Fetch it again.") from error
        absent = sorted(report["missing_keys"]) + sorted(map(str, report["mismatched_keys"]))
        if absent:  # transformers fills these with noise and only warns
            raise ModelDamaged(str(self._folder), f"it lacks weights ({absent[0]})", "Fetch the model again.")
        return model.to(self._device).eval()


class _Step:
    def __init__(self, model: Any, cache: Any) -> None:
        self._model = model
        self._cache = cache

    def __call__(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        """The mode ends with the call: a generator would leak it to its caller."""
        import torch

        with torch.inference_mode():
            inputs = torch.tensor([[*ids, *guessed]], device=self._model.device)
            wanted = 1 + len(guessed)
            out = self._model(input_ids=inputs, past_key_values=self._cache, use_cache=True, logits_to_keep=wanted)
            logits: Logits = out.logits[0].float().cpu().numpy()
            return logits

    def drop(self, count: int) -> None:
        self._cache.crop(-count)
