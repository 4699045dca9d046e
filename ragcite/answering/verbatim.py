"""An extractive answer is nothing but quotes."""

from __future__ import annotations

from collections.abc import Sequence

from ragcite.answering.lead_in import in_lines
from ragcite.answering.numbering import Numbering
from ragcite.types import AnswerSentence, Quote, Verdict


def extractive_sentences(quotes: Sequence[Quote], numbering: Numbering) -> list[AnswerSentence]:
    """Each quote as a sentence that cites itself: supported because it is its own source, verbatim."""
    return [
        AnswerSentence(
            text=in_lines(quote.text),
            raw=quote.text,
            verdict=Verdict.SUPPORTED,
            score=1.0,
            model_score=1.0,
            citations=numbering.cite([(number, quote)]),
        )
        for number, quote in enumerate(quotes, start=1)
    ]
