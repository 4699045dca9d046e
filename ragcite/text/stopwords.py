"""Stop words: the commonest function words of each language, small lists kept by hand in `stopwords.txt`."""

from __future__ import annotations

import re
from functools import cache

LATIN_LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "pl", "cs", "tr", "ro", "hu", "fi", "id", "vi")


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    from importlib.resources import files  # takes longer to import than this whole room

    lines = files("ragcite.text").joinpath("stopwords.txt").read_text("utf-8").splitlines()
    parts = [line.partition(": ") for line in lines if not line.startswith("#")]
    return {language: tuple(words.split()) for language, _, words in parts}


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Casefolded stop words of an ISO 639-1 language; those of English where it is None, none where it has no list."""
    return frozenset(_lists().get(language or "en", ()))


@cache
def stop_phrases(language: str | None) -> re.Pattern[str] | None:
    """For languages without blanks: a pattern of function words of several characters, longest first."""
    phrases = sorted(_lists().get(f"{language}+", ()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases))) if phrases else None
