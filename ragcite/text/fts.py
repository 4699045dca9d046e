"""What enters the full-text index, and what a question asks of it.

FTS5's tokenizer takes a run of Chinese, Japanese, Korean or Thai as one word; overlapping bigrams make it findable.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

from ragcite.text.scripts import HANGUL, UNSPACED, marks
from ragcite.text.words import content_words, words


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}{HANGUL}](?:[{UNSPACED}{HANGUL}{marks()}])*")


@cache
def _characters() -> re.Pattern[str]:
    return re.compile(f".[{marks()}]*", re.DOTALL)


def index_text(text: str) -> str:
    """`text` for FTS5: NFKC, casefolded, runs of scripts without blanks as overlapping bigrams."""
    folded = _folded(text)
    return _runs().sub(lambda run: f" {' '.join(_bigrams(run[0]))} ", folded)


def query_terms(question: str) -> list[str]:
    """The distinct terms of a question in the index's form, stop words dropped unless nothing else is left."""
    found = content_words(question) or words(question)
    terms: list[str] = []
    run = ""
    end = -1
    for word in found:
        adjoins = word.span.start == end
        end = word.span.end
        if _runs().fullmatch(word.text):
            if run and not adjoins:
                terms += _bigrams(run)
                run = ""
            run += word.text
            continue
        terms += _bigrams(run)
        run = ""
        terms += index_text(word.text).split()
    terms += _bigrams(run)
    return list(dict.fromkeys(terms))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("\u00ad", "")


def _bigrams(run: str) -> list[str]:
    characters = _characters().findall(run)
    if len(characters) < 2:
        return characters
    return [first + second for first, second in pairwise(characters)]
