"""What happens while a question is answered, in the order a person should see it."""

from __future__ import annotations

from dataclasses import dataclass

from ragcite.types.answer import Answer, AnswerKind, AnswerSentence, Quote, Withheld


@dataclass(frozen=True, slots=True)
class QuotesFound:
    """The gate found enough; these quotes come at once."""

    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence passed the check and is part of the answer; its numbers are final."""

    sentence: AnswerSentence
    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class SentenceWithheld:
    withheld: Withheld


@dataclass(frozen=True, slots=True)
class Finished:
    answer: Answer


AnswerEvent = QuotesFound | SentenceChecked | SentenceWithheld | Finished
