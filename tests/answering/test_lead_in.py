"""A sentence that ends on a colon is quoted, and shown, with what it introduces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ragcite import Library
from ragcite.answering.lead_in import ALONE, LONGEST, completed, in_lines
from ragcite.testing import HashingEmbedder, ScriptedGenerator
from ragcite.types import Document, Format, Hit, Location, Passage, Span
from ragcite.verification import LexicalSupportModel

CODE = 'Set a password like this:\n\n```python\nwriter.encrypt("x")\n\nwriter.write("y")\n```\n\nThen close the file.'
LIST = "There are three ways:\n- by post\n- at the desk\n- by telephone\n\nThe desk is open on Mondays."


def quoted(text: str, first: str) -> str:
    document = Document("d" * 64, text, Format.MARKDOWN, "test-1", language="en")
    start = 7  # the passage does not begin where its document does
    hit = Hit(Passage.cut(document, Span(start, len(text)), "t"), Location("/d", b"/d"), 0.5)
    at = text.index(first)
    return completed(hit, Span(at, at + len(first))).of(text)


@pytest.mark.parametrize(
    ("text", "first", "wanted"),
    [
        (CODE, "Set a password like this:", CODE.removesuffix("\n\nThen close the file.")),
        (LIST, "There are three ways:", LIST.removesuffix("\n\nThe desk is open on Mondays.")),
        ("He said it twice:\n\nIt was cold. It was not.", "He said it twice:", "He said it twice:\n\nIt was cold."),
        (LIST, "The desk is open on Mondays.", "The desk is open on Mondays."),
        ("At last:", "At last:", "At last:"),
        ("Much:\n" + "x" * LONGEST, "Much:", "Much:"),
    ],
)
def test_a_lead_in_is_quoted_with_what_follows(text: str, first: str, wanted: str) -> None:
    assert quoted("Before.\n\n" + text, first) == wanted


def test_lines_of_code_and_lists_stay_and_lines_of_a_page_are_joined() -> None:
    assert in_lines("The ferry\nruns   daily.") == "The ferry runs daily."
    assert in_lines(LIST.split("\n\n")[0]) == LIST.split("\n\n")[0]
    assert '\nwriter.encrypt("x")\n' in in_lines(CODE)


REPORT = """# Payments

A member can pay in three ways: in cash at the desk, by post, or by bank transfer.
The desk is open on Mondays from nine to noon.
"""
QUESTION = "How can a member pay?"
LEAD_IN = "A member can pay in three ways:"


class Sure:
    """A reranker for which every text answers."""

    name = "sure"

    def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question
        return [9.0 for _ in texts]


@pytest.mark.parametrize(
    ("draft", "shown", "withheld"),
    [
        (
            f"{LEAD_IN}\n- in cash at the desk\n- by post\n",
            [LEAD_IN, "in cash at the desk", "by post"],
            [],
        ),
        (f"{LEAD_IN}\n- in gold coins\n- by post\n", [LEAD_IN, "by post"], []),
        (f"{LEAD_IN}\n- in gold coins\n- with seventy goats\n", [], [LEAD_IN]),
        (f"{LEAD_IN}\n", [], [LEAD_IN]),
    ],
)
def test_a_generated_lead_in_is_shown_only_with_something_that_it_introduces(
    tmp_path: Path, draft: str, shown: list[str], withheld: list[str]
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "payments.md").write_text(REPORT)
    with Library.open(
        tmp_path / "library",
        embedder=HashingEmbedder(256),
        generator=ScriptedGenerator(draft),
        support=LexicalSupportModel(),
        reranker=Sure(),
    ) as opened:
        opened.ingest(tmp_path / "documents")
        answer = opened.ask(QUESTION)
    if shown:
        assert [sentence.raw.strip() for sentence in answer.sentences] == shown
        assert answer.sentences[0].citations[0].number == 1
    assert [one.sentence.text for one in answer.withheld if one.reason == ALONE] == withheld
