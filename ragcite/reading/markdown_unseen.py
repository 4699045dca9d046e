"""What nobody sees of Markdown in the rendered page: comments, hidden elements, definitions that only carry words.

Code keeps them (CommonMark 0.31, §4.4, §4.5, §6.1): there they are shown. A comment that is never closed stays as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict

from ragcite.reading.markdown_elements import BLANK_LINE, TAG, Found, hidden_elements
from ragcite.types import Hidden

COMMENT = "comment"

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\r\n]*)")
_MARK = re.compile(rf"`+|<!--|{TAG}")
_MAY_HIDE = re.compile(r"<!--|</(?:script|style|template)|<[A-Za-z][^<]*\s(?:hidden|style)", re.I)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_LIST = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_INDENTED = re.compile(r" {4}| {0,3}\t")
# [//]: # (words), and any other label that is used nowhere, with words in its title.
_DEFINITION = re.compile(
    r"(?m)^ {0,3}\[([^\[\]\r\n]{1,200})\]:[ \t]+\S+[ \t]+(?:\"[^\r\n]*\"|'[^\r\n]*'|\([^\r\n]*\))[ \t]*$"
)

_LABEL = re.compile(r"\[([^\[\]\r\n]{1,200})\]")


def without_unseen(text: str) -> tuple[str, Hidden]:
    """`text` as its rendered page shows it, and what that leaves out; the very same `text` where it is all of it."""
    kept: list[str] = []
    ways: set[str] = set()
    position = 0
    for start, end, way in sorted(_markup(text) + _definitions(text)):
        if start >= position:
            kept.append(text[position:start])
            ways.add(way)
            position = end
    shown = "".join([*kept, text[position:]])
    lost = _visible(text) - _visible(shown)
    return (shown, Hidden(lost, tuple(sorted(ways)))) if position else (text, Hidden())


def _visible(text: str) -> int:
    return sum(map(len, text.split()))


def _markup(text: str) -> list[Found]:
    """Comments and hidden elements, outside of code."""
    if not _MAY_HIDE.search(text):
        return []
    code = _code_blocks(text)
    starts = [start for start, _ in code]
    runs = _backticks(text)
    blank_lines = [match.start() for match in BLANK_LINE.finditer(text)]
    last_end = text.rfind("-->")
    comments: list[Found] = []
    tags: list[re.Match[str]] = []
    position = 0
    while match := _MARK.search(text, position):
        block = bisect_right(starts, match.start()) - 1
        position = match.end()
        if block >= 0 and match.start() < code[block][1]:
            position = code[block][1]
        elif match.group() == "<!--" and match.start() + 2 <= last_end:
            position = text.find("-->", match.start() + 2) + 3
            comments.append((match.start(), position, COMMENT))
        elif match.group()[0] == "`":
            position = _after_code(match, runs, blank_lines)
        elif match.group() != "<!--":
            tags.append(match)
    return comments + hidden_elements(text, tags)


def _backticks(text: str) -> dict[int, list[int]]:
    """Where the runs of backticks of each length begin."""
    runs: dict[int, list[int]] = defaultdict(list)
    for match in re.finditer("`+", text):
        runs[len(match.group())].append(match.start())
    return runs


def _after_code(opening: re.Match[str], runs: dict[int, list[int]], blank_lines: list[int]) -> int:
    """The end of the code span that `opening` begins, or of the backticks where they begin none."""
    length, end = len(opening.group()), opening.end()
    places = runs[length]
    following = bisect_right(places, opening.start())
    if following == len(places):
        return end
    blank = bisect_left(blank_lines, end)
    in_paragraph = blank == len(blank_lines) or blank_lines[blank] > places[following]
    return places[following] + length if in_paragraph else end


def opens_fence(line: str) -> str:
    """The characters with which `line` begins fenced code (CommonMark 0.31, §4.5), or nothing."""
    found = _FENCE.match(line)
    return found.group(1) if found and not (found.group(1)[0] == "`" and "`" in found.group(2)) else ""


def closes_fence(line: str, mark: str) -> bool:
    """Whether `line` ends the fenced code that the characters `mark` began (CommonMark 0.31, §4.5)."""
    content = line.rstrip(" \t\r\n")
    bare = content.lstrip(" ")
    return len(content) - len(bare) <= 3 and len(bare) >= len(mark) and not bare.strip(mark[0])


def _code_blocks(text: str) -> list[tuple[int, int]]:
    """Fenced code, and indented code outside of lists, in order."""
    blocks: list[tuple[int, int]] = []
    fence: tuple[str, int] | None = None
    in_list, after_blank = False, True
    for match in LINE.finditer(text):
        line = match.group()
        if fence is not None:
            if closes_fence(line, fence[0]):
                blocks.append((fence[1], match.end()))
                fence = None
            continue
        mark = opens_fence(line)
        if mark:
            fence = mark, match.start()
        elif not line.strip():
            after_blank = True
        elif _INDENTED.match(line):
            if after_blank and not in_list:
                blocks.append((match.start(), match.end()))
        else:
            in_list, after_blank = bool(_LIST.match(line)) or (in_list and line[0] == " "), False
    return [*blocks, (fence[1], len(text))] if fence is not None else blocks


def _definitions(text: str) -> list[Found]:
    """Not those inside code."""
    matches = list(_DEFINITION.finditer(text)) if "]:" in text else []
    if not matches:
        return []
    labels = Counter(label.casefold() for label in _LABEL.findall(text))
    code = _code_blocks(text)
    starts = [start for start, _ in code]
    found = []
    for match in matches:
        block = bisect_right(starts, match.start()) - 1
        in_code = block >= 0 and match.start() < code[block][1]
        if not in_code and labels[match.group(1).casefold()] == 1:
            found.append((match.start(), match.end(), COMMENT))
    return found
