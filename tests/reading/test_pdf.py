from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pytest
from pypdf.constants import PageLabelStyle

from ragcite.errors import EncryptedFile, NoText, NotWhatItSays, ReadingError, TooLarge
from ragcite.reading import PdfReader

MakePdf = Callable[[Sequence[Sequence[tuple[str, float]]]], bytes]


def rewritten(data: bytes, change: Callable[[pypdf.PdfWriter], None]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pages_carry_their_labels_and_cover_their_text(make_pdf: MakePdf) -> None:
    data = make_pdf([[("Foreword to all.", 10)], [("First page.", 10)], [("Second page.", 10)]])

    def label(writer: pypdf.PdfWriter) -> None:
        writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN, start=4)
        writer.set_page_label(1, 2, style=PageLabelStyle.DECIMAL, start=1)

    document = PdfReader().read(rewritten(data, label))
    assert [page.label for page in document.pages] == ["iv", "1", "2"]
    assert [page.span.of(document.text) for page in document.pages] == [
        "Foreword to all.",
        "First page.",
        "Second page.",
    ]


def test_running_heads_stay_once_and_page_numbers_go(make_pdf: MakePdf) -> None:
    pages = [
        [
            ("ACME Ltd, confidential", 9),
            (f"Exercise {n}", 11),
            (f"Body number {n * 7} here.", 11),
            (f"Page {n} of 5", 9),
        ]
        for n in range(1, 6)
    ]
    text = PdfReader().read(make_pdf(pages)).text
    assert text.count("ACME Ltd") == 1
    assert "Page" not in text
    assert all(f"Exercise {n}" in text and f"Body number {n * 7} here." in text for n in range(1, 6))


def test_a_short_document_keeps_every_line(make_pdf: MakePdf) -> None:
    text = PdfReader().read(make_pdf([[("Head", 9), (f"Text {n}.", 11), (str(n), 9)] for n in range(1, 4)])).text
    assert text.count("Head") == 3


def test_a_count_that_is_not_the_page_number_stays(make_pdf: MakePdf) -> None:
    results = [412, 377, 95, 1204, 88]
    text = PdfReader().read(make_pdf([[("Sum of the year", 11), (str(n), 11)] for n in results])).text
    assert all(str(n) in text for n in results)


def test_divided_words_are_joined_and_compounds_keep_their_hyphen(make_pdf: MakePdf) -> None:
    lines = [
        "A mixed-mode engine. The com-",
        "pilation, in mixed-",
        "mode, of 2008-",
        "09 was re-",
        "Entered by X-",
        "ray.",
    ]
    text = PdfReader().read(make_pdf([[(line, 10) for line in lines]])).text
    assert "compilation," in text
    assert "in mixed-mode," in text
    assert "2008-\n09" in text
    assert "re-\nEntered" in text


def test_a_sentence_over_a_page_break_is_not_cut(make_pdf: MakePdf) -> None:
    document = PdfReader().read(
        make_pdf([[("The reactor was shut down in the represen-", 10)], [("tative month.", 10)]])
    )
    assert document.text == "The reactor was shut down in the representative\nmonth."
    assert document.pages[1].span.of(document.text) == "month."


def test_headings_come_from_type_size_and_numbers(make_pdf: MakePdf) -> None:
    body = [("Some words that fill the line and go on for a while until it is full.", 10)] * 4
    page = [
        *[("Annual report", 20), *body, ("Operations", 14), *body, ("1 Pumps", 10), *body, ("1.1 Seals", 10), *body],
        *[("3 pumps were sold to a buyer", 10), ("2 Valves", 10), *body, ("Table 4 and so on", 10), *body],
    ]
    document = PdfReader().read(make_pdf([page]))
    assert [(heading.level, heading.title) for heading in document.headings] == [
        *[(1, "Annual report"), (2, "Operations"), (3, "1 Pumps"), (4, "1.1 Seals"), (3, "2 Valves")]
    ]
    assert document.title == "Annual report"
    assert all(heading.span.of(document.text) == heading.title for heading in document.headings)


