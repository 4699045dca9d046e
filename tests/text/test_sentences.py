from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.text import sentences
from tests.growth import is_linear


def cut(text: str, language: str | None = None) -> list[str]:
    return [span.of(text) for span in sentences(text, language)]


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_every_visible_character_is_in_exactly_one_trimmed_sentence(
    any_text: st.SearchStrategy[str], data: st.DataObject
) -> None:
    text = data.draw(any_text)
    spans = sentences(text)
    end = 0
    for span in spans:
        assert not text[end : span.start].strip()
        assert span.of(text)
        assert span.of(text) == span.of(text).strip()
        assert span.start >= end
        end = span.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "parts",
    [
        ["It weighs approx. 5 kg.", "See No. 5 in Fig. 3.", "Dr. Smith agrees."],
        ["Compare Rn. 12 with Tbl. 3 and Eq. 4.", "It holds."],
        ["The U.S. Army left at 5 p.m.", "Then it rained."],
        ["It costs 3.5 million.", "Version 3.11.2 is out."],
        ["It fell. [1]", "Then it rose.[2][3]", "It stayed. [4, 5]", "Done."],
        ["He said “stop.”", "She left.", "(It was late.)", "They slept."],
        ["“Stop!” he said.", "Nobody stopped… and why would they?", "Hm..."],
        ["Bring pens, paper, etc. to the hall.", "We took Vitamin C.", "The end is near.", "I saw J. R. Smith."],
        ["He met Ms. Jones at 5 ms.", "Then he went on.", "The end."],
        ["Das kostet z. B. 5 Euro, bzw. mehr.", "Siehe Nr. 5 und Art. 6 Abs. 2 der Satzung.", "Es ist so."],
        ["Am 3. März 2019 begann der 2. Versuch.", "Er war kurz."],
        ["El Sr. Pérez vive en el núm. 5 de la calle.", "Los EE. UU. están lejos.", "¿Qué dice?", "¡Nada!"],
        ["Voir p. 5 et M. Dupont.", "Il a 3 ans."],
        ["The price is low.¹", "It may rise.", "**Note.**", "It fell."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["他说：“好。”", "然后走了。", "她笑了！", "真的吗？"],
        ["彼は「はい。」と言った。", "次の日。"],
        ["これは本です。", "（例です。）", "終わり"],
    ],
)
def test_chinese_and_japanese_sentences_end_behind_full_stop_and_closing_quote(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


def test_hindi_and_arabic_stops_end_sentences_in_any_language_setting() -> None:
    assert len(cut("यह घर है। वह नदी है।", "en")) == 2
    assert len(cut("هل هذا بيت؟ نعم هو بيت.", "en")) == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_line_break_inside_a_paragraph_is_no_break_but_a_blank_line_is(newline: str) -> None:
    text = newline.join(["The reactor", "was shut.", "", "A title", "", "", "More"])
    assert [" ".join(part.split()) for part in cut(text)] == ["The reactor was shut.", "A title", "More"]


def test_headings_items_and_rows_are_sentences_of_their_own() -> None:
    text = (
        "# 1. Title\nPara one\ntwo.\n- item\n- other\n  goes on\n1. First. More.\n2) Second\n"
        "| a. B | c |\n|---|---|\nx\ty. Z"
    )
    assert cut(text) == [
        "# 1. Title", "Para one\ntwo.", "- item", "- other\n  goes on", "1. First.", "More.", "2) Second",
        "| a. B | c |", "|---|---|", "x\ty. Z",
    ]  # fmt: skip


def test_a_number_that_starts_a_wrapped_line_is_no_list_item() -> None:
    assert cut("It is on page\n12. The rest follows.") == ["It is on page\n12.", "The rest follows."]


def test_lines_of_name_and_value_are_apart() -> None:
    assert cut("Date: 5 May 2019\nPresent: A. B. Smith\nMinutes: J. Doe") == [
        "Date: 5 May 2019", "Present: A. B. Smith", "Minutes: J. Doe",
    ]  # fmt: skip


def test_unknown_languages_are_segmented_too() -> None:
    assert cut("Foo bar. Baz qux.", "xx-YY") == ["Foo bar.", "Baz qux."]


@pytest.mark.parametrize("unit", ["It was so. It cost 3.5 million. ", "Hi (a “b. ", "word ", "x. \n\n", "[1]", "x"])
def test_time_is_linear_in_the_length_of_the_text(unit: str) -> None:
    assert is_linear(lambda size: sentences(unit * (size // len(unit)), "en"), 200_000)
