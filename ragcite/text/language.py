"""Which language a text is in: the script decides first, then the share of stop words."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from ragcite.text.scripts import HANGUL, KANA, named_script
from ragcite.text.stopwords import LATIN_LANGUAGES, stop_words

LanguageClass = Literal["english", "latin", "other"]

_SAMPLE = 4000
_LEAST_SHARE = 0.12  # of all words are stop words of the winner
_LEAST_LEAD = 1.1  # times as many as the next best
_BY_LETTERS = {  # letters that only this language of the script uses; the first is the script's commonest language
    "cyrillic": (("ru", "ыэёЫЭЁ"), ("uk", "іїєґІЇЄҐ"), ("be", "ўЎ"), ("sr", "јљњћђџ"), ("bg", "ъЪ")),
    "arabic": (("ar", "ةىإأيك"), ("fa", "پچژگیک"), ("ur", "ٹڈڑںےہپچگیک")),
}
_BY_SCRIPT = {"greek": "el", "hebrew": "he", "thai": "th", "devanagari": "hi"}


def language_class(script: str, language: str | None) -> LanguageClass:
    """What weights are fitted for apart: English, other languages in Latin script, other scripts (as
    `ragcite.text.script` names them). Latin script whose language is not recognised counts as English."""
    if script != "latin":
        return "other"
    return "english" if language in (None, "en") else "latin"


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of `text`'s language; None when unsure."""
    sample = text[:_SAMPLE]
    script = named_script(sample)
    if script == "latin":
        return _by_stop_words(sample)
    if script == "cjk":
        return _cjk(sample)
    if script in _BY_LETTERS:
        return _by_letters(sample, script)
    return _BY_SCRIPT.get(script)


def _cjk(sample: str) -> str:
    if len(re.findall(f"[{KANA}]", sample)) * 20 > len(sample):
        return "ja"
    hangul = len(re.findall(f"[{HANGUL}]", sample))
    return "ko" if hangul * 5 > len(sample) else "zh"


def _by_letters(sample: str, script: str) -> str | None:
    counts = {language: sum(map(sample.count, letters)) for language, letters in _BY_LETTERS[script]}
    best = max(counts, key=lambda language: counts[language])
    if counts[best]:
        return best
    found = _words().findall(sample.casefold())
    default = _BY_LETTERS[script][0][0]
    common = sum(map(stop_words(default).__contains__, found))
    return default if common and common >= _LEAST_SHARE * len(found) else None


@cache
def _words() -> re.Pattern[str]:
    return re.compile(r"[^\W\d_]+")


def _by_stop_words(sample: str) -> str | None:
    found = _words().findall(sample.casefold())
    counts = {language: sum(map(stop_words(language).__contains__, found)) for language in LATIN_LANGUAGES}
    best, second, *_ = sorted(counts, key=lambda language: -counts[language])
    sure = counts[best] >= _LEAST_SHARE * len(found) and counts[best] >= _LEAST_LEAD * counts[second]
    return best if sure and counts[best] else None
