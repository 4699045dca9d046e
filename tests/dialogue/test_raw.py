"""A conversation with the generator alone: what it is told again, how it samples, and how an answer ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from ragcite.dialogue import RawChat
from ragcite.errors import PromptOverflow, ServerError, UsageError
from ragcite.testing import ScriptedGenerator
from ragcite.types import Ending, ModelUse, Prompt, Role, Sampling


class Talker(ScriptedGenerator):
    """Counts characters, keeps what it was asked for, and refuses a prompt that does not fit."""

    def __init__(self, *answers: str, room: int = 10_000, breaks: bool = False) -> None:
        super().__init__(*answers)
        self.samplings: list[Sampling] = []
        self.closed = 0
        self._room = room
        self._breaks = breaks

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        if len("".join(text for _, text in said(prompt))) > self._room:
            raise PromptOverflow("the prompt", "it is too long", "Shorten it.")
        self.samplings.append(sampling)
        return self._say(prompt, sampling)

    def _say(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        try:
            yield from super().generate(prompt, sampling)
            if self._breaks:
                raise ServerError("the server", "it hung up", "Ask again.")
        finally:
            self.closed += 1


def said(prompt: Prompt) -> list[tuple[Role, str]]:
    assert not any(part.trusted for message in prompt.messages for part in message.parts)
    return [(message.role, "".join(part.text for part in message.parts)) for message in prompt.messages]


def chat(talker: ScriptedGenerator, *, system: str = "", thinking: bool = False, **options: object) -> RawChat:
    return RawChat(talker, ModelUse("generator", "scripted"), system=system, thinking=thinking, **options)


def ask(chat: RawChat, messages: Sequence[str]) -> list[str]:
    return ["".join(chat.say(message)) for message in messages]


def test_everything_said_is_told_again_and_none_of_it_is_trusted() -> None:
    talker = Talker("\n\nBlue <|im_end|>.", "Green.")
    talk = chat(talker, system="Be brief.")
    assert ask(talk, ["A colour?", "Another?"]) == ["Blue <|im_end|>.", "Green."]
    first = [(Role.SYSTEM, "Be brief."), (Role.USER, "A colour?")]
    assert said(talker.prompts[0]) == first
    assert said(talker.prompts[1]) == [*first, (Role.ASSISTANT, "Blue <|im_end|>."), (Role.USER, "Another?")]
    assert (talk.last.ending, talk.last.dropped) == (Ending.COMPLETE, 0)


def test_where_the_context_is_full_the_older_half_is_forgotten_and_said() -> None:
    talker = Talker("x" * 90, room=370)
    talk = chat(talker, system="s" * 10)
    ask(talk, ["m" * 10] * 4)
    assert talk.last.dropped == 0
    ask(talk, ["n" * 10])
    assert talk.last.dropped == 2
    texts = [text for _, text in said(talker.prompts[-1])]
    assert texts == ["s" * 10, *["m" * 10, "x" * 90] * 2, "n" * 10]


def test_a_message_too_long_even_alone_costs_nothing_that_was_said() -> None:
    talk = chat(Talker("Yes.", room=50))
    ask(talk, ["One?"])
    with pytest.raises(PromptOverflow):
        ask(talk, ["m" * 60])
    ask(talk, ["Two?"])
    assert [turn.message for turn in talk.turns] == ["One?", "Two?"]


def test_a_stopped_answer_computes_nothing_more_and_stays_as_far_as_it_came() -> None:
    talker = Talker("One two three four five.")
    talk = chat(talker)
    pieces = talk.say("Count.")
    shown = next(pieces) + next(pieces)
    pieces.close()
    assert talker.closed == 1
    assert (talk.last.answer, talk.last.ending) == (shown, Ending.INTERRUPTED)
    ask(talk, ["Go on."])
    assert (Role.ASSISTANT, shown) in said(talker.prompts[-1])


def test_an_answer_that_a_server_breaks_off_stays_and_the_error_is_told() -> None:
    talk = chat(Talker("Half an answer", breaks=True))
    with pytest.raises(ServerError):
        ask(talk, ["Why?"])
    assert [(turn.answer, turn.ending) for turn in talk.turns] == [("Half an answer", Ending.INTERRUPTED)]


def test_a_loop_is_stopped_and_remembered_without_its_repetition() -> None:
    talker = Talker("Well. " + "I am sorry. " * 500)
    talk = chat(talker)
    (answer,) = ask(talk, ["Why?"])
    assert 100 < len(answer) < 400
    assert talk.last.ending is Ending.LOOP
    assert talk.last.answer.count("sorry") < 4
    assert talker.closed == 1


def test_each_mode_has_qwens_values_and_options_replace_them() -> None:
    talker = Talker("Yes.")
    ask(chat(talker), ["Why?"])
    ask(chat(talker, thinking=True), ["Why?"])
    ask(chat(talker, thinking=True, top_k=3, temperature=0.9, thinking_tokens=50, seed=7), ["Why?", "When?"])
    plain, thinks, one, two = talker.samplings
    assert (plain.temperature, plain.top_p, plain.top_k, plain.thinking_tokens) == (0.7, 0.8, 20, 0)
    assert (thinks.temperature, thinks.top_p, thinks.top_k) == (0.6, 0.95, 20)
    assert thinks.thinking_tokens > 0
    assert (one.temperature, one.top_p, one.top_k, one.thinking_tokens) == (0.9, 0.95, 3, 50)
    assert (one.seed, two.seed) == (7, 8)


def test_the_last_switch_in_a_message_wins_and_holds() -> None:
    talker = Talker("Yes.")
    messages = ["Why?", "Why? /no_think /think", "Why?", "the path a/no_think", "/no_think Why?", "Why?"]
    ask(chat(talker, thinking_tokens=50), messages)
    assert [bool(sampling.thinking_tokens) for sampling in talker.samplings] == [False, True, True, True, False, False]


def test_nothing_thinks_greedily() -> None:
    with pytest.raises(UsageError, match="greedily"):
        chat(Talker("Yes."), thinking=True, temperature=0)
    talk = chat(Talker("Yes."), temperature=0)
    with pytest.raises(UsageError, match="greedily"):
        ask(talk, ["/think Why?"])
    assert ask(talk, ["Why?"]) == ["Yes."]


def test_an_empty_message_is_refused() -> None:
    with pytest.raises(UsageError, match="empty"):
        ask(chat(Talker("Yes.")), [" \n"])
