"""Which writing system a text uses, and character classes for scripts that write no blanks between words."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"
SOUTH_EAST_ASIAN = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u104f\u1780-\u17d3"
UNSPACED = HAN + KANA + SOUTH_EAST_ASIAN

_SAMPLE = 4000
_NAMED = (
    ("cjk", HAN + KANA + HANGUL),
    ("cyrillic", "\u0400-\u052f"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("devanagari", "\u0900-\u097f"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("hebrew", "\u0590-\u05ff"),
    ("thai", "\u0e00-\u0e7f"),
    (
        "latin",
        "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a",
    ),
)
_CJK_WEIGHT = 2.5  # a Chinese character carries about as much as two or three letters
_PUBLIC = {"latin", "cjk", "cyrillic", "arabic", "devanagari"}


@cache
def _pattern(ranges: str) -> re.Pattern[str]:
    return re.compile(f"[{ranges}]")


@cache
def marks() -> str:
    """Ranges, for a character class, of all combining marks: `re` counts none of them as part of a word."""
    ranges: list[list[int]] = []
    for code in range(0x300, min(sys.maxunicode, 0x1FFFF)):
        if unicodedata.category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def named_script(text: str) -> str:
    """The dominant script, Greek, Hebrew and Thai told apart; "other" where no letter is known."""
    sample = text[:_SAMPLE]
    counts = {name: float(len(_pattern(ranges).findall(sample))) for name, ranges in _NAMED}
    counts["cjk"] *= _CJK_WEIGHT
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "other"


def script(text: str) -> str:
    """The dominant script of `text`: latin, cjk, cyrillic, arabic, devanagari or other."""
    name = named_script(text)
    return name if name in _PUBLIC else "other"
