"""Elements of HTML within Markdown that are not displayed, by their own attribute `hidden` or `style`, or ever."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ragcite.reading.html_hidden import NOT_DISPLAYED, way_of, way_of_words
from ragcite.reading.html_style import declarations

# Neither a value nor what stands between two tags holds "<": so each character is looked at once.
TAG = r"</?[A-Za-z][\w-]*+(?:\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)?>"
BLANK_LINE = re.compile(r"\n(?=[ \t\r]*+\n)")

_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
_ATTRIBUTE = re.compile(r"""\s([A-Za-z][\w-]*+)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_MARKUP = re.compile(r"<[^<>]*>")
_NEVER_SHOWN = frozenset({"script", "style", "template"})  # a lone tag of these is taken to be spoken of
_NO_END = frozenset("area base br col embed hr img input link meta source track wbr".split())

Found = tuple[int, int, str]  # start, end, way


def hidden_elements(text: str, tags: Sequence[re.Match[str]]) -> list[Found]:
    """Where those of `tags` (in order) that hide words begin and their elements end.

    One that is never closed is taken to end at the next blank line.
    """
    ends = _ends(tags)
    found: list[Found] = []
    seen_to = 0
    for tag in tags:
        way = _way(tag.group(), tag.start() in ends) if tag.start() >= seen_to else None
        if way:
            blank = None if tag.start() in ends else BLANK_LINE.search(text, tag.end())
            end = ends.get(tag.start(), blank.start() if blank else len(text))
            seen_to = end
            if _MARKUP.sub("", text[tag.end() : end]).strip():
                found.append((tag.start(), end, way))
    return found


def _ends(tags: Sequence[re.Match[str]]) -> dict[int, int]:
    """The end of each element that is closed, by its start."""
    ends: dict[int, int] = {}
    is_open: dict[str, list[int]] = defaultdict(list)
    for tag in tags:
        name = _name(tag.group())
        if not tag.group().startswith("</"):
            is_open[name].append(tag.start())
        elif is_open[name]:
            ends[is_open[name].pop()] = tag.end()
    return ends


def _name(tag: str) -> str:
    name = _NAME.match(tag)
    return name.group(1).lower() if name else ""


def _way(tag: str, is_closed: bool) -> str | None:
    if tag.startswith("</") or _name(tag) in _NO_END:
        return None
    if is_closed and _name(tag) in _NEVER_SHOWN:
        return NOT_DISPLAYED
    given = {name.lower(): value.strip("\"'") for name, value in reversed(_ATTRIBUTE.findall(tag))}
    style = declarations(given.get("style", ""))
    return way_of(given.get("hidden"), style) or way_of_words(style)
