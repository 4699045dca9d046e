"""HTML: what a visitor of the page would read, as plain text with block structure, headings and tables kept."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ragcite.errors import NoText, ReadingError
from ragcite.reading.encoding import decode
from ragcite.reading.html_flow import Flow
from ragcite.reading.html_hidden import drop_hidden
from ragcite.reading.html_tree import drop_boilerplate, drop_invisible, main_part
from ragcite.reading.sniffing import require_text
from ragcite.reading.unseen import seen
from ragcite.types import Document, Format, Hidden

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_-]+)""", re.I)
_DECLARATION_WINDOW = 4096  # bytes; browsers look at the first 1,024, but pages are careless
_MAX_TITLE = 300
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # lxml gives these, but takes none


class HtmlReader:
    """Reads `.html`, `.htm`, `.xhtml`. Nothing is fetched, no script is run, no entity is resolved from outside."""

    name = "html-3"
    suffixes = frozenset({".html", ".htm", ".xhtml"})

    def read(self, data: bytes) -> Document:
        """Raises `NotWhatItSays`, `NoText`, and `ReadingError` for a page nested too deeply to be read whole."""
        require_text(data, "HTML")
        page = decode(data, _declared_encoding(data))
        flow, title, hidden = _flow(page, with_boilerplate=False)
        if not flow.text.strip():
            # A page that is nothing but navigation still says something.
            flow, title, hidden = _flow(page, with_boilerplate=True)
        if not flow.text.strip() and hidden:
            raise NoText("the file", f"all of its text is hidden: {', '.join(hidden.ways)}", "Look at it in a browser.")
        if not flow.text.strip():
            raise NoText("the file", "the page shows no text", "If a browser shows text, print it to PDF from there.")
        first = next((heading.title for heading in flow.headings if heading.level == 1), None)
        return Document(
            hashlib.sha256(data).hexdigest(),
            flow.text,
            Format.HTML,
            self.name,
            title=title or first,
            headings=tuple(flow.headings),
            hidden=hidden,
        )


def _declared_encoding(data: bytes) -> str | None:
    start = data[:_DECLARATION_WINDOW]
    found = _XML_ENCODING.search(start) or _CHARSET.search(start)
    return found.group(1).decode("ascii") if found else None


def _flow(page: str, *, with_boilerplate: bool) -> tuple[Flow, str | None, Hidden]:
    tree = _parse(page)
    if tree is None:
        return Flow(), None, Hidden()
    title = _title(tree)
    body = tree.find("body") if tree.find("body") is not None else tree
    hidden = drop_hidden(tree, body)
    drop_invisible(body)
    if not with_boilerplate:
        drop_boilerplate(body)
        body = main_part(body)
    flow = Flow.of(body)
    if seen(flow.text)[1]:
        hidden += _drop_characters(body)
        flow = Flow.of(body)
    return flow, title, hidden


def _drop_characters(body: Any) -> Hidden:
    hidden = Hidden()
    for element in body.iter():
        for place in ("text", "tail"):
            shown, left_out = seen(getattr(element, place) or "")
            if left_out:
                setattr(element, place, _NOT_XML.sub(" ", shown))
                hidden += left_out
    return hidden


def _parse(page: str) -> Any:
    """The tree, or None for a page without a single element or word."""
    from lxml import etree, html  # only the child process pays for this import

    # huge_tree: the default silently drops all text below 256 nested elements. Size is bounded by the process.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True, remove_pis=True)
    clean = page.replace("\x00", "").encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(clean, parser=parser)
    except etree.ParserError:
        return None
    except etree.XMLSyntaxError as error:
        # A forgiving parser fails on nothing but this, and tells it by a number only.
        raise MemoryError if error.code == etree.ErrorTypes.ERR_NO_MEMORY else error from error
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_NO_MEMORY]):
        raise MemoryError
    if any("depth" in entry.message for entry in parser.error_log.filter_from_errors()):
        raise ReadingError(
            "the file", "its elements are nested too deeply", "Save the page anew or as PDF, and ingest that."
        )
    return tree


def _title(tree: Any) -> str | None:
    found = tree.find(".//title")
    words = " ".join(found.text_content().split()) if found is not None else ""
    return seen(words)[0][:_MAX_TITLE] or None
