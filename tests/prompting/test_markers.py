"""Which brackets cite a source, and which do not."""

from __future__ import annotations

import pytest

from ragcite.prompting import markers, parse_draft


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("sold [1].", (1,)),
        ("sold [1, 2].", (1, 2)),
        ("sold [1,2].", (1, 2)),
        ("sold [1][2].", (1, 2)),
        ("sold [1-3].", (1, 2, 3)),
        ("sold [1–3].", (1, 2, 3)),
        ("sold【1】.", (1,)),
        ("sold【1†source】.", (1,)),
        ("sold ［2］.", (2,)),
        ("sold [Source 1].", (1,)),
        ("sold (Source 2).", (2,)),
        ("sold (Sources 1 and 2).", (1, 2)),
        ("verkauft [Quelle 3].", (3,)),
        ("sold [^1].", (1,)),
        ("sold [[4]].", (4,)),
        ("sold. [1]", (1,)),
        ("sold.[1]", (1,)),
        ("sold[1].", (1,)),
        ("[1].", (1,)),
        ("| sold | 2021 [1] |", (1,)),
        ("sold [3, 1]", (3, 1)),
        ("sold [1; 2]", (1, 2)),
    ],
)
def test_every_form_that_models_write_is_a_marker(written: str, numbers: tuple[int, ...]) -> None:
    assert tuple(n for marker in markers(written) for n in marker.numbers) == numbers


@pytest.mark.parametrize(
    "written",
    [
        "the second item is a[1]",
        "use `a[1]` here",
        "```\nrow[1] = 2\n```",
        "in [2021]",
        "version 3.5",
        "[3.5]",
        "as he writes [sic]",
        "[1,200]",
        "(1) first, (2) second",
        "values in the interval [0, 1]",
        "my_list[2]",
        "[ ] open",
        "[1",
        "1]",
    ],
)
def test_what_only_looks_like_a_marker_is_none(written: str) -> None:
    assert markers(written) == []


def test_a_number_that_names_no_source_is_fabricated() -> None:
    (sentence,) = parse_draft("It was sold [2, 7] and [0].", 3, "en").sentences
    assert sentence.cited == (2,)
    assert sentence.fabricated == (7, 0)


def test_a_range_that_runs_past_the_sources_is_partly_fabricated() -> None:
    (sentence,) = parse_draft("It was sold [2-4].", 3, "en").sentences
    assert (sentence.cited, sentence.fabricated) == ((2, 3), (4,))


def test_removing_one_marker_does_not_touch_another() -> None:
    (sentence,) = parse_draft("Item [1] and item [12] differ.", 12, "en").sentences
    assert sentence.text == "Item and item differ."
    assert sentence.cited == (1, 12)
