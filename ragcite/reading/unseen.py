"""Characters that hide text or carry it unseen: tags, smuggled variation selectors, zero-width runs, bidi overrides.

What scripts and emoji need stays: joiners, single variation selectors, direction marks, embeddings and isolates, the
tags of the flags of England, Scotland and Wales. So do single zero-width spaces: they break lines and carry nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ragcite.types import Hidden

TAGS, SELECTORS = "tag characters", "variation selectors"
ZERO_WIDTH, OVERRIDES = "zero-width characters", "bidi override"

_SUSPECT = re.compile(
    r"[\U000e0000-\U000e01ef\ufe00-\ufe0f\u200b-\u200d\u2060-\u2064\ufeff\u180e\u3164\uffa0\u202d\u202e]"
)
# A flag is a black flag, the letters of a region as tags, and an end (UTS #51, ED-14a).
_TAGS = re.compile(r"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]+")
_SELECTOR = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
# One selector follows a sign that has variants; letters of the alphabet have none. The supplement is for ideographs.
_SELECTORS = re.compile(
    rf"{_SELECTOR}{{2,}}|(?<=[A-Za-z\s]){_SELECTOR}"
    r"|(?<![\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af])[\U000e0100-\U000e01ef]"
)
_NOTHING = "\u200b-\u200d\u2060-\u2064\ufeff\u180e\u3164\uffa0"
_LETTER = r"[A-Za-z0-9\u00c0-\u024f\u0370-\u052f]"
_WORD_SPLIT = re.compile(rf"{_LETTER}(?:[{_NOTHING}]{{1,3}}{_LETTER}){{3,}}")
_RUN = re.compile(rf"[{_NOTHING}]{{4,}}")
_OVERRIDDEN = re.compile("[\u202d\u202e][^\u202c\u2069\r\n]*\u202c?")
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9\u00c0-\u02af\u0370-\u052f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def seen(text: str) -> tuple[str, Hidden]:
    """`text` without what nobody sees in it, and what that was; the very same `text` where nothing is hidden."""
    if not _SUSPECT.search(text):
        return text, Hidden()
    hidden = Hidden()
    for pattern, way, instead in _STEPS:
        shown = pattern.sub(instead, text)
        if len(shown) < len(text):
            hidden += Hidden(len(text) - len(shown), (way,))
        text = shown
    return text, hidden


def _whole_flag(match: re.Match[str]) -> str:
    return match.group(1) or ""


def _whole_word(match: re.Match[str]) -> str:
    return re.sub(f"[{_NOTHING}]", "", match.group())


def _in_order(match: re.Match[str]) -> str:
    """The text of an override that turns nothing round; else nothing: what it shows is not what it says."""
    inside = match.group()[1:].rstrip("\u202c")
    turned = _LEFT_TO_RIGHT if match.group()[0] == "\u202e" else _RIGHT_TO_LEFT
    return "" if turned.search(inside) else inside


_STEPS: tuple[tuple[re.Pattern[str], str, str | Callable[[re.Match[str]], str]], ...] = (
    (_TAGS, TAGS, _whole_flag),
    (_SELECTORS, SELECTORS, ""),
    (_RUN, ZERO_WIDTH, ""),
    (_WORD_SPLIT, ZERO_WIDTH, _whole_word),
    (_OVERRIDDEN, OVERRIDES, _in_order),
)
