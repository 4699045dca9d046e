"""PDF through pypdf: pages with their labels, headings, text in the order in which the file draws it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ragcite.errors import EncryptedFile, NoText, ReadingError, TooLarge
from ragcite.reading.pdf_headings import OutlineItem, find_headings
from ragcite.reading.pdf_layout import lay_out
from ragcite.reading.pdf_lines import Line, Piece, join_divided_words, lines_of, seen_lines, without_furniture
from ragcite.reading.pdf_sight import Blindfold, hidden_places
from ragcite.reading.pdf_watch import Watch
from ragcite.reading.sniffing import require_pdf
from ragcite.reading.unseen import seen
from ragcite.reading.wire import MAX_CHARACTERS
from ragcite.types import Document, Format, Heading, Hidden

MAX_PAGES = 5_000
_MAX_LABEL = 40
_MAX_TITLE = 200
_TITLE_WINDOW = 600  # characters from the start in which a heading can be the title
_MAX_UNREADABLE_SHARE = 0.5

# Titles that programs write when nobody gave one.
_NO_TITLE = re.compile(
    r"^(unbenannt|ohne titel|sin título|sans titre|title|document\s?\d*|slide 1)$|^untitled|^无标题"
    r"|^microsoft (word|powerpoint)"
    r"|\.(docx?|pptx?|xlsx?|odt|rtf|tex|dvi|indd|pdf|qxd|wpd|pages|txt|html?)$",
    re.I,
)
# What pypdf writes for a character of which the font gives nothing but the number of its shape.
_GLYPH_NAME = re.compile(r"/(?:g|G|gid|glyph|cid|C)\d{1,5}|\(cid:\d+\)")
_OCR = "Run OCR on it (for example ocrmypdf) and ingest the result."
_SAVE_ANEW = "Open it in a PDF program and save it anew."


class PdfReader:
    """Reads `.pdf`. Neither scripts nor attachments are touched, and no other program is started."""

    name = "pdf-2"
    suffixes = frozenset({".pdf"})

    def __init__(self, max_pages: int = MAX_PAGES, max_characters: int = MAX_CHARACTERS) -> None:
        self._max_pages = max_pages
        self._max_characters = max_characters

    def read(self, data: bytes) -> Document:
        """Raises `NotWhatItSays`, `EncryptedFile`, `NoText`, `TooLarge`, and `ReadingError` for a broken file."""
        if not data.strip():
            raise NoText("the file", "it is empty", "Nothing to do, unless text was expected in it.")
        require_pdf(data)
        import pypdf  # only the child process pays for this import

        # pypdf warns of everything it mends; a file it cannot mend raises.
        logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
        with pypdf.apply_configuration(jbig2dec_binary=None, disable_legacy_handling=True):
            try:
                return self._document(pypdf.PdfReader(io.BytesIO(data)), data)
            except (ReadingError, MemoryError):
                raise
            except pypdf.errors.FileNotDecryptedError as error:
                raise _locked() from error
            except Exception as error:  # pypdf raises whatever a damaged file leads it to
                raise _broken(error) from error

    def _document(self, pdf: Any, data: bytes) -> Document:
        count = len(pdf.pages)
        if count > self._max_pages:
            raise TooLarge("the file", f"it has {count:,} pages, more than {self._max_pages:,}", "Split it.")
        lines, hidden = self._pages(pdf)
        pages = join_divided_words(without_furniture(lines))
        _require_words(pages, hidden)
        laid = lay_out(pages, find_headings(pages, _outline(pdf)), _labels(pdf, count))
        return Document(
            id=hashlib.sha256(data).hexdigest(),
            text=laid.text,
            format=Format.PDF,
            reader=self.name,
            title=_title(pdf) or _first_title(laid.headings),
            pages=laid.pages,
            headings=laid.headings,
            hidden=hidden,
        )

    def _pages(self, pdf: Any) -> tuple[list[list[Line]], Hidden]:
        pages: list[list[Line]] = []
        hidden = Hidden()
        characters, failed = 0, 0
        cause: Exception | None = None
        for page in pdf.pages:
            try:
                pieces, unseen = _pieces(page)
                lines, unseen_characters = seen_lines(lines_of(pieces))
                pages.append(lines)
                hidden += unseen + unseen_characters
            except MemoryError:
                raise
            except Exception as error:  # one damaged page does not cost the others, unless most are damaged
                pages.append([])
                failed, cause = failed + 1, error
            characters += sum(len(line.text) for line in pages[-1])
            if characters > self._max_characters:
                raise TooLarge("the file", f"it holds more than {self._max_characters:,} characters", "Split it.")
        if cause is not None and (2 * failed >= len(pages) or not characters):
            raise _broken(cause)
        return pages, hidden


def _pieces(page: Any) -> tuple[list[Piece], Hidden]:
    """What a person sees of the page's text. Only a page that hides some is gone through twice."""
    watch = Watch(page)
    pieces = _extracted(page, visitor_operand_before=watch.before, visitor_operand_after=watch.after)
    places = hidden_places(watch)
    if not places:
        return pieces, Hidden()
    seen = _extracted(page, visitor_operand_before=Blindfold(places).before)
    lost = _characters(pieces) - _characters(seen)
    # What hides nothing but blanks hides nothing.
    return (seen, Hidden(lost, tuple(sorted(set(places.values()))))) if lost else (pieces, Hidden())


