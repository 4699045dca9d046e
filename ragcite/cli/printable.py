"""What a document says cannot drive the terminal: control and direction characters are shown, not sent."""

from __future__ import annotations

import re

# C0 but tab and newline, DEL and C1, line and paragraph separators, bidi controls, tag characters, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ud800-\udfff]"
)


def printable(text: str) -> str:
    """`text` with every control character written as an escape such as \\x1b."""
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """The same on one line: runs of white space become one blank."""
    return printable(" ".join(text.split()))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
