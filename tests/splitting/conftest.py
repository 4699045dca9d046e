from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import strategies as st

from ragcite.types import Document, Format, Heading, Page, Span

SENTENCES = (
    "The reactor was shut down in March 2019.",
    "It cost 3.5 million; nobody, not even Dr. Smith, knew why: the books were closed.",
    "反应堆于二〇一九年三月关闭，因为冷却剂泄漏，费用很高。",
    "원자로는 폐쇄되었다.",
    "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |",
    "- one item\n- another item\n1. numbered",
    "word " * 30,
    "x" * 60,
    "e\u0301" * 9,
    "See [1]. And [2]",
    "…",
    "\ud800",
)


@pytest.fixture(scope="session")
def documents() -> st.SearchStrategy[Document]:
    """Documents with headings (nested, empty, adjacent), pages, tables, long sentences and Chinese."""
    body = st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=5)), max_size=6)
    part = st.tuples(st.one_of(st.none(), st.integers(1, 4)), body, st.sampled_from(["\n", "\n\n", " "]))
    return st.lists(part, max_size=8).flatmap(lambda parts: st.booleans().map(lambda paged: _made(parts, paged)))


def _made(parts: Sequence[tuple[int | None, list[str], str]], paged: bool) -> Document:
    text = ""
    headings: list[Heading] = []
    cuts = [0]
    for number, (level, sentences, blank) in enumerate(parts):
        if level is not None:
            text += "\n"
            line = "#" * level + f" Heading {number}"
            headings.append(Heading(level, f"Heading {number}", Span(len(text), len(text) + len(line))))
            text += line + "\n"
        text += blank.join(sentences) + blank
        cuts.append(len(text))
    spans = pairwise(cuts) if paged else ()
    pages = tuple(Page(index, str(index + 1), Span(start, end)) for index, (start, end) in enumerate(spans))
    return Document("d" * 64, text, Format.MARKDOWN, "test-1", "A title", None, pages, tuple(headings))


@pytest.fixture(scope="session")
def by_words() -> Callable[[Sequence[str]], list[int]]:
    """Counts words split at blanks."""
    return lambda texts: [len(text.split()) for text in texts]


@pytest.fixture(scope="session")
def by_pieces() -> Callable[[Sequence[str]], list[int]]:
    """Counts four characters as a token, every word anew: like a subword tokenizer, it breaks up long words."""
    return lambda texts: [sum(-(-len(word) // 4) for word in text.split()) for text in texts]
