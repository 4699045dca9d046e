"""Prompt lookup on what the packaged generator says to real questions: tokens a step, seconds a token, same text."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from eval.corpora import ROOT
from ragcite.backends.causal_generator import Logits, Step
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.evaluation import read_questions
from ragcite.library import Library
from ragcite.types import Prompt, Sampling

KESTREL = ROOT / "kestrel"


class _Recorder:
    """A generator that keeps what it is asked, and says nothing."""

    def __init__(self, generator: OpenVinoGenerator) -> None:
        self._generator = generator
        self.name = generator.name
        self.context_tokens = generator.context_tokens
        self.asked: list[tuple[Prompt, Sampling]] = []

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._generator.count(texts)

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        self.asked.append((prompt, sampling))
        return iter(())


@dataclass(slots=True)
class Decoding:
    """Of some answers: their tokens, and the steps and seconds that these took after the first."""

    tokens: int = 0
    steps: int = 0
    seconds: float = 0.0


def asked_of(generator: OpenVinoGenerator, most: int) -> list[tuple[Prompt, Sampling]]:
    """What `ask` asks the generator on the first answerable questions of kestrel that pass the gate."""
    recorder = _Recorder(generator)
    path = KESTREL / "questions.jsonl"
    questions = [q for q in read_questions(path.read_text("utf-8").splitlines(), path.name) if q.references]
    with tempfile.TemporaryDirectory() as folder, Library.open(folder, generator=recorder) as library:
        library.ingest(KESTREL / "documents")
        for question in questions:
            if len(recorder.asked) < most:
                library.ask(question.question)
    return recorder.asked


def decode(generator: OpenVinoGenerator, asked: Sequence[tuple[Prompt, Sampling]]) -> tuple[Decoding, list[str]]:
    """What it says to each, and how long that took beyond the first token."""
    total, texts = Decoding(), []
    for prompt, sampling in asked:
        steps = _Steps(generator)
        with patch.object(generator, "sequence", steps.sequence):
            texts.append("".join(generator.generate(prompt, sampling)))
        total.steps += len(steps.seconds) - 1
        total.seconds += sum(steps.seconds[1:])
        total.tokens += generator.count([texts[-1]])[0]
    return total, texts


class _Steps:
    """Times the steps of a generation."""

    def __init__(self, generator: OpenVinoGenerator) -> None:
        self._sequence = generator.sequence
        self.seconds: list[float] = []

    @contextmanager
    def sequence(self) -> Iterator[Step]:
        with self._sequence() as step:
            self._step = step
            yield self

    def __call__(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
        begun = time.perf_counter()
        rows = self._step(ids, guessed)
        self.seconds.append(time.perf_counter() - begun)
        return rows

    def drop(self, count: int) -> None:
        self._step.drop(count)
