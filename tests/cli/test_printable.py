from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ragcite.cli.printable import one_line, printable


@given(st.text())
def test_no_control_or_direction_character_reaches_the_terminal(text: str) -> None:
    for character in printable(text):
        assert character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "RLO",
            "LRO",
            "RLE",
            "LRE",
            "PDF",
            "RLI",
            "LRI",
            "FSI",
            "PDI",
        }


def test_escape_sequences_are_shown_not_sent() -> None:
    assert printable("a\x1b]52;c;aGk=\x07b") == "a\\x1b]52;c;aGk=\\x07b"
    assert printable("\u202egpj.exe") == "\\u202egpj.exe"


def test_arabic_hindi_and_emoji_stay_whole() -> None:
    text = "مرحبا بالعالم नमस्ते 👩‍🚀 naïve"
    assert printable(text) == text


def test_one_line_has_no_line_breaks() -> None:
    assert one_line(" a\n\n b\tc ") == "a b c"
