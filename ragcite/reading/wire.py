"""What goes through the pipes between ragcite and its reading process: a length, a JSON header, raw bytes. No pickle.

Both sides treat the other's bytes as data: lengths are bounded, a reply is rebuilt through the checks of `Document`.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

from ragcite import errors
from ragcite.types import Document, Format, Heading, Hidden, Page, Span

_PREFIX = struct.Struct(">IQ")  # bytes of the header, bytes of the body
MAX_CHARACTERS = 20_000_000  # of a document
MAX_HEADINGS = 100_000  # of a document: each costs the receiver some 400 bytes
MAX_HEADER = 64 * 2**20
MAX_BODY = 4 * 2**30  # of a file
MAX_TEXT = 4 * MAX_CHARACTERS  # bytes


class WireError(Exception):
    """The other side ended, or sent something that is no message."""


def send(stream: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Raises `OSError` when the other side is gone."""
    encoded = json.dumps(header, ensure_ascii=True).encode("ascii")
    stream.write(_PREFIX.pack(len(encoded), len(body)))
    stream.write(encoded)
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO, max_body: int = MAX_BODY) -> tuple[dict[str, Any], bytes]:
    """`max_body` in bytes.

    Raises `EOFError` at a clean end between two messages, `WireError` for anything else that is no message.
    """
    prefix = stream.read(_PREFIX.size)
    if not prefix:
        raise EOFError
    if len(prefix) < _PREFIX.size:
        raise WireError("cut off")
    header_size, body_size = _PREFIX.unpack(prefix)
    if header_size > MAX_HEADER or body_size > max_body:
        raise WireError("too long")
    raw, body = stream.read(header_size), stream.read(body_size)
    if len(raw) < header_size or len(body) < body_size:
        raise WireError("cut off")
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise WireError("no JSON") from error
    if not isinstance(header, dict):
        raise WireError("no object")
    return header, body


def document_message(document: Document) -> tuple[dict[str, Any], bytes]:
    """Header and body of a reply that carries a document; its identity stays with the receiver, who has the bytes."""
    header = {
        "format": str(document.format),
        "reader": document.reader,
        "title": document.title,
        "pages": [[page.index, page.label, page.span.start, page.span.end] for page in document.pages],
        "headings": [[head.level, head.title, head.span.start, head.span.end] for head in document.headings],
        "hidden": [document.hidden.characters, document.hidden.ways],
    }
    return header, document.text.encode("utf-8", "surrogatepass")


def document_from(header: dict[str, Any], body: bytes, document_id: str) -> Document:
    """Raises `WireError` when the message describes no valid document."""
    try:
        return Document(
            id=document_id,
            text=body.decode("utf-8", "surrogatepass"),
            format=Format(header["format"]),
            reader=str(header["reader"]),
            title=header["title"],
            pages=tuple(Page(int(index), str(label), Span(a, b)) for index, label, a, b in header["pages"]),
            headings=tuple(Heading(int(level), str(title), Span(a, b)) for level, title, a, b in header["headings"]),
            hidden=Hidden(int(header["hidden"][0]), tuple(map(str, header["hidden"][1]))),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise WireError("no document") from error


def error_message(error: errors.ReadingError) -> dict[str, Any]:
    return {"error": type(error).__name__, "why": error.why, "next_step": error.next_step}


def error_from(header: dict[str, Any]) -> errors.ReadingError:
    """The error that a reply describes; a class that is none of ours becomes a plain `ReadingError`."""
    found = getattr(errors, str(header.get("error")), None)
    kind = found if isinstance(found, type) and issubclass(found, errors.ReadingError) else errors.ReadingError
    return kind("the file", str(header.get("why"))[:1000], str(header.get("next_step"))[:1000])
