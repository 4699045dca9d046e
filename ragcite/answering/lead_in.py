"""Sentences that end on a colon say little without what follows: a list, some code, the next sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ragcite.text import sentences
from ragcite.types import DraftSentence, Hit, Span
from ragcite.verification import CheckedSentence

LONGEST = 600  # characters of a quote that was completed
ALONE = "what it introduces is not supported"
_FENCE = "```"
_COLON = re.compile(r"[:：][\s*_\"”»]*$")
_ITEM = re.compile(r"\s*(?:[-*+•–]|\(?\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class Decided:
    """A sentence of a draft with its check; `item` says whether it stands in a list, `withheld` why it is not shown,
    None where it is."""

    sentence: DraftSentence
    checked: CheckedSentence
    item: bool
    withheld: str | None


def introduces(text: str) -> bool:
    """Whether `text` ends on a colon."""
    return _COLON.search(text) is not None


def is_item(text: str) -> bool:
    """Whether `text` begins with the sign of a list."""
    return _ITEM.match(text) is not None


def completed(hit: Hit, span: Span) -> Span:
    """`span`, in document coordinates, with what a lead-in introduces: the whole list or code, or the next sentence.

    What would make it longer than `LONGEST` characters stays out.
    """
    passage = hit.passage
    start = span.start - passage.span.start
    if not introduces(span.shifted(-passage.span.start).of(passage.text)):
        return span
    end = span.end - passage.span.start
    for following in sentences(passage.text, passage.language):
        if following.start < end:
            continue
        more = passage.text[start : following.end]
        if len(more) > LONGEST or not _belongs(passage.text[start:end], following.of(passage.text)):
            break
        end = following.end
    return Span(start, end).shifted(passage.span.start)


def _belongs(quoted: str, following: str) -> bool:
    return introduces(quoted) or is_item(following) or quoted.count(_FENCE) % 2 == 1 or following.startswith(_FENCE)


def in_lines(text: str) -> str:
    """`text` with the line breaks of code and of lists; those that only fill a page become blanks."""
    lines: list[str] = []
    fenced = joins = False
    for line in text.splitlines():
        fence = line.lstrip().startswith(_FENCE)
        plain = " ".join(line.split())
        if fenced or fence or is_item(line) or (plain and not joins):
            lines.append(line.rstrip() if fenced else plain)
        elif plain:
            lines[-1] += f" {plain}"
        fenced = fenced != fence
        joins = bool(lines) and not fenced and not fence
    return "\n".join(lines)


def with_what_follows(sentences: Iterable[Decided]) -> Iterator[Decided]:
    """Holds a lead-in back until something that it introduces is shown; where nothing is, it is withheld."""
    held: Decided | None = None
    for one in sentences:
        if held is not None and (one.withheld is None or not one.item):
            yield held if one.withheld is None else replace(held, withheld=ALONE)
            held = None
        if one.withheld is None and introduces(one.sentence.text):
            held = one
        else:
            yield one
    if held is not None:
        yield replace(held, withheld=ALONE)
