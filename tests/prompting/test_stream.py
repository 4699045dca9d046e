"""Sentences of a draft, whole and while it is written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.prompting import DraftStream, parse_draft
from ragcite.types import DraftSentence

WORDS = [
    "The office was sold",
    "In 2021 it closed",
    "Dr. Smith left",
    "Nothing",
    "“We left.”",
    "3.5",
    "办公室出售了",
    "U.S. ",
    "e.g. ",
]
MARKERS = ["[1]", "[2, 3]", " [1-2]", "【3】", "[Source 1]", "(Source 2)", "[^1]", "[9]", "[2021]", "a[1]", "`b[1]`"]
MARKS = [
    " ",
    "  ",
    "\n",
    "\n\n",
    ".",
    ". ",
    "! ",
    "? ",
    "…",
    "[",
    "]",
    "`",
    "```\n",
    "- ",
    "1. ",
    "# ",
    "。",
    ",",
    "\t",
    "(",
    ")",
    "^",
]
PIECES = st.sampled_from([*WORDS, *MARKERS, *MARKS, " and ", "| x | 1 [1] |\n"])
DRAFTS = st.lists(PIECES, max_size=24).map("".join)


def streamed(text: str, cuts: list[int]) -> tuple[DraftSentence, ...]:
    stream = DraftStream(4, "en")
    borders = [0, *sorted({min(cut, len(text)) for cut in cuts}), len(text)]
    found = [s for start, end in pairwise(borders) for s in stream.feed(text[start:end])]
    return (*found, *stream.finish())


@settings(max_examples=250, deadline=None)
@given(DRAFTS, st.lists(st.integers(0, 200), max_size=12))
def test_any_chunking_gives_the_same_sentences(text: str, cuts: list[int]) -> None:
    assert streamed(text, cuts) == parse_draft(text, 4, "en").sentences


@settings(max_examples=60, deadline=None)
@given(DRAFTS)
def test_one_character_at_a_time_gives_the_same_sentences(text: str) -> None:
    assert streamed(text, list(range(len(text)))) == parse_draft(text, 4, "en").sentences


@settings(max_examples=150, deadline=None)
@given(DRAFTS)
def test_raw_is_the_draft_at_its_span_and_spans_are_in_order(text: str) -> None:
    sentences = parse_draft(text, 4, "en").sentences
    assert all(s.span.of(text) == s.raw for s in sentences)
    assert all(a.span.end <= b.span.start for a, b in pairwise(sentences))


@settings(max_examples=150, deadline=None)
@given(DRAFTS)
def test_every_word_of_the_draft_is_in_a_sentence(text: str) -> None:
    found = "".join(s.raw for s in parse_draft(text, 4, "en").sentences)
    assert all(word in found for word in ("office", "closed", "Smith", "Nothing", "出售") if word in text)


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("The office was sold [1]. It closed [2].", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("The office was sold. [1] It closed. [2]", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("The office was sold.[1] It closed.[2]", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("The office was sold.\n[1]\nIt closed [2].", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("[1] The office was sold. [2] It closed.", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("- The office was sold [1]\n- It closed [2]", [("The office was sold", (1,)), ("It closed", (2,))]),
        ("1. The office was sold [1].\n2. It closed [2].", [("The office was sold.", (1,)), ("It closed.", (2,))]),
        ("办公室出售了[1]。它关闭了【2】。", [("办公室出售了。", (1,)), ("它关闭了。", (2,))]),
        ("Dr. Smith paid 3.5 euros [1]. It closed [2].", [("Dr. Smith paid 3.5 euros.", (1,)), ("It closed.", (2,))]),
        ("It lies in zone K [1]. It closed [2].", [("It lies in zone K.", (1,)), ("It closed.", (2,))]),
        ("The office [1] was sold in 2021 [2].", [("The office was sold in 2021.", (1, 2))]),
        (
            "| Paris | 2021 [1] |\n|---|---|\n| Rome | 2020 [2] |",
            [("| Paris | 2021 |", (1,)), ("| Rome | 2020 |", (2,))],
        ),
    ],
)
def test_a_marker_belongs_to_the_sentence_it_follows(draft: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    sentences = parse_draft(draft, 3, "zh" if "办" in draft else "en").sentences
    assert [(s.text, s.cited) for s in sentences] == expected


def test_a_sentence_comes_before_the_next_one_is_complete() -> None:
    stream = DraftStream(2, "en")
    assert [s.text for s in stream.feed("It was sold [1]. The next one is being wr")] == ["It was sold."]


def test_a_draft_of_markers_only_has_no_sentences() -> None:
    assert parse_draft("[1] [2]\n[3]", 3, "en").sentences == ()
