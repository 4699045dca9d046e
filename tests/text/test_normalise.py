from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ragcite.text import collapse, find_quote
from ragcite.types import Span
from tests.growth import is_linear


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_every_character_maps_to_a_place_that_collapses_to_it(
    any_text: st.SearchStrategy[str], data: st.DataObject
) -> None:
    text = data.draw(any_text)
    mapped = collapse(text)
    assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
    previous = Span(0, 0)
    for at, character in enumerate(mapped.text):
        origin = mapped.source(Span(at, at + 1))
        assert origin.start >= previous.start
        assert origin.end >= previous.end
        assert character == " " or character in collapse(origin.of(text)).text
        previous = origin


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_collapsing_twice_changes_nothing(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    once = collapse(data.draw(any_text)).text
    assert collapse(once).text == once
    assert once == once.strip()
    assert unicodedata.is_normalized("NFKC", once)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_a_found_quote_equals_the_quote_once_collapsed(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    text = data.draw(any_text)
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    found = find_quote(quote, text)
    assume(found)
    assert found is not None
    assert any(
        collapse(found.of(text), join_hyphens=join).text == collapse(quote, join_hyphens=join).text
        for join in (True, False)
    )


WORDS = ["alpha", "Beta", "12", "“x”", "ﬁn", "né", "e\u0301", "x好", "1,5", "a-b", "…"]
LINES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=12)


@given(lines=LINES, data=st.data())
@settings(deadline=None)
def test_every_run_of_words_is_found_however_its_lines_are_wrapped(lines: list[list[str]], data: st.DataObject) -> None:
    text = "\n".join(" ".join(line) for line in lines)
    flat = [word for line in lines for word in line]
    first = data.draw(st.integers(0, len(flat) - 1))
    quote = "  ".join(flat[first : data.draw(st.integers(first + 1, len(flat)))])
    found = find_quote(collapse(quote).text.replace('"', "”"), text)
    assert found is not None
    assert collapse(found.of(text)).text == collapse(" ".join(quote.split())).text


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ('the "system"', "x the\n“system” y", "the\n“system”"),
        ("monitoring was fine", "the moni-\ntoring was ﬁne.", "moni-\ntoring was ﬁne"),
        ("well-known", "a well-\nknown man", "well-\nknown"),
        ("monitoring", "moni\u00ad\ntoring moni\u00adtoring", "moni\u00ad\ntoring"),
        ("Müller-Lüden", "Frau Müller-\nLüden", "Müller-\nLüden"),
        ("2019-2020", "in 2019–2020", "2019–2020"),
        ("日本語", "日本\n語です", "日本\n語"),
        ("日本語", "日本語です", "日本語"),
        ("5 kg", "it is 5\u00a0㎏.", "5\u00a0㎏"),
        ("é", "cafe\u0301", "e\u0301"),
        ("1,200", "at 1,200. Then", "1,200"),
    ],
)
def test_a_quote_is_found_across_differences_of_typesetting(quote: str, text: str, expected: str) -> None:
    found = find_quote(quote, text)
    assert found is not None
    assert found.of(text) == expected


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("rose by 5", "rose by 50"),
        ("by 5", "by 5.5"),
        ("200 men", "1,200 men"),
        ("e", "\u00e9"),
        ("f", "ﬁ"),
        ("", "text"),
        (" \u200b", "text"),
        ("Absent", "text"),
        ("Reactor", "reactor"),
    ],
)
def test_what_is_not_there_word_for_word_is_not_found(quote: str, text: str) -> None:
    assert find_quote(quote, text) is None


def test_the_first_whole_place_is_taken() -> None:
    text = "by 50, by 5, by 5"
    assert find_quote("by 5", text) == Span(7, 11)


def test_an_expansion_maps_back_to_its_one_character() -> None:
    mapped = collapse("a ½ b")
    assert mapped.text == "a 1⁄2 b"
    assert mapped.source(Span(2, 3)) == mapped.source(Span(4, 5)) == Span(2, 3)
    assert not mapped.whole(Span(2, 3))
    assert mapped.source(Span(7, 7)) == Span(5, 5)
    with pytest.raises(ValueError):
        mapped.source(Span(0, 8))


@pytest.mark.parametrize("unit", ["The “reactor” was shut. ", "这是一个测试，“你好”。\n", "e\u0301\u00ad", "a-\nb"])
def test_collapsing_takes_linear_time(unit: str) -> None:
    assert is_linear(lambda size: collapse(unit * (size // len(unit))), 100_000)


def test_a_word_divided_at_a_line_end_is_joined_only_where_its_hyphen_was_the_printers() -> None:
    assert collapse("moni-\n  toring").text == "monitoring"
    assert collapse("moni-\r\ntoring", join_hyphens=False).text == "moni-toring"
    assert collapse("Müller-\nLüden").text == "Müller-Lüden"
    assert collapse("2019-\n2020").text == "2019-2020"
    assert collapse("one -\ntwo").text == "one - two"
    assert collapse("moni-\n\ntoring").text == "moni- toring"


def test_a_blank_stands_for_the_whole_run_of_white_space() -> None:
    mapped = collapse(" a \n\u00a0 b ")
    assert mapped.text == "a b"
    assert mapped.source(Span(1, 2)) == Span(2, 6)


def test_a_quote_that_nearly_matches_everywhere_is_refused_in_linear_time() -> None:
    assert find_quote("1" * 50_000, "1" * 100_000) is None
    assert is_linear(lambda size: find_quote("1" * (size // 2), "1" * size), 100_000)
