"""Minimal corruptions change one fact and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcite.evaluation.corruptions import corruptions, names_in

NAMES = ["Harrow Weir", "Inès Lacombe", "Vienna"]
MADE = [
    ("number", "The Lab has 27 members.", r"The Lab has (?!27)\d+ members\."),
    ("number", "It cost 1,200 pounds.", r"It cost (?!1,200)[\d,]+ pounds\."),
    ("number", "The share was 4.5 percent.", r"The share was (?!4\.5)\d+\.\d percent\."),
    ("date", "It was founded in 1998.", r"It was founded in (?!1998)\d{4}\."),
    ("date", "The roof was mended in March.", r"The roof was mended in (?!March)[A-Z][a-z]+\."),
    ("unit", "Samples keep for 12 days.", r"Samples keep for 12 (?!days)\w+\."),
    ("name", "The report was written by Maren Okafor.", r"The report was written by (?!Maren).+\."),
    ("role", "Acme acquired Bolt in May.", r"Bolt acquired Acme in May\."),
    ("negation", "The bridge is open.", r"(The bridge is not|It (is|was) .* that the bridge is) open\."),
    ("negation", "The bridge is not open.", r"The bridge is open\."),
    ("negation", "Boats are never operated alone.", r"Boats are always operated alone\."),
    ("modality", "The board plans to sell the barn.", r"The board will sell the barn\."),
    ("modality", "The wall may be removed.", r"The wall will be removed\."),
    ("wording", "All samples are cooled.", r"Some samples are cooled\."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "sentence", "wanted"), MADE, ids=[f"{kind}: {text}" for kind, text, _ in MADE])
def test_each_kind_changes_its_own_fact(kind: str, sentence: str, wanted: str) -> None:
    import re

    for seed in range(20):
        made = {one.kind: one.text for one in corruptions(sentence, NAMES, random.Random(seed))}
        if kind != "negation" or kind in made:
            assert re.fullmatch(wanted, made[kind]), made


@pytest.mark.parametrize(
    "sentence", ["Yes.", "The soup is good, they say", "Nobody knows.", "42", "", "水在一百度沸腾。", "| a | b |"]
)
def test_what_no_rule_can_change_is_left_out(sentence: str) -> None:
    assert all(one.text != sentence for one in corruptions(sentence, [], random.Random(1)))


@given(st.text(max_size=200), st.integers(0, 5))
def test_any_text_is_taken_and_a_seed_gives_the_same_again(text: str, seed: int) -> None:
    first = corruptions(text, NAMES, random.Random(seed))
    assert first == corruptions(text, NAMES, random.Random(seed))
    assert all(one.text != text for one in first)


def test_names_are_found_inside_sentences_and_months_are_none() -> None:
    text = "The report of Maren Okafor went to Harrow Weir in March. However, Vienna is far."
    assert names_in(text) == ["Maren Okafor", "Harrow Weir", "Vienna"]