def test_headings_come_from_the_outline_where_there_is_one(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [[("1 Scope", 10), ("All of it.", 10), ("1.1 Not listed", 10)], [("2 Duties of the", 10), ("tenant", 10)]]
    )

    def outline(writer: pypdf.PdfWriter) -> None:
        top = writer.add_outline_item(title="Scope", page_number=0)
        writer.add_outline_item(title="Duties of the tenant", page_number=1, parent=top)

    found = PdfReader().read(rewritten(data, outline)).headings
    assert [(heading.level, heading.title) for heading in found] == [(1, "1 Scope"), (2, "2 Duties of the tenant")]


@pytest.mark.parametrize(("written", "title"), [("Lease of 2020", "Lease of 2020"), ("Microsoft Word - x.doc", None)])
def test_the_title_is_taken_from_the_metadata_when_someone_wrote_it(
    make_pdf: MakePdf, written: str, title: str | None
) -> None:
    data = rewritten(make_pdf([[("Plain words.", 10)]]), lambda writer: writer.add_metadata({"/Title": written}))
    assert PdfReader().read(data).title == title


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_locked_pdf_is_told_and_one_locked_with_an_empty_password_is_read(make_pdf: MakePdf, algorithm: str) -> None:
    plain = make_pdf([[("Secret words.", 10)]])
    locked = rewritten(plain, lambda writer: writer.encrypt("pass", algorithm=algorithm))
    with pytest.raises(EncryptedFile, match="password"):
        PdfReader().read(locked)
    opened = rewritten(plain, lambda writer: writer.encrypt("", "owner", algorithm=algorithm))
    assert PdfReader().read(opened).text == "Secret words."


def test_a_scan_is_told_to_need_ocr() -> None:
    from fpdf import FPDF
    from PIL import Image

    pdf = FPDF()
    pdf.add_page()
    pdf.image(Image.new("L", (40, 40), 128), 10, 10, 50)
    with pytest.raises(NoText, match="OCR"):
        PdfReader().read(bytes(pdf.output()))


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"\x89PNG\r\n\x1a\n", "PNG"), (b"PK\x03\x04", "ZIP"), (b"<!DOCTYPE html><p>Log in", "HTML"), (b"words", "%PDF-")],
)
def test_what_is_named_pdf_and_is_none_is_told(data: bytes, found: str) -> None:
    with pytest.raises(NotWhatItSays, match=found):
        PdfReader().read(data)


def test_an_empty_file_and_a_broken_one_are_told_apart(make_pdf: MakePdf) -> None:
    with pytest.raises(NoText):
        PdfReader().read(b"")
    with pytest.raises(ReadingError, match="damaged"):
        PdfReader().read(b"%PDF-1.7\nnothing more")


def test_too_many_pages_and_too_many_characters_are_told(make_pdf: MakePdf) -> None:
    data = make_pdf([[("Words.", 10)]] * 3)
    with pytest.raises(TooLarge, match="3 pages"):
        PdfReader(max_pages=2).read(data)
    with pytest.raises(TooLarge, match="characters"):
        PdfReader(max_characters=10).read(data)


def test_columns_are_read_one_after_the_other(eval_data: Path) -> None:
    text = PdfReader().read((eval_data / "pdf_pdfjs" / "tracemonkey.pdf").read_bytes()).text
    flat = " ".join(text.split())
    assert "Dynamic languages such as JavaScript are more difﬁcult to compile than statically typed ones." in flat
    assert "With the introduction of" not in flat[:10]
    assert "our system uses a mixed-mode execution approach" in flat.lower()
    sample = PdfReader().read((eval_data / "pdf_sample_files/026-latex-multicolumn/multicolumn.pdf").read_bytes()).text
    assert "Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Ut purus elit" in " ".join(sample.split())


def test_a_page_reads_as_its_reference_text(eval_data: Path) -> None:
    folder = eval_data / "pdf_pypdf_resources"
    wanted = (folder / "crazyones.txt").read_text("utf-8").split()
    got = PdfReader().read((folder / "crazyones.pdf").read_bytes()).text.split()
    assert len([word for word in wanted if word in got]) >= 0.99 * len(wanted)
