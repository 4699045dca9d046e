"""Rows to values and back. Restoring goes through the checked constructors: what does not fit raises `LibraryError`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ragcite.errors import LibraryError
from ragcite.text import index_text
from ragcite.types import Document, FileRecord, FileStamp, Format, Heading, Hidden, Page, Passage, Span

Field = int | str | bytes | None

RECORD_COLUMNS = "path, root, size, mtime_ns, inode, document, reader, ingested_ns, reason"


def checksum(*fields: Field) -> bytes:
    """SHA-256 of a row: type, length and bytes of every field, so that no two rows share an encoding."""
    digest = hashlib.sha256()
    for field in fields:
        data = field if isinstance(field, bytes) else encode_text(str(field))
        digest.update(f"{type(field).__name__}:{len(data)}:".encode())
        digest.update(data)
    return digest.digest()


def verify(what: str, stored: object, *fields: Field) -> None:
    """Raises `LibraryError` when a row is not the one that was written."""
    if stored != checksum(*fields):
        raise damaged(what)


def encode_text(text: str) -> bytes:
    """UTF-8 that also carries lone surrogates, which decoded files can hold."""
    return text.encode("utf-8", "surrogatepass")


def damaged(what: str) -> LibraryError:
    return LibraryError(
        f"library.db, {what}",
        "what is stored does not fit together",
        "Run `ragcite doctor --repair`, then `ragcite ingest` again.",
    )


def details_of(document: Document) -> str:
    """Title, language, pages, headings and what was hidden, as JSON."""
    details: dict[str, object] = {
        "title": document.title,
        "language": document.language,
        "pages": [(page.index, page.label, page.span.start, page.span.end) for page in document.pages],
        "headings": [(head.level, head.title, head.span.start, head.span.end) for head in document.headings],
    }
    if document.hidden:
        details["hidden"] = [document.hidden.characters, document.hidden.ways]
    return json.dumps(details)


def restore_document(sha256: str, layer: str, reader: str, form: str, details: str, text: bytes) -> Document:
    """Raises `LibraryError` when the row does not give the text layer it claims to be."""
    try:
        known = json.loads(details)
        document = Document(
            id=sha256,
            text=text.decode("utf-8", "surrogatepass"),
            format=Format(form),
            reader=reader,
            title=known["title"],
            language=known["language"],
            pages=tuple(Page(index, label, Span(start, end)) for index, label, start, end in known["pages"]),
            headings=tuple(Heading(level, title, Span(start, end)) for level, title, start, end in known["headings"]),
            hidden=_hidden(known.get("hidden")),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise damaged(f"document {sha256[:12]}") from error
    if document.layer != layer:
        raise damaged(f"document {sha256[:12]}")
    return document


def _hidden(stored: Any) -> Hidden:
    """Libraries written before hidden text was told apart store nothing of it."""
    return Hidden(int(stored[0]), tuple(map(str, stored[1]))) if stored else Hidden()


def restore_passage(document: Document, start: int, end: int, splitter: str, passage_id: str) -> Passage:
    """Cut again from the document; raises `LibraryError` when that is not the passage that was stored."""
    try:
        passage = Passage.cut(document, Span(start, end), splitter)
    except ValueError as error:
        raise damaged(f"passage {passage_id}") from error
    if passage.id != passage_id or end > len(document.text):
        raise damaged(f"passage {passage_id}")
    return passage


def indexed_body(passage: Passage) -> str:
    """What the keyword index holds of a passage."""
    return index_text(f"{passage.header}\n{passage.text}").encode("utf-8", "replace").decode("utf-8")


def record_fields(file: FileRecord) -> tuple[Field, ...]:
    """In the order of `RECORD_COLUMNS`; the number of passages is not stored but counted."""
    stamp = file.stamp
    return (
        file.path,
        file.root,
        stamp.size,
        stamp.mtime_ns,
        str(stamp.inode),
        file.document_id,
        file.reader,
        file.ingested_ns,
        file.reason,
    )


def restore_record(row: tuple[Any, ...]) -> FileRecord:
    """From `RECORD_COLUMNS`, the row's checksum, the number of passages and, as JSON, what was hidden."""
    *fields, stored, passages, hidden = row
    path, root, size, mtime_ns, inode, document, reader, ingested_ns, reason = fields
    verify(f"file {path!r}", stored, *fields)
    try:
        stamp = FileStamp(size, mtime_ns, int(inode))
        left_out = _hidden(hidden and json.loads(hidden))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise damaged(f"file {path!r}") from error
    return FileRecord(path, root, stamp, document, reader, ingested_ns, reason, passages or 0, left_out)
