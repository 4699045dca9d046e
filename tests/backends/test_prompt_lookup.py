"""Guesses: what they are, and that they change how many steps a text takes, not the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ragcite.backends.causal_generator import CausalGenerator
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.prompt_lookup import PromptLookup
from ragcite.backends.torch_generator import TorchGenerator
from ragcite.types import Message, Part, Prompt, Role, Sampling


@pytest.mark.parametrize(
    ("tokens", "longest", "guess"),
    [
        ([1, 2, 3, 4, 5, 1, 2, 3], 8, [4, 5, 1, 2, 3]),
        ([1, 2, 3, 4, 5, 1, 2, 3], 2, [4, 5]),
        ([1, 2, 3, 4, 5, 1, 2, 3], 0, []),
        ([1, 2, 3, 9, 2, 3, 7, 1, 2, 3], 1, [9]),  # three alike before two
        ([2, 3, 9, 2, 3, 7, 2, 3], 1, [7]),  # the latest place
        ([1, 2, 3, 4, 5], 8, []),
        ([1, 1, 1, 1], 8, [1]),
        ([5], 8, []),
        ([], 8, []),
    ],
)
def test_it_guesses_what_followed_the_same_tokens_before(tokens: list[int], longest: int, guess: list[int]) -> None:
    assert PromptLookup(tokens, longest).guess() == guess
    pushed = PromptLookup((), longest)
    for token in tokens:
        pushed.push([token])
    assert pushed.guess() == guess


def _question(text: str) -> Prompt:
    return Prompt((Message(Role.USER, (Part(text, trusted=False),)),))


def _said(generator: CausalGenerator, sampling: Sampling) -> tuple[list[str], int]:
    """What it says to some prompts, and the steps that took."""
    taken = 0
    sequence = generator.sequence

    class Counted:
        def __enter__(self) -> Any:
            self._open = sequence()
            self._step = self._open.__enter__()
            return self

        def __exit__(self, *error: Any) -> None:
            self._open.__exit__(*error)

        def __call__(self, *ids: Any) -> Any:
            nonlocal taken
            taken += 1
            return self._step(*ids)

        def drop(self, count: int) -> None:
            self._step.drop(count)

    generator.sequence = Counted  # type: ignore[method-assign]
    texts = ("The ferry runs from May to September. " * 4, "Why? Why not? Because.", "A ticket costs fourteen crowns. ")
    return ["".join(generator.generate(_question(text), sampling)) for text in texts], taken


@pytest.mark.parametrize("engine", ["openvino", "torch"])
@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(60, repetition_penalty=0.5),  # below 1 it repeats itself
        Sampling(60, temperature=0.3, top_k=3, seed=7),
        Sampling(60, temperature=0.5, repetition_penalty=0.9, presence_penalty=-0.2),
        Sampling(31, repetition_penalty=0.5),
    ],
    ids=["greedy", "sampled", "penalised", "cut"],
)
def test_guessing_changes_no_letter_in_float32_and_saves_steps(
    tiny_qwen3: Path, engine: str, sampling: Sampling
) -> None:
    def made(guessed: int) -> CausalGenerator:
        torch = engine == "torch"
        found: CausalGenerator = (
            TorchGenerator(tiny_qwen3, "tiny")
            if torch
            else OpenVinoGenerator(tiny_qwen3, "tiny", precision="float32", threads=1)
        )
        found.guessed = guessed
        return found

    plain, steps = _said(made(0), sampling)
    looked, fewer = _said(made(5), sampling)
    assert looked == plain
    assert fewer < steps


def test_it_is_on_unless_it_is_switched_off(tiny_qwen3: Path) -> None:
    assert OpenVinoGenerator(tiny_qwen3, "tiny").guessed == 5
    assert OpenVinoGenerator(tiny_qwen3, "tiny", lookup=False).guessed == 0
    assert TorchGenerator(tiny_qwen3, "tiny").guessed == 0
