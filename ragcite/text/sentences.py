"""Sentences with their places: the library sentencex, corrected, between the hard breaks of a text's layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ragcite.text.abbreviations import goes_on, may_end
from ragcite.text.blocks import Block, blocks
from ragcite.text.language import detect_language
from ragcite.types import Span

_WINDOW = 8_000  # sentencex takes quadratic time where quotes do not close
_CLOSERS = "\"'”’»)\\]）】」』〉》"
_CJK_STOPS = "。！？｡"
_MARKER = r"\[\d+(?:\s?[,;–-]\s?\d+)*\](?!\()"
_HEAD = rf"\s*(?:{_MARKER}\s?)+|\s*[”’»)\]）】」』〉》]+(?=[\s\W]|$)|[\"'*_]+(?=\s|$)|[¹²³⁰-⁹]+(?=\s|$)"
_OWN = (  # places sentencex misses
    rf"(?<![{_CJK_STOPS}])[{_CJK_STOPS}]++[{_CLOSERS}]*+(?![{_CLOSERS}{_CJK_STOPS}、，,：:；;とっ])",
    rf"(?:[.!?…][{_CLOSERS}]+|[!?…])[¹²³⁰-⁹]*\s+(?=[\"'“‘«„(\[¿¡]*[^\W\d_a-z])",
    r"\w[.!?][¹²³⁰-⁹]+\s+",
    rf"[.!?](?:{_MARKER})+\s+(?=[\"'“‘«„(¿¡]*[^\W\d_a-z])",
    r"[।॥؟۔]\s+",
)


@cache
def _own() -> re.Pattern[str]:
    return re.compile("|".join(_OWN))


@cache
def _head() -> re.Pattern[str]:
    return re.compile(_HEAD)


@cache
def _unstopped() -> re.Pattern[str]:
    return re.compile(r"[\w\s,-]*.?")


def sentences(text: str, language: str | None = None) -> list[Span]:
    """The sentences of `text`: ordered, disjoint, trimmed; every character that is not white space is in one.

    A sentence never crosses a blank line, a heading, a list item or a table row, but it crosses the line breaks of
    wrapped text. Citation markers after a full stop belong to the sentence before them. The language (ISO 639-1) is
    detected where None is given.
    """
    safe = _encodable(text)
    language = (language or detect_language(safe) or "en").partition("-")[0]
    return [span for block in blocks(safe) for span in _in_block(safe, block, language)]


def _encodable(text: str) -> str:
    """`text` with lone surrogates replaced, character by character: sentencex takes UTF-8 only."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def _in_block(text: str, block: Block, language: str) -> Iterator[Span]:
    if block.atomic:
        yield block.span
        return
    body = re.sub(r"\s", " ", text[block.body : block.span.end])
    start = block.span.start
    for end in [*_ends(body, language), len(body)]:
        piece = text[start : block.body + end]
        trimmed = piece.strip()
        if trimmed:
            first = start + len(piece) - len(piece.lstrip())
            yield Span(first, first + len(trimmed))
        start = block.body + end


def _ends(body: str, language: str) -> list[int]:
    """Where a sentence ends and another follows, as positions in `body`, ascending."""
    if _unstopped().fullmatch(body):
        return []
    candidates = {*_library_ends(body, language), *(match.end() for match in _own().finditer(body)), *may_end(body)}
    ends: list[int] = []
    end = -1
    for candidate in sorted(candidates):
        if candidate <= end:
            continue
        end = _after_closers(body, candidate)
        if not _joined(body[max(0, end - 80) : end].rstrip(), body[end : end + 40].lstrip()):
            ends.append(end)
    return ends


def _library_ends(body: str, language: str) -> Iterator[int]:
    import sentencex

    start = 0
    while start < len(body):
        window = body[start : start + _WINDOW]
        found = [start + boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, window)]
        last = start + len(window) == len(body)
        yield from found if last or len(found) == 1 else found[:-1]
        start = found[-1] if last or len(found) == 1 else found[-2]


def _after_closers(body: str, end: int) -> int:
    """`end` moved behind citation markers, quotes and brackets that close what ended there."""
    while match := _head().match(body, end):
        end = match.end()
    return end


def _joined(before: str, after: str) -> bool:
    """Whether a candidate between `before` and `after` (both trimmed) ends no sentence."""
    if not before or not after:
        return True
    if after[0] in ",;:，、；：" or (after[0] in ".!?。！？…" and not after[:3].strip(".!?。！？…").isalnum()):
        return True
    if before[-1] in "」』" and after.startswith(("と", "って")):  # reported speech goes on
        return True
    core = before.rstrip("\"'”’»)]*_")
    if after[0].islower() and (core != before or core.endswith(("...", "…"))) and core[-1:] in ".!?…":
        return True
    return core.endswith(".") and not core.endswith("..") and goes_on(core, after)
