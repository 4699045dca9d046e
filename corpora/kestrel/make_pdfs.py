"""Rebuild the PDF documents of this corpus from the texts in pdf_source/.

    python make_pdfs.py            write documents/**.pdf
    python make_pdfs.py --check    fail if a committed file differs from what would be written

The bytes are the same on every run (reportlab's invariant mode). The layout is deliberately plain: lines are broken
here, word by word, so that hyphens at line ends, running headers, columns and page labels are under control.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
PAGE_BREAK = "---page---"
# Where a word may be broken at the end of a line. Other words are never broken.
HYPHENATION = """
abbre-via-tions accred-ita-tion after-noon agree-ment alu-min-ium ana-lysed ana-lysis assess-ment bac-teria bor-rowed
build-ing calib-ra-tion catch-ment cata-logues certifi-cates chloro-phyll col-leagues com-mit-tee concen-tra-tion
conduct-ivity con-tinu-ous con-trib-uted deter-mined direc-tor dis-solved dis-turb electro-nic enter-o-cocci esti-mate
estu-ary explan-ation found-ing ground-water grate-ful independ-ent instru-ment invi-ta-tions labor-atory liabil-ity
light-ning man-ganese meas-ured measure-ments mes-sages micro-cystins micro-scope moder-ate moni-tor-ing negli-gence
news-letter nutri-ents obser-vation orga-nised oxy-gen partici-pation per-manent per-mission pesti-cides phos-phorus
photo-graphs photo-meters physi-cally recep-tion recom-mend recom-menda-tions re-leased reser-voirs sam-pling sedi-ment
sub-stances tempera-ture tele-phone tele-phoned thermis-tor thunder-storm treat-ment un-certainty unsuccess-fully
visi-tors work-shop
"""
BREAKS = {entry.replace("-", ""): entry.split("-") for entry in HYPHENATION.split()}


STYLES = {
    "h1": ("Helvetica-Bold", 1.45),
    "h2": ("Helvetica-Bold", 1.15),
    "h3": ("Helvetica-Bold", 1.1),
    "text": ("Times-Roman", 1.0),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One PDF: where it comes from, where it goes, and how its pages look."""

    source: str
    target: str
    title: str
    author: str
    header: str = ""
    footer: str = "{label}"
    columns: int = 1
    body: float = 10.5
    roman_pages: int = 0
    margin: float = 72


SHEETS = (
    Sheet(
        "tarn-report-2023",
        "reports/tarn-report-2023",
        "Upper Tarn and Lower Tarn: water quality in 2023",
        "Oona Trevelyan; Marcus Idowu",
        "Report R-2024-02 · Upper Tarn and Lower Tarn: water quality in 2023",
        "Kestrel Valley Water Lab · page {label}",
        roman_pages=4,
        body=11.5,
    ),
    Sheet(
        "px-200-rev-c",
        "datasheets/px-200-rev-c",
        "PX-200 data sheet, revision C",
        "Instrument workshop",
        footer="PX-200 · revision C · 20 November 2023 · sheet {label}",
    ),
    Sheet(
        "px-220-rev-a",
        "datasheets/px-220-rev-a",
        "PX-220 data sheet, revision A",
        "Instrument workshop",
        footer="PX-220 · revision A · 2 May 2023 · sheet {label}",
    ),
    Sheet(
        "brackwater-agreement",
        "contracts/brackwater-agreement",
        "Agreement on water monitoring, No. KV-2024-017",
        "Kestrel Valley Water Lab Co-operative",
        "Agreement No. KV-2024-017",
        "page {label}",
        body=11,
    ),
    Sheet(
        "annual-report-2024",
        "reports/annual-report-2024",
        "Annual report 2024",
        "Kestrel Valley Water Lab Co-operative",
        "",
        "Annual report 2024 · {label}",
        body=11.5,
    ),
    Sheet(
        "the-weir-41",
        "newsletters/the-weir-41",
        "The Weir, No. 41, summer 2024",
        "Zoë Hartigan",
        "",
        "The Weir No. 41 · {label}",
        columns=2,
        body=11,
        margin=54,
    ),
)


