"""What every generator shares that decodes token by token: the folder, the chat, the loop, the text that is shown."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ragcite.backends.chat_encoding import ChatEncoding, EncodedPrompt
from ragcite.backends.model_files import missing, read_json, refuse_code, weight_files
from ragcite.backends.prequantised import refuse_quantised
from ragcite.backends.prompt_lookup import PromptLookup
from ragcite.backends.request_limits import check_request
from ragcite.backends.thinking import Thinking
from ragcite.backends.token_choice import TokenChoice
from ragcite.backends.token_text import Detokeniser, VisibleText
from ragcite.errors import ModelDamaged, UsageError
from ragcite.types import Prompt, Sampling

Logits = NDArray[np.float32]


class Step(Protocol):
    """Runs one sequence."""

    def __call__(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        """Append `ids`, at least one, and `guessed`: logits (1 + guessed, vocabulary) of what follows `ids` and each of
        the guessed tokens."""

    def drop(self, count: int) -> None:
        """Take the last `count` tokens back."""


class CausalGenerator(ABC):
    """A `Generator` over a folder of safetensors; an engine adds how a sequence is run. `guessed`: most tokens that a
    step checks beyond the one it has to run (see `PromptLookup`).

    Making one reads small JSON files only; tokenizer and weights load at first use. What a model thinks is never
    emitted. Generations may run beside each other: each has its own KV cache.
    Raises `ModelMissing`, `ModelRefused`, `ModelDamaged`, `UsageError`.
    """

    guessed = 0

    def __init__(self, folder: Path, name: str) -> None:
        if not folder.is_dir():
            raise missing(folder.parent, folder.name)
        refuse_code(folder)
        self._config = read_json(folder / "config.json")
        refuse_quantised(folder, self._config)
        for needed in ("tokenizer.json", "tokenizer_config.json"):
            if not (folder / needed).is_file():
                raise missing(folder, needed)
        self._folder = folder
        self._check_weights()
        self._name = name
        self._lock = threading.Lock()
        self._encoding: ChatEncoding | None = None

    def _check_weights(self) -> None:
        """Raises `ModelMissing`, `ModelRefused`, `ModelDamaged` where they are not there to be loaded."""
        weight_files(self._folder)

    @abstractmethod
    def sequence(self) -> AbstractContextManager[Step]:
        """An empty sequence."""

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

    @property
    def chat(self) -> ChatEncoding:
        """Tokenizer and chat template."""
        with self._lock:
            if self._encoding is None:
                self._encoding = ChatEncoding(self._folder)
            return self._encoding

    def count(self, texts: Sequence[str]) -> list[int]:
        return self.chat.count(texts)

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Raises `PromptOverflow` at once if the prompt and what may be generated exceed the context, `UsageError` for
        a sampling out of range or thinking that the model cannot; it loads when the first piece is asked for."""
        encoded = self.chat.encode(prompt, thinking=sampling.thinking_tokens > 0)
        check_request(len(encoded.ids), sampling, self.context_tokens, self._name)
        if sampling.thinking_tokens and self.chat.thinking_ids is None:
            raise UsageError("thinking", f"{self._name} has no thinking mode", "Ask it without.")
        return self._stream(encoded, sampling, TokenChoice(sampling, encoded.ids))

    def end_ids(self) -> frozenset[int]:
        """Where an answer ends: what the generation settings, the configuration and the tokenizer call the end."""
        path = self._folder / "generation_config.json"
        found: set[int] = set()
        for config in (read_json(path) if path.is_file() else {}, self._config):
            ends = config.get("eos_token_id")
            found.update(end for end in (ends if isinstance(ends, list) else [ends]) if isinstance(end, int))
        end = self.chat.end_token
        return frozenset(found | ({end} if end is not None else set()))

    def _stream(self, encoded: EncodedPrompt, sampling: Sampling, choose: TokenChoice) -> Iterator[str]:
        text = Detokeniser(self.chat.tokenizer)
        visible = VisibleText(sampling.stop, thinking=encoded.thinking)
        for token in self._tokens(encoded, sampling, choose):
            if piece := visible.push(text.push(token)):
                yield piece
            if visible.stopped:
                return
        if piece := visible.finish():
            yield piece

    def _tokens(self, encoded: EncodedPrompt, sampling: Sampling, choose: TokenChoice) -> Iterator[int]:
        """Prefill once, then step by step until an end token or a limit; each step runs when it is asked for."""
        ends, thinking = self.end_ids(), self._thinking(encoded, sampling)
        left, most = sampling.max_tokens, sampling.max_tokens + sampling.thinking_tokens
        lookup = PromptLookup(encoded.ids, self.guessed)
        with self.sequence() as step:
            new = list(encoded.ids)
            while left > 0 and most > 0:
                guesses = lookup.guess()
                rows = step(new, guesses)
                for at, row in enumerate(rows):
                    token = choose(row)
                    if token in ends:
                        return
                    left -= thinking is None or not thinking.push(token)
                    new = [token, *(thinking.cut() if thinking else ())]
                    most -= len(new)
                    yield from new
                    lookup.push(new)
                    if new != guesses[at : at + 1] or left <= 0 or most <= 0:
                        break
                if at < len(guesses):
                    step.drop(len(guesses) - at)

    def _thinking(self, encoded: EncodedPrompt, sampling: Sampling) -> Thinking | None:
        """None where thinking is off: what comes of it all the same counts as answer."""
        ids = self.chat.thinking_ids
        if not sampling.thinking_tokens or ids is None:
            return None
        closing = [*self.chat.plain_ids(["\n"])[0], ids[1], *self.chat.plain_ids(["\n\n"])[0]]
        return Thinking(*ids, closing, sampling.thinking_tokens, encoded.thinking)
