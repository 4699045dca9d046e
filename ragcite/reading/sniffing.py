"""What a file really is, told from its first bytes, whatever its name says."""

from __future__ import annotations

import re

from ragcite.errors import NotWhatItSays

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"PK\x03\x04", "a ZIP archive (as are .docx, .xlsx, .odt and .epub files)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a Rich Text file"),
    (b"%!PS", "a PostScript file"),
    (b"OggS\x00", "a sound file"),
    (b"ID3\x03", "a sound file"),
    (b"ID3\x04", "a sound file"),
)
_HTML = re.compile(rb"\s*(<!doctype\s+html|<html[\s>]|<\?xml[^>]{0,200}>\s*(<!doctype\s+html|<html[\s>]))", re.I)
_PDF_WINDOW = 1024  # readers accept a header that stands within the first 1,024 bytes (ISO 32000-1, annex H.3, note 13)
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")

NAME_IT = "Give it the ending that fits its content, or leave it out."


def kind(data: bytes) -> str | None:
    """What the signature says in words ("a PNG image"), or None where it says nothing. Not for PDF and HTML."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ", b"WEBP"):
        return "an image, sound or film file"
    if data[4:8] == b"ftyp":
        return "a film or image file"
    return None


def looks_like_pdf(data: bytes) -> bool:
    """A PDF header near the start; or none, but the objects of a PDF whose header was damaged."""
    if b"%PDF-" in data[:_PDF_WINDOW]:
        return True
    return b"startxref" in data[-2048:] and _OBJECT.search(data[:65536]) is not None


def require_text(data: bytes, expected: str) -> None:
    """Raises `NotWhatItSays` when the bytes are those of another kind of file than `expected` ("plain text")."""
    found = "a PDF" if data.startswith(b"%PDF-") else kind(data)
    if found:
        raise NotWhatItSays("the file", f"its name says {expected}, but it is {found}", NAME_IT)


def require_pdf(data: bytes) -> None:
    """Raises `NotWhatItSays` when the bytes are not those of a PDF, not even of a damaged one."""
    if looks_like_pdf(data) and not kind(data):
        return
    found = "an HTML page" if _HTML.match(data[:4096]) else kind(data)
    why = f"it is {found}" if found else "it does not begin as a PDF does (%PDF-)"
    raise NotWhatItSays("the file", f"its name says PDF, but {why}", NAME_IT)
