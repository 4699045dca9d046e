"""The page of promises: a row for each, and never better than what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.robustness.measure import Figure, Outcome, State, state_of
from eval.robustness.page import Circumstances, page, verdict
from eval.robustness.pdfs import Known, Seen, disagreements
from eval.robustness.probes import PROBES, load
from eval.robustness.promises import PROMISES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "promises.md"
NUMBERS = list(range(1, 22))


def where(load: float = 0.0) -> Circumstances:
    return Circumstances("python -m eval run robustness", "0.1.0", "2026-01-02", 2, load, 3.0)


def rows(text: str) -> dict[int, str]:
    return {int(number): line for line, number in re.findall(r"^(\| (\d+) \|.*)$", text, re.MULTILINE)}


def figure(state: State, promise: int = 1) -> Figure:
    return Figure(promise, "how", "found", state)


def test_the_page_in_the_repository_has_a_row_for_every_promise() -> None:
    found = rows(PAGE.read_text("utf-8"))
    assert sorted(found) == NUMBERS
    for promise in PROMISES:
        assert promise.text in found[promise.number]
        assert re.search(r"\d{4}-\d\d-\d\d, \d+ cores", found[promise.number])


def test_every_promise_has_a_number_and_words() -> None:
    assert [promise.number for promise in PROMISES] == NUMBERS
    assert all(promise.text and promise.goal for promise in PROMISES)


def test_what_was_not_measured_says_so_and_what_waits_says_for_what() -> None:
    found = rows(page(Outcome(), where()))
    assert sorted(found) == NUMBERS
    assert all("not measured" in row for row in found.values())
    assert "waits for the server" in found[4]
    assert "waits for the server" in found[6]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "not measured"),
        ([State.SKIPPED], "not measured"),
        ([State.REACHED], "reached"),
        ([State.REACHED, State.SMALLER], State.SMALLER.value),
        ([State.REACHED, State.SKIPPED], "reached; in part not measured"),
        ([State.REACHED, State.SKIPPED, State.MISSED], "not reached"),
    ],
)
def test_a_promise_is_as_good_as_its_worst_figure(states: list[State], said: str) -> None:
    assert verdict([figure(state) for state in states]) == said


def test_a_promise_that_held_in_few_cases_is_not_called_reached() -> None:
    assert state_of(True, 99, 100) is State.SMALLER
    assert state_of(True, 100, 100) is State.REACHED
    assert state_of(False, 100, 100) is State.MISSED


def test_the_page_is_made_of_its_figures_alone() -> None:
    outcome = Outcome([Figure(2, "by a | test", "7 of 9", State.MISSED)])
    outcome.table("Files", ("file",), [("a|b",)])
    text = page(outcome, where())
    assert text == page(Outcome.from_json(outcome.to_json()), where())
    assert "7 of 9 | not reached" in rows(text)[2]
    assert "by a \\| test" in rows(text)[2]
    assert "| a\\|b |" in text


def test_other_work_beside_it_is_told() -> None:
    assert "beside other work (load 4.5" in page(Outcome(), where(4.5))
    assert "beside other work" not in page(Outcome(), where(0.5))


def test_every_probe_can_be_loaded_and_speaks_of_a_promise() -> None:
    for name, promises in PROBES.items():
        assert callable(load(name))
        assert set(promises) <= {0, *NUMBERS}


LOCKED, OPEN = Known(True, False, None), Known(True, True, 3)


@pytest.mark.parametrize(
    ("known", "seen", "wrong"),
    [
        (LOCKED, Seen("encrypted", "", 0, 0, 0.1), 0),
        (LOCKED, Seen("read", "", 9, 1, 0.1), 1),
        (OPEN, Seen("read", "", 9, 3, 0.1), 0),
        (OPEN, Seen("encrypted", "", 0, 0, 0.1), 1),
        (OPEN, Seen("read", "", 9, 2, 0.1), 1),
        (Known(False, False, None), Seen("encrypted", "", 0, 0, 0.1), 1),
    ],
)
def test_a_pdf_that_is_not_what_its_metadata_say_is_listed(known: Known, seen: Seen, wrong: int) -> None:
    assert len(disagreements(known, seen)) == wrong
