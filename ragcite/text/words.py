"""Words with their places, made comparable: NFKC, casefolded, numbers and identifiers in one piece."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ragcite.text.language import detect_language
from ragcite.text.scripts import HAN, KANA, SOUTH_EAST_ASIAN, UNSPACED, marks
from ragcite.text.stopwords import stop_phrases, stop_words
from ragcite.types import Span

_ELISIONS = frozenset(
    {"l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "dell", "all", "nell", "un"}
)
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_UNSEEN |= {ord("’"): "'", ord("ʼ"): "'", ord("‐"): "-", ord("‑"): "-", ord("–"): "-"}


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is NFKC, casefolded, without soft hyphens; `span` is where it stands in the original."""

    text: str
    span: Span


@cache
def _pattern() -> re.Pattern[str]:
    mark = marks()
    letter = rf"(?:(?![{UNSPACED}])[^\W\d_])"
    inside = rf"(?:{letter}|[{mark}\u00ad\u200c\u200d])"
    word = f"{letter}{inside}*"
    alnum = rf"(?:(?![{UNSPACED}])[^\W_])"
    return re.compile(
        "|".join(
            (
                r"[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+",  # an e-mail address
                rf"(?:{letter}\.){{2,}}(?!{letter})",  # U.S.
                rf"(?:{letter}+[-_/‐‑])+\d{alnum}*(?:[-_/.‐‑]\d{alnum}*)*",  # PX-220, ISO/IEC-27001
                rf"\d+(?:[.,:/'’\u00a0\u202f٫٬-]\d+)+(?!{letter})|\d+(?:[–‑‐]\d+)+",  # 1,200.5, 3-4, 12:30
                rf"{alnum}*\d{alnum}*(?:\.\d+)*",  # 2019, B12, v1.2
                rf"{word}(?:['’ʼ]{word})*",
                rf"[{SOUTH_EAST_ASIAN}][{mark}]*",
                rf"[{HAN}{KANA}][{mark}]*",
                r"[\u3300-\u33ff\u2150-\u218f\u2460-\u24ff]",
            )
        )
    )


def words(text: str) -> list[Word]:
    """The words of `text` in order.

    Numbers ("1,200.5", "3-4"), e-mail addresses and identifiers ("PX-220") stay whole; other hyphenated words are
    split. Characters of scripts without blanks between words (Chinese, Japanese, Thai …) come one by one; Korean
    comes as it is written.
    """
    return [word for match in _pattern().finditer(text) for word in _parts(match[0], match.start())]


def _parts(raw: str, start: int) -> Iterator[Word]:
    shown = raw.replace("’", "'")
    prefix, apostrophe, rest = shown.partition("'")
    if apostrophe and prefix.casefold() in _ELISIONS and len(rest) > 1 and rest[0].isalpha():
        cut = len(prefix) + 1
        yield Word(_comparable(prefix), Span(start, start + cut))
        yield Word(_comparable(rest), Span(start + cut, start + len(raw)))
        return
    yield Word(_comparable(raw), Span(start, start + len(raw)))


def _comparable(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw.translate(_UNSEEN)).casefold()
    text = unicodedata.normalize("NFKC", text)
    return text.replace(".", "") if raw.endswith(".") else text


def content_words(text: str, language: str | None = None) -> list[Word]:
    """The words of `text` without stop words of its language, which is detected where None is given."""
    language = language or detect_language(text)
    stops = stop_words(language)
    phrases = stop_phrases(language)
    covered = [match.span() for match in phrases.finditer(text)] if phrases else []
    hidden = {position for start, end in covered for position in range(start, end)}
    return [word for word in words(text) if word.text not in stops and word.span.start not in hidden]
