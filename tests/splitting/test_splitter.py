from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.errors import UsageError
from ragcite.splitting import Splitter
from ragcite.types import Document, Format, Heading, Page, Passage, Span
from tests.growth import STEP, is_linear

Count = Callable[[Sequence[str]], list[int]]


def markdown(text: str) -> Document:
    """A document whose lines that start with # are headings."""
    headings = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.startswith("#"):
            title = line.strip("# \n")
            headings.append(Heading(len(line) - len(line.lstrip("#")), title, Span(start, start + len(line.rstrip()))))
        start += len(line)
    return Document("d" * 64, text, Format.MARKDOWN, "test-1", "T", "en", (), tuple(headings))


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


@given(data=st.data(), limit=st.sampled_from([3, 8, 20, 60]))
@settings(max_examples=250, deadline=None)
def test_passages_are_verbatim_ordered_disjoint_and_hold_every_visible_character(
    documents: st.SearchStrategy[Document], by_pieces: Count, data: st.DataObject, limit: int
) -> None:
    document = data.draw(documents)
    passages = Splitter(by_pieces, limit, 256, 6).split(document)
    end = 0
    for passage in passages:
        assert passage.span.of(document.text) == passage.text
        assert passage.text == passage.text.strip()
        assert passage.text
        assert passage.span.start >= end
        assert not document.text[end : passage.span.start].strip()
        end = passage.span.end
    assert not document.text[end:].strip()
    assert len({passage.id for passage in passages}) == len(passages)


@given(data=st.data(), limit=st.sampled_from([3, 8, 20, 60]))
@settings(max_examples=250, deadline=None)
def test_no_passage_exceeds_the_limit_unless_it_cannot_be_broken(
    documents: st.SearchStrategy[Document], by_pieces: Count, data: st.DataObject, limit: int
) -> None:
    for passage in Splitter(by_pieces, limit, 256, 6).split(data.draw(documents)):
        assert by_pieces([passage.text])[0] <= limit


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_equal_content_gives_equal_passages(
    documents: st.SearchStrategy[Document], by_words: Count, data: st.DataObject
) -> None:
    document = data.draw(documents)
    copy = Document(
        document.id, document.text, document.format, document.reader, document.title, None,
        document.pages, document.headings,
    )  # fmt: skip
    assert Splitter(by_words, 20).split(document) == Splitter(by_words, 20).split(copy)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_passage_starts_at_a_heading_or_stays_below_it(
    documents: st.SearchStrategy[Document], by_words: Count, data: st.DataObject
) -> None:
    """With no merging of small sections, a heading inside a passage only follows other headings."""
    document = data.draw(documents)
    for passage in Splitter(by_words, 50, 256, 0).split(document):
        inside = [h.span for h in document.headings if passage.span.contains(h.span) and h.span != passage.span]
        if inside and inside[-1].start > passage.span.start:
            titles = {at for span in inside for at in range(span.start, span.end)}
            shown = set(range(passage.span.start, inside[-1].start)) - titles
            assert not any(document.text[i].isalnum() for i in shown)


SENTENCE = "The reactor at Mira was shut down in spring. "


def test_sentences_stay_whole_and_passages_are_of_similar_size(by_words: Count) -> None:
    passages = Splitter(by_words, 100).split(markdown(SENTENCE * 13))
    assert [by_words([text])[0] for text in texts(passages)] in ([63, 54], [54, 63])
    assert all(text.endswith("spring.") for text in texts(passages))


def test_a_passage_prefers_to_end_with_a_paragraph(by_words: Count) -> None:
    text = SENTENCE * 5 + "\n\n" + SENTENCE * 6
    assert [len(part) for part in texts(Splitter(by_words, 60).split(markdown(text)))] == [224, 269]


def test_the_heading_line_belongs_to_its_section_and_a_new_section_starts_a_passage(by_words: Count) -> None:
    text = f"{SENTENCE * 6}\n# One\n{SENTENCE * 6}\n## Deeper\n{SENTENCE * 6}\n"
    passages = Splitter(by_words, 100).split(markdown(text))
    assert [passage.text.split()[:2] for passage in passages] == [["The", "reactor"], ["#", "One"], ["##", "Deeper"]]
    assert [passage.heading_path for passage in passages] == [(), ("One",), ("One", "Deeper")]


def test_tiny_sections_join_under_their_common_parent_and_only_there(by_words: Count) -> None:
    text = "# A\nIntro of A.\n## A1\nShort.\n## A2\nShort too.\n# B\n## B1\nTiny."
    passages = Splitter(by_words, 100).split(markdown(text))
    assert texts(passages) == ["# A\nIntro of A.", "## A1\nShort.\n## A2\nShort too.", "# B\n## B1\nTiny."]
    assert [passage.heading_path for passage in passages] == [("A",), ("A",), ("B", "B1")]


def test_a_heading_never_ends_a_passage_that_could_go_on(by_words: Count) -> None:
    text = f"# One\n{SENTENCE * 20}"
    for passage in Splitter(by_words, 12).split(markdown(text)):
        assert passage.text != "# One"
    evener = f"# a heading as long as a sentence of the text\n{SENTENCE * 2}"
    assert [by_words([part])[0] for part in texts(Splitter(by_words, 20).split(markdown(evener)))] == [20, 9]


