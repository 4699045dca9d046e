"""What is shown of generated tokens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcite.backends.token_text import Detokeniser, VisibleText


def shown(pieces: list[str], stops: tuple[str, ...] = (), *, thinking: bool = False) -> str:
    visible = VisibleText(stops, thinking=thinking)
    return "".join([visible.push(piece) for piece in pieces] + [visible.finish()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("<think>secret</think>answer", "answer"),
        ("a<think>secret</think>b<think>more</think>c", "abc"),
        ("a<think>never closed STOP", "a"),
        ("a STOP b", "a "),
        ("<think>STOP</think>answer STOP more", "answer "),
        ("almost <thin k> and STO", "almost <thin k> and STO"),
        ("a </think> b", "a </think> b"),
        ("STOP", ""),
        ("", ""),
    ],
)
def test_thinking_and_what_follows_a_stop_string_are_not_shown(text: str, expected: str) -> None:
    assert shown([text], ("STOP",)) == expected
    assert shown(list(text), ("STOP",)) == expected


def test_a_block_that_the_template_opened_is_not_shown() -> None:
    assert shown(["secret</thi", "nk>answer"], thinking=True) == "answer"
    assert shown(["secret STOP"], ("STOP",), thinking=True) == ""


def test_the_longer_of_two_stop_strings_at_one_place_stops() -> None:
    visible = VisibleText(("\n", "\n\n"))
    assert visible.push("a\n\nb") == "a"
    assert visible.stopped


def test_text_is_shown_as_soon_as_it_cannot_be_a_marker() -> None:
    visible = VisibleText(("STOP",))
    assert visible.push("answer S") == "answer "
    assert visible.push("o") == "So"
    assert visible.push(" <") == " "
    assert visible.finish() == "<"


@given(text=st.text("ab<think>/ STOP", max_size=40), cuts=st.lists(st.integers(0, 40), max_size=10))
def test_how_the_text_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert shown(pieces, ("STOP", "ab")) == shown([text], ("STOP", "ab"))


@given(text=st.text(max_size=30))
def test_every_character_comes_out_whole(text: str) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    vocab = {char: index for index, char in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    bytes_ = Tokenizer(models.BPE(vocab, []))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytes_.decoder = decoders.ByteLevel()
    stream = Detokeniser(bytes_)
    pieces = [stream.push(index) for index in bytes_.encode(text).ids]
    assert "".join(pieces) == text.replace("\ufffd", "")


def test_bytes_that_are_no_character_are_never_shown() -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bytes_ = Tokenizer(models.BPE({char: index for index, char in enumerate(alphabet)}, []))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytes_.decoder = decoders.ByteLevel()
    broken = [*bytes_.encode("é").ids[:1], *bytes_.encode("abc").ids, *bytes_.encode("👩").ids[:2]]
    stream = Detokeniser(bytes_)
    assert "".join(stream.push(index) for index in broken) == "abc"
