"""What of the evidence is judged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragcite.verification.reading import Reading
from ragcite.verification.windows import best_windows

FILLER = [f"Filler number {i} is about gardens." for i in range(40)]


def test_a_window_has_one_to_three_sentences_and_the_best_come_first() -> None:
    text = " ".join([*FILLER[:20], "The reactor was shut down in March.", *FILLER[20:]])
    (windows,) = best_windows(Reading("The reactor was shut down."), [Reading(text)])
    assert windows[0].text == "The reactor was shut down in March."
    assert len(windows) == 4
    assert all(window.text.count(".") <= 3 for window in windows)


def test_a_short_text_is_judged_whole_as_well() -> None:
    text = " ".join(FILLER[:6])
    (windows,) = best_windows(Reading("Gardens."), [Reading(text)])
    assert windows[-1].text == text


def test_a_long_text_is_not() -> None:
    text = " ".join(FILLER)
    (windows,) = best_windows(Reading("Gardens."), [Reading(text)])
    assert all(len(window.text) < len(text) / 2 for window in windows)


@given(st.lists(st.sampled_from([*FILLER[:3], "The reactor.", "\n\n", "办公室。", " "]), max_size=12).map(" ".join))
def test_a_window_is_the_text_at_its_span(text: str) -> None:
    for windows in best_windows(Reading("The reactor garden."), [Reading(text), Reading("x")]):
        assert all(window.span.of([text, "x"][window.index]) == window.text for window in windows)
