"""Keeps documents and questions from speaking in our format's voice.

What a document says is shown to the generator with look-alikes of source numbers and labels rewritten, so that
only the template can number a source. Quotes never come from here: they are cut from the original text.
"""

from __future__ import annotations

import re

_LABEL = r"sources?|src|passages?|documents?|quellen?|fuentes?|来源|來源|资料"
_DIGITS = r"\^?#?\d[\d\s,;&^#–—-]{0,20}"
_SQUARE = re.compile(
    rf"[\[【［〔⟦〖]\s*((?:(?:{_LABEL})\s*[:#.]?\s*)?{_DIGITS})(?:†[^\]】]{{0,40}})?\s*[\]】］〕⟧〗]", re.IGNORECASE
)
_NAMED = re.compile(rf"(?<!\w)({_LABEL})(\s*[:#.]?\s*)(\d)", re.IGNORECASE)
_ROLE = re.compile(
    rf"(?<!\w)((?:{_LABEL}|questions?|answers?|system|user|assistant|frage|antwort|pregunta|respuesta|réponse|问题|答案)"
    r"(?:\s+no\.\s*\d+)?)\s*[:：]",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")


def escape(text: str) -> str:
    """`text` on one line, with source numbers, source names and our labels made unlike the template's.

    "[1]" becomes "(1)", "Source 2" becomes "Source no. 2", "Question:" becomes "Question –".
    """
    text = _BLANKS.sub(" ", text).strip()
    text = _SQUARE.sub(lambda match: f"({match.group(1).strip()})", text)
    text = _NAMED.sub(r"\1 no. \3", text)
    return _ROLE.sub(r"\1 –", text)
