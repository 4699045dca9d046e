from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ragcite.errors import NoText, NotWhatItSays
from ragcite.reading import MarkdownReader, TextReader
from ragcite.reading.markdown_unseen import without_unseen
from tests.growth import is_linear

HANDBOOK = """---
title: "The Handbook"
tags: [a]
---
# Top *one* #

para
- item
---
Use `__init__` and
[a link](u)
===

```text
# no heading
```

> quote
---

    # code

##
### C# {#id}

a | b
--- | ---

<!--
# hidden
-->

1. one
2. two
---

Second
------
"""


def titles(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in MarkdownReader().read(text.encode()).headings]


def test_headings_are_found_and_look_alikes_are_not() -> None:
    assert titles(HANDBOOK) == [(1, "Top one"), (1, "Use __init__ and a link"), (3, "C#"), (2, "Second")]


def test_the_title_comes_from_the_front_matter() -> None:
    assert MarkdownReader().read(HANDBOOK.encode()).title == "The Handbook"


def test_without_front_matter_the_first_level_one_heading_is_the_title() -> None:
    assert MarkdownReader().read(b"## Small\n\n# Big\n\n# Other\n").title == "Big"
    assert MarkdownReader().read(b"only text\n").title is None


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert titles("---\n# Heading\ntext") == [(1, "Heading")]


def test_a_tilde_fence_is_closed_only_by_its_own_kind() -> None:
    assert titles("~~~\n```\n# no\n~~~\n# yes") == [(1, "yes")]


def test_the_text_is_the_file_whatever_its_line_ends() -> None:
    plain = HANDBOOK.replace("<!--\n# hidden\n-->\n", "")
    for text in (plain, plain.replace("\n", "\r\n")):
        document = MarkdownReader().read(text.encode("utf-8-sig"))
        assert document.text == text
        assert [heading.title for heading in document.headings][-1] == "Second"
        assert document.headings[-1].span.of(text) == "Second"


@given(st.text(st.sampled_from("#=-`~> \t\n\r*[]()\\_{}ab1.|<!")).filter(str.strip))
def test_any_markdown_has_headings_inside_it_made_of_its_characters(text: str) -> None:
    shown, hidden = without_unseen(text)
    assume(shown.strip())
    document = MarkdownReader().read(text.encode())
    assert document.text == shown
    assert hidden or shown == text
    for heading in document.headings:
        covered = iter(heading.span.of(shown))
        assert all(char in covered for char in heading.title.replace(" ", ""))
    starts = [heading.span.start for heading in document.headings]
    assert starts == sorted(set(starts))


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "# [",
        "`",
        "* ",
        "#",
        "a\n-",
        "<!--",
        "\\",
        "_",
        "# a " + " " * 50,
        "![[",
        "<p hidden>",
        "<p a='",
        "<!-- a -->```x\n",
    ],
)
def test_hostile_markdown_is_read_in_linear_time(unit: str) -> None:
    assert is_linear(lambda size: MarkdownReader().read((unit * (size // len(unit))).encode()), 400_000)


def test_a_fence_of_many_marks_is_read_in_linear_time() -> None:
    def fenced(size: int) -> bytes:
        return ("<!-- a -->\n" + "`" * (size // 2) + "\n" + "x\n" * (size // 4)).encode()

    assert is_linear(lambda size: MarkdownReader().read(fenced(size)), 400_000)


def test_plain_text_takes_a_lone_first_line_as_title() -> None:
    assert TextReader().read(b"\nMinutes of 3 May\n================\n\nPresent: all.\n").title == "Minutes of 3 May"
    assert TextReader().read(b"The pump failed.\n\nIt was old.\n").title is None
    assert TextReader().read(b"one line goes\non in the next\n").title is None


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff".encode(), b"\xff\xfe"])
def test_an_empty_file_has_no_text(data: bytes) -> None:
    for reader in (TextReader(), MarkdownReader()):
        with pytest.raises(NoText):
            reader.read(data)


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"%PDF-1.7\n", "a PDF"), (b"\x89PNG\r\n\x1a\n...", "PNG"), (b"PK\x03\x04rest", "ZIP"), (b"{\\rtf1 a}", "Rich")],
)
def test_another_kind_of_file_named_txt_is_told(data: bytes, found: str) -> None:
    with pytest.raises(NotWhatItSays, match=found):
        TextReader().read(data)
