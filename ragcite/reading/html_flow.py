"""From a cleaned tree to text: blocks become blank lines, rows "a | b | c", list items "- ", blanks collapse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ragcite.types import Heading, Span

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "aside",
            "nav",
            "blockquote",
            "figure",
        ),
        *(
            "figcaption",
            "ul",
            "ol",
            "dl",
            "table",
            "pre",
            "hr",
            "form",
            "fieldset",
            "address",
            "details",
            "summary",
        ),
        *(
            "center",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "caption",
            "legend",
            "body",
            "listing",
            "xmp",
        ),
    }
)
_LINES = frozenset({"li", "dt", "dd", "tr", "br", "option", "optgroup"})
_VERBATIM = frozenset({"pre", "listing", "xmp"})
_CELLS = frozenset({"td", "th"})


@dataclass(slots=True)
class Flow:
    """Text under construction. Breaks are held back until words follow, so that none pile up."""

    headings: list[Heading] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _break: int = 0
    _blank: bool = False
    _prefix: str = ""
    _verbatim: int = 0
    _cells: int = 0
    _lists: list[int | None] = field(default_factory=list)
    _layout: list[bool] = field(default_factory=list)
    _heading_start: int | None = None
    _heading_piece: int = 0
    _raised: bool = False

    @classmethod
    def of(cls, root: Any) -> Flow:
        """Walks `root`, an lxml element, in document order; the text after it is not part of it."""
        from lxml import etree

        flow = cls()
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                flow._open(element)
                flow._words(element.text or "")
            else:
                flow._close(element)
                if element is not root:
                    flow._words(element.tail or "")
        return flow

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def _open(self, element: Any) -> None:
        tag = element.tag
        if tag == "table":
            self._layout.append(_is_layout(element))
        self._separate(tag)
        if tag in _HEADINGS:
            self._heading_start = None
        elif tag in ("ul", "ol"):
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            follows = element.getprevious() is not None or len(self._lists) > 1
            self._break = 1 if follows and self._break else self._break  # items stand close together
            self._prefix = self._marker()
        elif tag in _CELLS and not self._in_layout():
            self._start_cell(element)
        self._verbatim += tag in _VERBATIM
        self._raised = self._raised or tag == "sup"

    def _close(self, element: Any) -> None:
        tag = element.tag
        if tag in _HEADINGS and self._heading_start is not None:
            title = "".join(self._pieces[self._heading_piece :])
            self.headings.append(
                Heading(_HEADINGS[tag], " ".join(title.split()), Span(self._heading_start, self._length))
            )
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag in _CELLS and not self._in_layout():
            self._cells = max(0, self._cells - 1)
        elif tag in ("li", "tr"):
            self._prefix = ""
        self._heading_start = None if tag in _HEADINGS else self._heading_start
        self._verbatim -= tag in _VERBATIM
        self._raised = self._raised and tag != "sup"
        if tag != "br":
            self._separate(tag)
        if tag == "table":
            self._layout.pop()

    def _in_layout(self) -> bool:
        return not self._layout or self._layout[-1]

    def _separate(self, tag: str) -> None:
        if self._prefix and self._lists and not self._cells:
            return  # the first words of an item follow its marker
        breaks = 2 if tag in _BLOCKS or (tag in _CELLS and self._in_layout()) else int(tag in _LINES)
        if tag in ("ul", "ol") and self._lists:
            breaks = 1
        if breaks and self._cells:
            self._blank = True  # a row stays on its line
        elif breaks:
            self._break = max(self._break, breaks)

    def _marker(self) -> str:
        if not self._lists or self._cells:
            return ""
        number, indent = self._lists[-1], "  " * (len(self._lists) - 1)
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _start_cell(self, element: Any) -> None:
        self._cells += 1
        if element.getprevious() is not None:
            self._prefix += " | "
            self._blank = False

    def _words(self, raw: str) -> None:
        if self._verbatim and not self._cells:
            self._emit(raw.replace("\r\n", "\n").replace("\r", "\n"))
            return
        words = " ".join(raw.replace("\u00ad", "").split())
        if raw and raw[0].isspace():
            self._blank = True
        if words:
            self._emit(words)
            self._blank = raw[-1].isspace()

    def _emit(self, words: str) -> None:
        if self._break:
            words = words.lstrip("\n") if self._verbatim else words
        if not words:
            return
        lead = self._lead(words)
        if self._heading_start is None:
            self._heading_start = self._length + len(lead)
            self._heading_piece = len(self._pieces) + 1
        self._pieces += [lead, words]
        self._length += len(lead) + len(words)
        self._break, self._blank, self._prefix, self._raised = 0, False, "", False

    def _lead(self, words: str) -> str:
        """What stands between the last words and these: line breaks, a list marker, cell bars, a blank, a caret."""
        last = self._pieces[-1] if self._pieces else ""
        if self._break or not last:
            prefix = self._prefix.removeprefix(" ") if self._prefix.startswith(" |") else self._prefix
            held = len(last) - len(last[-2:].rstrip("\n")) - len(last[:-2])
            return "\n" * (max(0, self._break - held) if last else 0) + prefix
        if self._prefix:
            return self._prefix
        if self._blank and not last[-1].isspace():
            return " "
        # "10<sup>6</sup>" must not become 106.
        return "^" if self._raised and last[-1].isalnum() and words[0] in "0123456789+-−" else ""


def _first_number(element: Any) -> int:
    start = element.get("start", "1").strip()
    return int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1


def _is_layout(table: Any) -> bool:
    """A table that only places things: its cells are read as blocks."""
    if table.get("role", "") in ("presentation", "none"):
        return True
    if next(table.iter("h1", "h2", "h3", "article", "section"), None) is not None:
        return True
    if sum(1 for _ in table.iter("table")) > 1:
        return True
    rows = table.iter("tr")
    return all(sum(cell.tag in _CELLS for cell in row) < 2 for row in rows)
