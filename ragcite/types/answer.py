"""What a user gets: checked sentences with citations, or a refusal that explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ragcite.types.document import Page, Span
from ragcite.types.passage import Passage
from ragcite.types.retrieval import Hit, Location
from ragcite.types.verdict import Verdict, Veto


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document: `span.of(document.text) == text`, always."""

    document_id: str
    passage_id: str
    location: Location
    span: Span
    text: str
    page: Page | None = None
    heading_path: tuple[str, ...] = ()

    @classmethod
    def cut(cls, passage: Passage, location: Location, span: Span) -> Quote:
        """The words at `span` (document coordinates) of `passage`; the only way a quote is made.

        Raises `ValueError` when the span does not lie in the passage.
        """
        if not passage.span.contains(span):
            raise ValueError(f"{span} is not inside the passage's {passage.span}")
        return cls(
            document_id=passage.document_id,
            passage_id=passage.id,
            location=location,
            span=span,
            text=span.shifted(-passage.span.start).of(passage.text),
            page=passage.page_of(span),
            heading_path=passage.heading_path_of(span),
        )


class Repair(StrEnum):
    """What the checker did to a sentence's markers."""

    ADDED = "added"
    REPOINTED = "repointed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Citation:
    """`number` is the one shown, given by first citation; `source` the number the prompt used."""

    number: int
    source: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence with its verdict; `text` has no markers, `raw` is what the generator wrote."""

    text: str
    raw: str
    verdict: Verdict
    score: float
    model_score: float
    citations: tuple[Citation, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    repairs: tuple[Repair, ...] = ()
    derivations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence that was not shown, and why in words for people."""

    sentence: AnswerSentence
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer is given: why, the passages that came nearest, and their nearest sentences.

    `unsure`: something near was found that may answer; otherwise the documents do not seem to say.
    """

    reason: str
    nearest: tuple[Hit, ...] = ()
    quotes: tuple[Quote, ...] = ()
    unsure: bool = False


class AnswerKind(StrEnum):
    GENERATED = "generated"
    EXTRACTIVE = "extractive"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which model played a role, and whether it stands in for one that was preferred."""

    role: str
    name: str
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    step: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to `question`. `draft` is the generator's text as it came; `quotes` are what was shown at once.

    `sent_to`: host:port of another machine that the question and text from documents were sent to, or "".
    """

    question: str
    kind: AnswerKind
    sentences: tuple[AnswerSentence, ...] = ()
    quotes: tuple[Quote, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    refusal: Refusal | None = None
    draft: str = ""
    sent_to: str = ""
    models: tuple[ModelUse, ...] = ()
    timings: tuple[Timing, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every distinct citation, by number."""
        seen = {(c.number, c.quote.span): c for s in self.sentences for c in s.citations}
        return tuple(sorted(seen.values(), key=lambda c: (c.number, c.quote.span)))

    @property
    def text(self) -> str:
        """The answer as one string, markers included; empty for a refusal."""
        return " ".join(s.text + marker_text(s) for s in self.sentences)


def marker_text(sentence: AnswerSentence) -> str:
    """` [1][2]` for a sentence's citations, or nothing."""
    numbers = sorted({citation.number for citation in sentence.citations})
    return " " + "".join(f"[{number}]" for number in numbers) if numbers else ""
