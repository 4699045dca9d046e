"""What speaks for and against a sentence."""

from __future__ import annotations

import pytest

from ragcite.answering.answer_type import AnswerType, expected, offers
from ragcite.answering.gate_features import FEATURES, Evidence, gather, read_question
from ragcite.types import Document, Format, Heading, Hit, Location, Passage, Span


def figures(question: str, *texts: str, path: str = "/docs/a.md") -> list[tuple[str, dict[str, float], Evidence]]:
    hits = []
    for number, text in enumerate(texts):
        document = Document(f"{number:064d}", text, Format.MARKDOWN, "test-1", language="en")
        hits.append(Hit(Passage.cut(document, Span(0, len(text)), "t-1"), Location(path, path.encode()), 0.5))
    found = gather(read_question(question), hits)
    return [(item.sentence.text, dict(zip(FEATURES, item.figures, strict=True)), item) for item in found]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many boats are there?", AnswerType.NUMBER),
        ("Wie lange hält der Akku?", AnswerType.NUMBER),
        ("¿Cuántas personas trabajan allí?", AnswerType.NUMBER),
        ("When was it built?", AnswerType.DATE),
        ("Wann wurde es gebaut?", AnswerType.DATE),
        ("会议什么时候举行？", AnswerType.DATE),
        ("How much does the probe cost?", AnswerType.MONEY),
        ("Who signed the lease?", AnswerType.NAME),
        ("¿Quién firmó el contrato?", AnswerType.NAME),
        ("What is the phone number of the desk?", AnswerType.CONTACT),
        ("Is smoking allowed?", AnswerType.YES_NO),
        ("Why did it fail?", AnswerType.OTHER),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, kind: AnswerType) -> None:
    assert expected(question) is kind


def test_a_number_that_the_question_names_itself_is_no_answer() -> None:
    question = "How many sensors has the PX-200?"
    assert not offers(AnswerType.NUMBER, "The PX-200 has sensors.", "How many sensors has the PX-200?")
    assert offers(AnswerType.NUMBER, "The PX-200 has five sensors.", question)


def test_yes_no_and_open_questions_ask_for_nothing_that_can_be_seen() -> None:
    assert offers(AnswerType.YES_NO, "Smoking is forbidden.", "Is smoking allowed?")
    assert offers(AnswerType.OTHER, "It rained.", "Why did it fail?")


def test_a_sentence_with_the_words_of_the_question_covers_more_than_one_without() -> None:
    (_, first, _), (_, second, _) = figures("How deep is the harbour?", "The harbour is 9 m deep. Fish is sold there.")
    assert first["sentence"] == 1.0
    assert second["sentence"] == 0.0
    assert first["passage"] == second["passage"] == 1.0


def test_related_words_count_less_than_the_same_word_and_more_than_none() -> None:
    (_, related, _) = figures("When is it calibrated?", "Calibration is in May.")[0]
    assert 0 < related["sentence"] < 1


def test_an_absent_name_is_counted_and_named_but_an_absent_common_word_is_not() -> None:
    (_, name, item) = figures("What does the Heron carry?", "The Dipper carries four people.")[0]
    (_, word, _) = figures("What does the trawler carry?", "The Dipper carries four people.")[0]
    assert (name["absent"], word["absent"]) == (1.0, 0.0)
    assert item.missing == ("heron",)


@pytest.mark.parametrize("written", ["PX-220", "PX220"])
def test_an_identifier_is_found_with_and_without_its_hyphen(written: str) -> None:
    (_, found, _) = figures("What does the PX-220 weigh?", f"The {written} weighs 2 kg.")[0]
    assert found["absent"] == 0.0


def test_a_neighbouring_identifier_is_another_one() -> None:
    (_, found, _) = figures("What does the PX-220 weigh?", "The PX-200 weighs 2 kg.")[0]
    assert found["absent"] == 1.0


def test_the_file_name_counts_as_what_stands_around_a_sentence() -> None:
    (_, found, _) = figures("What is the rate in the 2024 policy?", "The rate is 45p.", path="/d/policy-2024.md")[0]
    assert found["absent"] == 0.0
    assert found["around"] == 1.0


def test_capital_letters_make_no_names_in_german() -> None:
    asked = read_question("Wie hoch ist die Miete für die Wohnung?")
    assert asked.exact == frozenset()


def test_a_table_row_is_seen_with_the_first_row_of_its_table() -> None:
    table = "| Sensor | Range |\n| --- | --- |\n| pH | 0 to 14 |\n| Salt | 0 to 9 |\n| Turbidity | 0 to 4 |"
    rows = {text: found for text, found, _ in figures("What is the range of the turbidity sensor?", table)}
    row = next(found for text, found in rows.items() if "Turbidity" in text)
    assert row["sentence"] < 1.0
    assert row["around"] == 1.0


def test_headings_are_never_offered_as_sentences() -> None:
    text = "# Rates\n\nThe rate is 45 pence."
    document = Document(
        "0" * 64, text, Format.MARKDOWN, "t-1", language="en", headings=(Heading(1, "Rates", Span(0, 7)),)
    )
    hit = Hit(Passage.cut(document, Span(0, len(text)), "t-1"), Location("/a", b"/a"), 0.5)
    assert [e.sentence.text for e in gather(read_question("What is the rate?"), [hit])] == ["The rate is 45 pence."]
