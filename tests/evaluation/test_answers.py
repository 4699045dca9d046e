"""Whole answers: the labels hold together, and the run measures what a person would see."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from eval.answer_runs import Checked, checked
from eval.answers import FOLDER, LabelledAnswer, LabelledSentence, labelled_answers, read_answers
from eval.suites.answers import as_written, citation_precision, false_pass, false_strip, overlap_at
from ragcite.errors import UsageError
from ragcite.verification import Exhibit, Verifier

PUMP = "The feed pump was serviced on 4 June 2024 by Ines Okafor. It needed a new seal."
BOILER = "The boiler was replaced in spring. Marta Lind keeps the invoices in the blue folder."


class Reader:
    """A judge that believes sentences that stand in the window, word for word."""

    name, threshold = "reader", 0.5

    def scores(self, claim: str, exhibits: Sequence[Exhibit]) -> list[float]:
        return [1.0 if claim in exhibit.window else 0.0 for exhibit in exhibits]


def row(**changes: Any) -> dict[str, Any]:
    sentence = {"text": "It needed a new seal [1].", "cites": [1], "supported_by": [[1]], "kind": "close"}
    sources = [{"title": "Log", "text": PUMP}, {"title": "Notes", "text": BOILER}]
    answer = {"id": "a", "language": "en", "question": "What was done?", "sources": sources}
    return {**answer, "answer": [{**sentence, **changes}]}


def answer(*sentences: tuple[str, tuple[int, ...], tuple[set[int], ...], str]) -> LabelledAnswer:
    labelled = tuple(
        LabelledSentence(text, cites, tuple(frozenset(found) for found in by), kind)
        for text, cites, by, kind in sentences
    )
    return LabelledAnswer("a", "en", "What was done?", (("Log", PUMP), ("Notes", BOILER)), labelled)


def run(*sentences: tuple[str, tuple[int, ...], tuple[set[int], ...], str]) -> list[Checked]:
    return checked(answer(*sentences), Verifier(Reader()))


def test_the_answers_are_as_many_as_is_said_of_them() -> None:
    answers = labelled_answers()
    english = [one for found in answers if found.language == "en" for one in found.sentences if one.checkable]
    others = [found for found in answers if found.language != "en"]
    assert len(answers) >= 110
    assert sum(not one.supported for one in english) >= 310
    assert sum(one.supported for one in english) >= 310
    assert min(Counter(found.language for found in others).values()) >= 3
    assert {found.language for found in others} == {"de", "es", "fr", "zh"}
    assert len(others) >= 15
    assert {len(found.sources) for found in answers} == {2, 3}
    assert {len(found.sentences) for found in answers} <= {4, 5, 6, 7}


def test_the_page_gives_the_counts_that_are_there() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    for english in (True, False):
        chosen = [found for found in labelled_answers() if (found.language == "en") == english]
        sentences = [one for found in chosen for one in found.sentences]
        wrong = sum(one.checkable and not one.supported for one in sentences)
        idle = sum(not one.checkable for one in sentences)
        assert f"| {len(chosen)} | {sum(one.supported for one in sentences)} | {wrong} | {idle} |" in page


def test_no_source_and_no_sentence_stands_in_two_answers() -> None:
    answers = labelled_answers()
    texts = Counter(text for found in answers for _, text in found.sources)
    assert max(texts.values()) == 1
    for found in answers:
        assert len({sentence.text for sentence in found.sentences}) == len(found.sentences), found.id


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"cites": [2]}, "markers"),
        ({"cites": [1, 2]}, "markers"),
        ({"text": "It needed a new seal [3].", "cites": [3]}, "markers"),
        ({"supported_by": [[3]]}, "do not exist"),
        ({"supported_by": [[]]}, "do not exist"),
        ({"supported_by": []}, "no kind"),
        ({"kind": "number"}, "no kind"),
        ({"kind": "guess"}, "no kind"),
    ],
)
def test_a_label_that_cannot_be_is_refused_with_its_line(changes: dict[str, Any], fault: str) -> None:
    lines = [json.dumps(row()), json.dumps(row(**changes))]
    assert len(read_answers(lines[:1], "x.jsonl")) == 1
    with pytest.raises(UsageError, match=fault) as caught:
        read_answers(lines, "x.jsonl")
    assert caught.value.what == "x.jsonl, line 2"


def test_a_wrong_citation_is_pointed_to_the_source_that_supports() -> None:
    wrong, missing, surplus = run(
        ("It needed a new seal [2].", (2,), ({1},), "close"),
        ("The boiler was replaced in spring.", (), ({2},), "close"),
        ("Marta Lind keeps the invoices in the blue folder [1][2].", (1, 2), ({2},), "close"),
    )
    assert [one.numbers for one in (wrong, missing, surplus)] == [{1}, {2}, {2}]
    assert [as_written(one.sentence) for one in (wrong, missing, surplus)] == [
        "wrong, though another source supports",
        "missing",
        "right and one too many",
    ]
    assert false_strip([wrong, missing, surplus]).hits == 0
    assert citation_precision([wrong, missing, surplus]).value == 1


def test_what_is_shown_without_support_passes_falsely_and_its_citation_is_wrong() -> None:
    rows = run(
        ("Hello!", (), (), "courtesy"),
        ("It needed a new seal [1].", (1,), (), "number"),  # labelled unsupported, though the judge believes it
        ("Nobody knows the boiler's age [2].", (2,), ({2},), "paraphrase"),
    )
    assert [one.not_checkable for one in rows] == [True, False, False]
    assert (false_pass(rows).hits, false_pass(rows).n) == (1, 1)
    assert (false_strip(rows).hits, false_strip(rows).n) == (1, 1)
    assert (citation_precision(rows).hits, citation_precision(rows).n) == (0, 1)


def test_a_sentence_that_is_cut_in_two_is_shown_and_withheld_by_its_parts() -> None:
    text = "It needed a new seal [1]. Nobody knows why [1]."
    unsupported, supported = run((text, (1,), (), "elaboration")) + run((text, (1,), ({1},), "close"))
    assert (unsupported.split, unsupported.shown, unsupported.withheld) == (True, True, True)
    assert false_pass([unsupported]).hits == 1
    assert false_strip([supported]).hits == 1


def test_two_sentences_that_are_taken_for_one_share_its_fate() -> None:
    rows = run(("It needed", (), (), "elaboration"), ("a new seal [1].", (1,), ({1},), "close"))
    assert [(one.split, one.shown, one.numbers) for one in rows] == [(True, True, frozenset({1}))] * 2


def test_a_joint_citation_is_right_only_as_a_whole() -> None:
    both = LabelledSentence("x", (1, 2), (frozenset({1, 2}),), "joint")
    assert both.right({1, 2}) == {1, 2}
    assert both.right({1}) == frozenset()
    assert both.right({1, 2, 3}) == {1, 2}


def test_the_baseline_withholds_as_much_as_the_checker() -> None:
    rows = run(
        ("It needed a new seal [1].", (1,), ({1},), "close"),
        ("Ines Okafor looked after the pump [1].", (1,), ({1},), "paraphrase"),
        ("Ines Okafor serviced the boiler by June 2024 [1].", (1,), (), "entity"),
        ("A dragon slept beneath [1].", (1,), (), "elaboration"),
    )
    assert false_strip(rows).hits == 1
    accept = overlap_at(rows)
    assert false_strip(rows, accept).hits == 1
    assert [accept(one) for one in rows] == [True, False, True, False]