def test_letters_are_never_parted_from_their_accents(by_pieces: Count) -> None:
    for passage in Splitter(by_pieces, 3).split(markdown("ae\u0301" * 40)):
        assert not passage.text.startswith("\u0301")


def test_a_sentence_above_the_limit_is_cut_at_its_clauses(by_words: Count) -> None:
    clause = "when the pump of the second loop had failed, "
    passages = Splitter(by_words, 20).split(markdown(clause * 8 + "it stopped."))
    assert all(text.endswith((",", ".")) for text in texts(passages))
    assert max(by_words(texts(passages))) <= 20


def test_rows_of_a_table_stay_together_where_they_fit(by_words: Count) -> None:
    table = "| name | value |\n|---|---|\n" + "| pump one | 12 bar |\n" * 8
    text = SENTENCE * 6 + "\n\n" + table + "\n" + SENTENCE * 6
    [whole] = [part for part in texts(Splitter(by_words, 100).split(markdown(text))) if "|" in part]
    assert whole.count("pump one") == 8


def test_a_long_header_leaves_less_room_for_the_text(by_words: Count) -> None:
    title = "very " * 30 + "long"
    plain = Splitter(by_words, 60, 64).split(markdown(f"# A\n{SENTENCE * 30}"))
    long = Splitter(by_words, 60, 64).split(markdown(f"# {title}\n{SENTENCE * 30}"))
    assert max(by_words(texts(plain))) > 50
    assert max(by_words(texts(long))) <= 33


def test_parameters_are_part_of_the_name_and_of_every_id(by_words: Count) -> None:
    one, other = Splitter(by_words, 50), Splitter(by_words, 60)
    assert one.name != other.name
    assert one.name.startswith("sentences-1/50")
    document = markdown("Short.")
    assert one.split(document)[0].id != other.split(document)[0].id


def test_blank_documents_have_no_passages(by_words: Count) -> None:
    assert Splitter(by_words).split(markdown(" \n\n \t")) == []
    assert Splitter(by_words).split(markdown("")) == []


def test_limits_must_be_positive(by_words: Count) -> None:
    with pytest.raises(UsageError):
        Splitter(by_words, 0)


def test_a_document_is_counted_in_one_call(by_words: Count) -> None:
    calls = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return by_words(texts)

    Splitter(count).split(markdown(f"# A\n{SENTENCE * 50}\n# B\n{SENTENCE * 50}"))
    assert len(calls) == 1


@pytest.mark.parametrize(
    "unit", [SENTENCE, "word ", "a\n\n", "| a | b |\n", "# H\n", "x", "好", SENTENCE * 9 + "\n# H\n"]
)
def test_time_is_linear_in_the_length_whatever_the_text_holds(by_pieces: Count, unit: str) -> None:
    documents = {size: markdown(unit * (size // len(unit))) for size in (150_000 // STEP, 150_000)}
    assert is_linear(lambda size: Splitter(by_pieces).split(documents[size]), 150_000)


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "-" * size + "x",
        lambda size: "a\n" + " " * size + "x",
        lambda size: "a" + "\t" * size + "\nb",
        lambda size: "a" + "。" * size + "、",
        lambda size: "".join(f"{'#' * (2 + number % 2)} H\n\nword\n" for number in range(size // 10)),
    ],
    ids=["dashes", "blanks", "tabs", "stops", "no first heading"],
)
def test_time_is_linear_on_lines_made_to_hurt(by_pieces: Count, make: Callable[[int], str]) -> None:
    documents = {size: markdown(make(size)) for size in (60_000 // STEP, 60_000)}
    assert is_linear(lambda size: Splitter(by_pieces).split(documents[size]), 60_000)


def test_the_pages_of_a_passage_are_found_in_linear_time() -> None:
    def paged(count: int) -> Document:
        pages = tuple(Page(number, str(number + 1), Span(5 * number, 5 * number + 5)) for number in range(count))
        return Document("d" * 64, "word\n" * count, Format.PDF, "test-1", pages=pages)

    def cut(count: int) -> list[Passage]:
        return [Passage.cut(documents[count], page.span, "s") for page in documents[count].pages]

    documents = {count: paged(count) for count in (8_000 // STEP, 8_000)}
    assert is_linear(cut, 8_000)
    assert all(len(passage.pages) == 1 for passage in cut(1_000))


def test_the_headings_of_a_passage_stand_above_all_of_it() -> None:
    document = markdown("# A\n## A1\nOne.\n## A2\nTwo.\n# B\n### B1\nThree.")
    places = {name: document.text.index(name) for name in ("# A", "One", "Two", "## A2", "# B", "Three")}

    def path(start: str, end: str) -> tuple[str, ...]:
        return Passage.cut(document, Span(places[start], places[end] + 3), "s").heading_path

    assert path("# A", "One") == ("A", "A1")
    assert path("One", "One") == ("A", "A1")
    assert path("One", "Two") == ("A",)
    assert path("## A2", "Two") == ("A", "A2")
    assert path("Two", "Three") == ()
    assert path("# B", "Three") == ("B", "B1")


def test_code_stays_together_where_it_fits(by_words: Count) -> None:
    code = "```\n" + "run the pump now\n" * 12 + "```"
    text = SENTENCE * 6 + "\n\n" + code + "\n\n" + SENTENCE * 6
    [whole] = [part for part in texts(Splitter(by_words, 80).split(markdown(text))) if "run" in part]
    assert code in whole
