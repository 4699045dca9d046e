"""What holds for every reader, and for the front that chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragcite.errors import NotWhatItSays, ReadingError
from ragcite.protocols import Reader
from ragcite.reading import HtmlReader, MarkdownReader, PdfReader, Readers, TextReader
from ragcite.types import Document, Span

MakePdf = Callable[[Sequence[Sequence[tuple[str, float]]]], bytes]
ALL: tuple[Reader, ...] = (TextReader(), MarkdownReader(), HtmlReader(), PdfReader())
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LINES = st.lists(
    st.text(st.sampled_from("abcdefgh ABC 0123456789.,-()"), min_size=1, max_size=60).filter(str.strip),
    min_size=1,
    max_size=8,
)

TAGS = [
    *("p", "div", "h1", "h2", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "code", "sup", "a", "b", "span"),
    *("main", "article", "header", "nav", "br"),
]
PAGES = st.recursive(
    st.sampled_from(["text ", " a|b ", "&amp;", "\n", "10", "é"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)
    ),
    max_leaves=30,
)
SIZED_LINE = st.tuples(st.text("abc AB19.-", min_size=1, max_size=40), st.sampled_from([9.0, 10.0, 16.0]))


def holds(document: Document) -> None:
    """The invariants of every document."""
    assert document.text.strip()
    for heading in document.headings:
        covered = iter(heading.span.of(document.text))
        assert all(char in covered for char in "".join(heading.title.split()))
    ends = 0
    for index, page in enumerate(document.pages):
        assert page.index == index
        assert page.label
        assert page.span.start >= ends
        ends = page.span.end
    if document.pages:
        covered_text = "".join(page.span.of(document.text) for page in document.pages)
        assert "".join(covered_text.split()) == "".join(document.text.split())
    document.text.encode("utf-8")


def outcome(reader: Reader, data: bytes) -> Document | str:
    try:
        return reader.read(data)
    except ReadingError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("reader", ALL, ids=lambda reader: reader.name)
@given(data=st.binary(max_size=600))
@QUICK
def test_arbitrary_bytes_raise_nothing_but_reading_errors_and_give_the_same_twice(reader: Reader, data: bytes) -> None:
    first = outcome(reader, data)
    assert outcome(reader, data) == first
    if isinstance(first, Document):
        holds(first)


@given(page=PAGES)
@QUICK
def test_any_page_gives_a_sound_document(page: str) -> None:
    document = outcome(HtmlReader(), page.encode())
    if isinstance(document, Document):
        holds(document)
        assert "\n\n\n" not in document.text or "<pre" in page


@given(pages=st.lists(st.lists(SIZED_LINE, max_size=6), min_size=1, max_size=6))
@QUICK
def test_any_pdf_gives_a_sound_document(make_pdf: MakePdf, pages: list[list[tuple[str, float]]]) -> None:
    document = outcome(PdfReader(), make_pdf(pages))
    if isinstance(document, Document):
        holds(document)
        assert len(document.pages) == len(pages)


@given(lines=LINES, numbers=st.tuples(st.integers(0, 400), st.integers(0, 400)))
@QUICK
def test_a_slice_of_any_document_is_verbatim(make_pdf: MakePdf, lines: list[str], numbers: tuple[int, int]) -> None:
    files = {
        "text": "\n".join(lines).encode(),
        "markdown": "\n\n".join(f"# {line}" for line in lines).encode(),
        "html": "".join(f"<h2>{line}</h2><p>{line}</p>" for line in lines).encode(),
        "pdf": make_pdf([[(line, 10) for line in lines]]),
    }
    for reader, data in zip(ALL, files.values(), strict=True):
        document = reader.read(data)
        holds(document)
        start, end = sorted(number % (len(document.text) + 1) for number in numbers)
        assert Span(start, end).of(document.text) in document.text


def test_a_mutated_pdf_never_raises_anything_else(make_pdf: MakePdf) -> None:
    import random

    whole = make_pdf([[("1 Pumps", 14), ("Words that are read.", 10)]] * 4)
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        found = outcome(PdfReader(), bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
        if isinstance(found, Document):
            holds(found)


def test_the_ending_chooses_the_reader(readers: Readers) -> None:
    assert readers.reader_name("a/B.MD") == "markdown-3"
    assert readers.reader_name("x.tar.htm") == "html-3"
    assert readers.reader_name("notes.docx") is None
    assert readers.reader_name("README") is None
    assert {".txt", ".log", ".markdown", ".xhtml", ".pdf"} <= readers.suffixes


def test_the_child_gives_the_same_document_as_the_reader_itself(readers: Readers, make_pdf: MakePdf) -> None:
    pdf = make_pdf([[("1 Pumps", 14), ("Wörter und mehr.", 10)]])
    assert readers.read("a.pdf", pdf) == PdfReader().read(pdf)
    page = "<title>T</title><h1>Ü</h1><p>日本 😀</p><p hidden>x</p>".encode()
    assert readers.read("a.html", page) == HtmlReader().read(page)


def test_an_error_names_the_file_the_cause_and_the_next_step(readers: Readers) -> None:
    for name in ("reports/a.pdf", "b.html", "c.txt"):
        with pytest.raises(NotWhatItSays) as caught:
            readers.read(name, b"\x89PNG\r\n\x1a\n")
        assert caught.value.what == name
        assert "PNG" in caught.value.why
        assert caught.value.next_step


def test_an_unknown_ending_is_told(readers: Readers) -> None:
    with pytest.raises(ReadingError, match=r"\.pdf"):
        readers.read("a.docx", b"x")


def test_every_pdf_at_hand_is_read_or_refused_with_a_reason(readers: Readers, eval_data: Path) -> None:
    states: dict[str, int] = {}
    paths = [path for path in sorted(eval_data.glob("pdf_*/**/*.pdf")) if path.stat().st_size < 600_000]
    for path in paths:
        try:
            holds(readers.read(path.name, path.read_bytes()))
            state = "read"
        except ReadingError as error:
            state = error.state if error.why else "without a reason"
        states[state] = states.get(state, 0) + 1
    assert states["read"] >= 94
    assert states["encrypted"] >= 16
    assert set(states) <= {"read", "encrypted", "no text", "error"}


def test_importing_the_room_loads_no_parser() -> None:
    import subprocess
    import sys

    code = "import sys, ragcite.reading; assert not {'pypdf', 'lxml', 'charset_normalizer'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
