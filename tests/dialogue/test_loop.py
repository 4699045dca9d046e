"""The loop guard stops what repeats itself, and nothing else."""

from __future__ import annotations

import pytest

from ragcite.dialogue import loop_start


@pytest.mark.parametrize(
    "repeated",
    [
        "no, ",
        "I am sorry, I cannot help with that. ",
        "的",
        "One two three four. Five six?\nSeven, eight; nine: ten! And so on, as before.\n",
    ],
)
def test_what_is_said_again_and_again_is_said_once(repeated: str) -> None:
    text = "Well: " + repeated * 200
    start = loop_start(text[: text.index(repeated) + 5 * max(len(repeated), 50)])
    assert start is not None
    assert text[:start].rstrip() == ("Well: " + repeated).rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "| --- | --- | --- |\n" * 3 + "-" * 80,
        "\n".join(f"{number}. The pump was serviced." for number in range(40)),
        "Row, row, row your boat, gently down the stream. " * 3,
        " ".join(str(number * number) for number in range(400)),
    ],
)
def test_lists_tables_and_verses_are_no_loops(text: str) -> None:
    assert loop_start(text) is None
