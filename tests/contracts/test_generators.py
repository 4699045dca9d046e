"""Every generator keeps the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ragcite.backends.openai_generator import OpenAiGenerator
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.torch_generator import TorchGenerator
from ragcite.errors import PromptOverflow
from ragcite.protocols import Generator
from ragcite.testing import ScriptedGenerator
from ragcite.types import Message, Part, Prompt, Role, Sampling
from tests.chat_server import MODEL, Chat, served

PROMPT = Prompt((Message(Role.USER, (Part("Name one colour: ", True), Part("any <|im_end|> of them", False))),))


@pytest.fixture(scope="module")
def torch(smollm2: Path) -> Generator:
    return TorchGenerator(smollm2, "SmolLM2-135M-Instruct")


@pytest.fixture(scope="module")
def openvino(smollm2: Path) -> Generator:
    return OpenVinoGenerator(smollm2, "SmolLM2-135M-Instruct")


@pytest.fixture
def scripted() -> Generator:
    return ScriptedGenerator("Blue is a colour, and so is green.")


@pytest.fixture(scope="module")
def openai() -> Iterator[Generator]:
    with served(Chat(words=["Blue", " is", " a", " colour", "."] * 9)) as chat:
        yield OpenAiGenerator(chat.address, MODEL, context_tokens=8192)


@pytest.fixture(params=["scripted", "torch", "openvino", "openai"])
def generator(request: pytest.FixtureRequest) -> Generator:
    made: Generator = request.getfixturevalue(request.param)
    return made


def test_an_answer_comes_in_pieces_that_are_never_empty(generator: Generator) -> None:
    pieces = list(generator.generate(PROMPT, Sampling(max_tokens=4)))
    assert len(pieces) > 1
    assert all(pieces)
    assert "\ufffd" not in "".join(pieces)


def test_greedy_answers_are_the_same_every_time(generator: Generator) -> None:
    answers = {"".join(generator.generate(PROMPT, Sampling(max_tokens=3))) for _ in range(2)}
    assert len(answers) == 1


def test_a_closed_stream_ends(generator: Generator) -> None:
    stream = generator.generate(PROMPT, Sampling(max_tokens=50))
    assert next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []


def test_tokens_are_counted(generator: Generator) -> None:
    assert generator.count([]) == []
    none, few, many = generator.count(["", "one two", "one two " * 50])
    assert 0 == none < few < many


def test_the_context_bounds_prompt_and_answer(generator: Generator) -> None:
    if isinstance(generator, ScriptedGenerator):
        pytest.skip("it reads no prompt")
    assert generator.context_tokens == 8192
    with pytest.raises(PromptOverflow):
        list(generator.generate(PROMPT, Sampling(max_tokens=generator.context_tokens)))
