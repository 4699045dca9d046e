"""Markdown: the decoded file, unchanged unless it hides something, with its headings as spans.

Headings follow CommonMark 0.31 (§4.2 ATX, §4.3 setext, §4.5 fenced code) where it matters for finding them: not inside
fenced or indented code, comments, front matter. Those nested in quotes or lists are not taken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ragcite.reading.markdown_unseen import LINE, closes_fence, opens_fence, without_unseen
from ragcite.reading.plain import require_words, text_of
from ragcite.reading.unseen import seen
from ragcite.types import Document, Format, Heading, Span

# A longer line is no heading; the limit also keeps the patterns below from growing slow on hostile input.
_MAX_HEADING = 500

_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_COMMENT = "<!--"
_INDENTED = re.compile(r" {4}|\t")
_OTHER_BLOCK = re.compile(r" {0,3}([-+*]\s|>|\d{1,9}[.)]\s|<|\||\[[^\]]{0,200}\]:)")
_FRONT_TITLE = re.compile(r"title[ \t]*:[ \t]*(\S.*)", re.I)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKUP = re.compile(r"`+([^`]*)`+|\*+|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)|\\(?=[^\w\s])|[ \t]*\{#[^}]*\}$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int


class MarkdownReader:
    """Reads `.md`, `.markdown`. The title is the front matter's, or the first heading of level 1."""

    name = "markdown-3"
    suffixes = frozenset({".md", ".markdown"})

    def read(self, data: bytes) -> Document:
        """Raises `NotWhatItSays` for bytes that are no text, `NoText` for a file without any."""
        text, hidden = seen(text_of(data, "Markdown"))
        text, unseen = without_unseen(text)
        require_words(text, hidden + unseen)
        lines = [_Line(match.group().rstrip("\r\n"), match.start()) for match in LINE.finditer(text)]
        front = _front_matter(lines)
        headings = tuple(_headings(lines[len(front) :]))
        title = _front_title(front) or next((heading.title for heading in headings if heading.level == 1), None)
        return Document(
            hashlib.sha256(data).hexdigest(),
            text,
            Format.MARKDOWN,
            self.name,
            title=title,
            headings=headings,
            hidden=hidden + unseen,
        )


def _front_matter(lines: list[_Line]) -> list[_Line]:
    if lines[0].text.rstrip() != "---":
        return []
    for number, line in enumerate(lines[1:], start=2):
        if line.text.rstrip() in ("---", "..."):
            return lines[:number]
    return []


def _front_title(front: list[_Line]) -> str | None:
    found = next((match for line in front if (match := _FRONT_TITLE.match(line.text))), None)
    return " ".join(found.group(1).strip().strip("\"'").split()) or None if found else None


def _headings(lines: list[_Line]) -> Iterator[Heading]:
    paragraph: list[_Line] = []
    in_block = False  # a list, quote or table: a line of dashes below it is a rule, not an underline
    for line in _prose(lines):
        atx, setext = _ATX.match(line.text), _SETEXT.match(line.text)
        if atx:
            yield from _heading(len(atx.group(1)), [line], _atx_words(line.text[atx.end() :]))
        elif setext and paragraph:
            yield from _heading(1 if setext.group(1)[0] == "=" else 2, paragraph, " ".join(p.text for p in paragraph))
        elif line.text.strip() and _continues(line.text, paragraph, in_block):
            paragraph.append(line)
            continue
        in_block = bool(line.text.strip()) and not atx and not setext
        paragraph = []


def _continues(line: str, paragraph: list[_Line], in_block: bool) -> bool:
    if _OTHER_BLOCK.match(line):
        return False
    return bool(paragraph) or not (in_block or _INDENTED.match(line))


def _prose(lines: list[_Line]) -> Iterator[_Line]:
    """The lines outside fenced code and comments; each of those counts as one blank line."""
    mark = ""  # what the fenced code or comment around this line began with
    for line in lines:
        if mark:
            ends = "-->" in line.text if mark == _COMMENT else closes_fence(line.text, mark)
            mark = "" if ends else mark
            continue
        mark = _opens(line.text)
        yield _Line("", line.start) if mark else line


def _opens(line: str) -> str:
    """The mark of the fenced code or comment that this line begins, or nothing."""
    is_comment = line.lstrip().startswith(_COMMENT) and "-->" not in line
    return opens_fence(line) or (_COMMENT if is_comment else "")


def _atx_words(rest: str) -> str:
    words = rest.strip(" \t")
    open_end = words.rstrip("#")
    return open_end.rstrip(" \t") if not open_end or open_end.endswith((" ", "\t")) else words


def _heading(level: int, lines: list[_Line], words: str) -> Iterator[Heading]:
    first, last = lines[0], lines[-1]
    span = Span(first.start + len(first.text) - len(first.text.lstrip()), last.start + len(last.text.rstrip()))
    title = _plain(words) if len(span) <= _MAX_HEADING else ""
    if title:
        yield Heading(level, title, span)


def _plain(words: str) -> str:
    """The words without their markup."""
    unlinked = _LINK.sub(r"\1", words)
    return " ".join(_MARKUP.sub(lambda match: match.group(1) or "", unlinked).split())