def _characters(pieces: list[Piece]) -> int:
    return sum(len("".join(text.split())) for text, _, _ in pieces)


def _extracted(page: Any, **visitors: Any) -> list[Piece]:
    pieces: list[Piece] = []

    def collect(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text:
            scale = abs(tm[0] * tm[3] - tm[1] * tm[2]) ** 0.5 * abs(cm[0] * cm[3] - cm[1] * cm[2]) ** 0.5
            pieces.append((text, min(size * scale, 1000.0), str((font or {}).get("/BaseFont", ""))))

    page.extract_text(visitor_text=collect, **visitors)
    return pieces


def _require_words(pages: list[list[Line]], hidden: Hidden) -> None:
    text = "".join(line.text for lines in pages for line in lines)
    if not text and hidden:
        raise NoText("the file", f"all of its text is hidden: {', '.join(hidden.ways)}", _OCR)
    if not text:
        raise NoText("the file", "none of its pages holds text; it is a scan, or empty", _OCR)
    unreadable = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn") for char in text)
    unreadable += sum(len(name) for name in _GLYPH_NAME.findall(text))
    if unreadable > _MAX_UNREADABLE_SHARE * len(text):
        raise NoText("the file", "its fonts do not say which characters they draw", _OCR)


def _labels(pdf: Any, count: int) -> list[str]:
    labels: list[str] = []
    with contextlib.suppress(Exception):  # labels are an extra: a damaged tree leaves plain numbers
        labels = [" ".join(str(label).split())[:_MAX_LABEL] for label in pdf.page_labels]
    labels = [re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", label) for label in labels]
    labels += [""] * (count - len(labels))
    return [label or str(number) for number, label in enumerate(labels[:count], start=1)]


def _outline(pdf: Any) -> list[OutlineItem]:
    items: list[OutlineItem] = []
    with contextlib.suppress(Exception):  # as with labels
        items.extend(_items(pdf, pdf.outline, 1))
    return items


def _items(pdf: Any, nodes: list[Any], level: int) -> Iterator[OutlineItem]:
    for node in nodes:
        if isinstance(node, list):
            yield from _items(pdf, node, level + 1)
            continue
        page = None
        with contextlib.suppress(Exception):
            page = pdf.get_destination_page_number(node)
        if page is not None and node.title:
            yield OutlineItem(level, str(node.title), page)


def _title(pdf: Any) -> str | None:
    with contextlib.suppress(Exception):  # as with labels
        words = " ".join(str((pdf.metadata or {}).get("/Title") or "").split())
        words = seen(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", words))[0]
        letters = sum(char.isalpha() for char in words)
        if 3 <= len(words) <= _MAX_TITLE and letters >= 0.5 * len(words) and not _NO_TITLE.search(words):
            return words
    return None


def _first_title(headings: tuple[Heading, ...]) -> str | None:
    unnumbered = [head for head in headings if head.span.start < _TITLE_WINDOW and not head.title[0].isdigit()]
    top = min(unnumbered, key=lambda heading: heading.level, default=None)
    return top.title if top else None


def _locked() -> EncryptedFile:
    return EncryptedFile(
        "the file", "it is encrypted and needs a password", "Save a copy without the password and ingest that."
    )


def _broken(error: Exception) -> ReadingError:
    cause = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return ReadingError("the file", f"the PDF is damaged ({cause})", _SAVE_ANEW)