def blocks(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (kind, lines) for each heading, paragraph, table and page break of a source text."""
    held: list[str] = []
    for line in [*source.splitlines(), ""]:
        kind = kind_of(line)
        if held and (kind != kind_of(held[0]) or kind != "table"):
            yield kind_of(held[0]), held
            held = []
        if kind:
            held.append(line)


def kind_of(line: str) -> str:
    if not line.strip():
        return ""
    if line == PAGE_BREAK:
        return "break"
    if line.startswith("|"):
        return "table"
    return {"#": "h1", "##": "h2", "###": "h3"}.get(line.split(" ", 1)[0], "text")


def typographic(text: str) -> str:
    return text.replace("'", "’")


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a paragraph into lines, with hyphens where BREAKS allows them."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}".strip()
        if stringWidth(candidate, font, size) <= width:
            line = candidate
            continue
        head, tail = hyphenated(line, word, font, size, width)
        lines.append(head)
        line = tail
    return [*lines, line] if line else lines


def hyphenated(line: str, word: str, font: str, size: float, width: float) -> tuple[str, str]:
    core = word.rstrip(".,;:”)")
    parts = BREAKS.get(core, [core])
    for cut in range(len(parts) - 1, 0, -1):
        head = f"{line} {''.join(parts[:cut])}-".strip()
        if stringWidth(head, font, size) <= width:
            return head, "".join(parts[cut:]) + word[len(core) :]
    return line, word


def column_widths(rows: list[list[str]], size: float) -> list[float]:
    return [
        max(stringWidth(cell, "Helvetica-Bold", size) for cell in column) + 14 for column in zip(*rows, strict=True)
    ]


class Press:
    """Draws the blocks of one sheet, column by column and page by page."""

    def __init__(self, sheet: Sheet, stream: io.BytesIO) -> None:
        self.sheet = sheet
        self.canvas = Canvas(stream, pagesize=A4, invariant=1)
        self.canvas.setTitle(sheet.title)
        self.canvas.setAuthor(sheet.author)
        gap = 20 if sheet.columns > 1 else 0
        self.width = (A4[0] - 2 * sheet.margin - gap) / sheet.columns
        self.step = self.width + gap
        self.top, self.bottom = A4[1] - 80, 70
        self.page, self.column, self.y = 0, 0, 0.0
        self.open_page()

    def label(self) -> str:
        roman = self.sheet.roman_pages
        if self.page <= roman:
            return ("i", "ii", "iii", "iv", "v", "vi")[self.page - 1]
        return str(self.page - roman)

    def open_page(self) -> None:
        self.page += 1
        self.column, self.y = 0, self.top
        roman = self.sheet.roman_pages
        if roman and self.page == 1:
            self.canvas.addPageLabel(0, "ROMAN_LOWER", 1)
        if roman and self.page == roman + 1:
            self.canvas.addPageLabel(roman, "ARABIC", 1)
        if self.sheet.header and self.page > 1:
            self.canvas.setFont("Helvetica", 8)
            self.canvas.drawString(self.sheet.margin, A4[1] - 50, self.sheet.header)

    def close_page(self) -> None:
        self.canvas.setFont("Helvetica", 8)
        self.canvas.drawString(self.sheet.margin, 40, self.sheet.footer.format(label=self.label()))
        self.canvas.showPage()

    def next_column(self) -> None:
        if self.column + 1 < self.sheet.columns:
            self.column, self.y = self.column + 1, self.top
        else:
            self.close_page()
            self.open_page()

    def need(self, height: float) -> None:
        if self.y - height < self.bottom:
            self.next_column()

    @property
    def x(self) -> float:
        return float(self.sheet.margin + self.column * self.step)

    def paragraph(self, kind: str, text: str) -> None:
        font, scale = STYLES[kind]
        size = self.sheet.body * scale
        if kind != "text":
            self.need(size * 4)
            self.y -= size * 0.5
        for line in wrap(typographic(text), font, size, self.width):
            self.need(size)
            self.y -= size * 1.28
            self.canvas.setFont(font, size)
            self.canvas.drawString(self.x, self.y, line)
        self.y -= size * 0.55

    def table(self, rows: list[list[str]]) -> None:
        size = self.sheet.body * 0.9
        widths = column_widths(rows, size)
        while sum(widths) > self.width:
            size -= 0.25
            widths = column_widths(rows, size)
        self.need(size * 1.6 * min(len(rows), 12))
        for number, row in enumerate(rows):
            self.need(size * 1.6)
            self.y -= size * 1.6
            self.canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", size)
            x = self.x
            for cell, width in zip(row, widths, strict=True):
                self.canvas.drawString(x, self.y, typographic(cell))
                x += width
            self.canvas.setLineWidth(0.4)
            self.canvas.line(self.x, self.y - 4, x, self.y - 4)
        self.y -= size

    def run(self, source: str) -> None:
        for kind, lines in blocks(source):
            if kind == "break":
                self.close_page()
                self.open_page()
            elif kind == "table":
                self.table([[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines])
            else:
                self.paragraph(kind, lines[0].lstrip("# "))
        self.close_page()
        self.canvas.save()


def pdf_bytes(sheet: Sheet) -> bytes:
    stream = io.BytesIO()
    Press(sheet, stream).run((HERE / "pdf_source" / f"{sheet.source}.txt").read_text(encoding="utf-8"))
    return stream.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    check = parser.parse_args().check
    differing = 0
    for sheet in SHEETS:
        target = HERE / "documents" / f"{sheet.target}.pdf"
        data = pdf_bytes(sheet)
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        elif target.read_bytes() != data:
            differing += 1
            sys.stderr.write(f"{target.name}: differs from its source; run make_pdfs.py\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
