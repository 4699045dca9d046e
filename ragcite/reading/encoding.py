"""Bytes to text: byte-order mark, then strict UTF-8, then a guess; bytes that are no text are refused.

UTF-16 without a mark is told by where its NUL bytes lie. A UTF-8 file with a few broken bytes stays UTF-8.
"""

from __future__ import annotations

import codecs
import contextlib
import re
import unicodedata

from ragcite.errors import NotWhatItSays
from ragcite.reading.guessing import guess_encoding

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Logs hold backspaces and escape sequences, old DOS files end in \x1a, and \x85 is a line end.
_CONTROLS = re.compile(r"[\x00-\x07\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f]")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_MAX_CONTROL_SHARE = 0.01
_MAX_BROKEN_SHARE = 0.1  # of the multi-byte characters; above this it was never UTF-8

_SAVE_AS = "Save it as UTF-8 and ingest again."


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, byte-order mark apart; nothing else is changed. `declared` is what the file says of itself.

    Raises `NotWhatItSays` for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, "replace"))
    text = _utf8(data, declared) if b"\x00" not in data else None
    for attempt in (_declared(data, declared), _utf16_without_mark(data)):
        text = attempt if text is None else text
    return _checked(_guess(data) if text is None else text)


def _utf8(data: bytes, declared: str | None) -> str | None:
    # ISO-2022-JP is made of ASCII bytes only, so every such file is also valid UTF-8.
    if declared and "2022" in declared and b"\x1b" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    broken = text.count("\ufffd")
    return text if broken <= _MAX_BROKEN_SHARE * (foreign - broken) else None


def _declared(data: bytes, declared: str | None) -> str | None:
    if not declared:
        return None
    name = _WEB_LABELS.get(declared.strip().lower().replace("_", "-"))
    try:
        return data.decode(name) if name else None
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(data: bytes) -> str | None:
    if len(data) % 2:
        return None
    texts: list[str] = []
    for order in ("utf-16-le", "utf-16-be"):
        with contextlib.suppress(UnicodeDecodeError):
            texts.append(data.decode(order))
    # Blanks and full stops tell the byte order; in no other encoding do their two bytes stand in text.
    text = max(texts, key=_stops, default="")
    start = text[:10_000]
    strange = sum(unicodedata.category(char) in ("Cn", "Co", "Cc") and char not in "\t\n\r\f" for char in start)
    return text if _stops(text) and strange <= _MAX_CONTROL_SHARE * len(start) else None


def _stops(text: str) -> int:
    return sum(text.count(char) for char in " \n。，、")


def _guess(data: bytes) -> str:
    if b"\x00" in data:
        raise _not_text("it holds NUL bytes, which no text has")
    encoding = guess_encoding(data)
    if encoding is None and len(data) - len(data.translate(None, _HIGH_BYTES)) > 0.3 * len(data):
        raise _not_text("its bytes are no text in any encoding that could be recognised")
    try:
        return data.decode(encoding or "cp1252")
    except UnicodeDecodeError:
        # The sample fits, a byte far from it does not: better one wrong character than a lost file.
        return data.decode(encoding or "cp1252", "replace")


def _checked(text: str) -> str:
    if "\x00" in text:
        raise _not_text("it holds NUL bytes, which no text has")
    if sum(1 for _ in _CONTROLS.finditer(text)) > _MAX_CONTROL_SHARE * len(text):
        raise _not_text("it is full of control characters, as programs and archives are")
    return text


def _not_text(why: str) -> NotWhatItSays:
    return NotWhatItSays("the file", f"its name says text, but {why}", f"If it is text after all: {_SAVE_AS}")


def _labels() -> dict[str, str]:
    """Labels that a page may declare (WHATWG Encoding Standard, §4.2, the common ones) and Python's name for each."""
    table = {
        "cp1252": "windows-1252 cp1252 iso-8859-1 latin1 us-ascii ascii",
        "gb18030": "gb18030 gbk gb2312 x-gbk",
        "cp932": "shift-jis shift-jis x-sjis sjis windows-31j",
        "euc_jp": "euc-jp x-euc-jp",
        "iso2022_jp": "iso-2022-jp",
        "cp949": "euc-kr ks-c-5601-1987 windows-949",
        "big5hkscs": "big5 big5-hkscs",
        "koi8_r": "koi8-r",
        "koi8_u": "koi8-u",
        "cp866": "ibm866 cp866",
        "mac_roman": "macintosh x-mac-roman",
        "cp874": "windows-874 tis-620 iso-8859-11",
    }
    labels = {label: codec for codec, names in table.items() for label in names.split()}
    labels |= {f"windows-{number}": f"cp{number}" for number in (*range(1250, 1252), *range(1253, 1259))}
    return (
        labels
        | {f"iso-8859-{n}": f"iso8859_{n}" for n in (*range(2, 9), 10, 13, 14, 15, 16)}
        | {
            "iso-8859-9": "cp1254",
            "utf-16": "utf-16-le",
            "utf-16le": "utf-16-le",
            "utf-16be": "utf-16-be",
        }
    )


_WEB_LABELS = _labels()
