"""Thinking is bounded, apart from the answer, and never shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ragcite.backends.causal_generator import CausalGenerator, Logits, Step
from ragcite.backends.thinking import Thinking
from ragcite.errors import PromptOverflow, UsageError
from ragcite.types import Message, Part, Prompt, Role, Sampling

PROMPT = Prompt((Message(Role.USER, (Part("Why?", trusted=False),)),))


class Told(CausalGenerator):
    """Says `script` once, then its last token again and again; `prompts` are the steps that it was given."""

    def __init__(self, folder: Path, script: str) -> None:
        super().__init__(folder, "told")
        self._script = self.chat.tokenizer.encode(script).ids
        self.steps: list[list[int]] = []

    @contextmanager
    def sequence(self) -> Iterator[Step]:
        told = self

        class Scripted:
            def __call__(self, ids: Sequence[int], guessed: Sequence[int] = ()) -> Logits:
                told.steps.append(list(ids))
                logits = np.zeros((1 + len(guessed), 151_936), np.float32)
                logits[:, told._script[min(len(told.steps), len(told._script)) - 1]] = 1
                return logits

            def drop(self, count: int) -> None:
                raise AssertionError("nothing was guessed")

        yield Scripted()

    def says(self, max_tokens: int, thinking_tokens: int) -> str:
        return "".join(self.generate(PROMPT, Sampling(max_tokens, thinking_tokens=thinking_tokens)))


def text_of(generator: CausalGenerator, ids: Sequence[int]) -> str:
    text: str = generator.chat.tokenizer.decode(list(ids), skip_special_tokens=False)
    return text


def test_a_model_that_has_thought_enough_is_made_to_answer(tiny_qwen3: Path) -> None:
    generator = Told(tiny_qwen3, "<think>\nOne two three four five six seven")
    answer = generator.says(5, 20)
    assert answer == "\n\n" + " seven" * 5
    forced = next(step for step in generator.steps[1:] if len(step) > 1)
    assert text_of(generator, forced) == " seven\n</think>\n\n"
    assert sum(map(len, generator.steps[1:])) <= 25


def test_thinking_that_ends_by_itself_leaves_the_answer_all_its_tokens(tiny_qwen3: Path) -> None:
    generator = Told(tiny_qwen3, "<think>\nHm.\n</think>\n\nNo")
    assert generator.says(5, 100) == "\n\nNoNoNoNo"
    assert all(len(step) == 1 for step in generator.steps[1:])


def test_a_model_that_thinks_again_and_again_comes_to_an_end(tiny_qwen3: Path) -> None:
    generator = Told(tiny_qwen3, "<think>")
    assert generator.says(5, 20).strip() == ""
    assert sum(map(len, generator.steps[1:])) <= 30


def test_without_thinking_the_block_is_closed_before_it_begins(tiny_qwen3: Path) -> None:
    generator = Told(tiny_qwen3, "No")
    generator.says(1, 0)
    generator.says(1, 20)
    off, on = (text_of(generator, step) for step in generator.steps)
    assert off.endswith("assistant\n<think>\n\n</think>\n\n")
    assert on.endswith("assistant\n")


def test_thinking_counts_against_the_context(tiny_qwen3: Path) -> None:
    generator = Told(tiny_qwen3, "No")
    generator.generate(PROMPT, Sampling(10, thinking_tokens=400))
    with pytest.raises(PromptOverflow, match="with 510 for the answer"):
        generator.generate(PROMPT, Sampling(10, thinking_tokens=500))


def test_a_model_without_a_thinking_mode_says_so(smollm2: Path) -> None:
    class Small(Told):
        def __init__(self, folder: Path) -> None:
            CausalGenerator.__init__(self, folder, "SmolLM2")

    with pytest.raises(UsageError, match="SmolLM2 has no thinking mode"):
        Small(smollm2).generate(PROMPT, Sampling(10, thinking_tokens=20))


def test_a_block_that_the_template_has_opened_is_counted_too() -> None:
    thinking = Thinking(1, 2, [7, 2, 7], 5, inside=True)
    assert [thinking.push(token) for token in (5, 5)] == [True, True]
    assert thinking.cut() == (7, 2, 7)
    assert not thinking.push(5)
    assert thinking.cut() == ()
