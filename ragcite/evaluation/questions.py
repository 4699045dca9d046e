"""Questions with known answers, and where in the documents their gold spans lie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ragcite.errors import UsageError
from ragcite.text import find_quote
from ragcite.types import Document, Span

SHAPE = 'Each line is {"id", "question", "references": [{"doc", "quote"} or {"doc", "start", "end"}], "answer"}.'


@dataclass(frozen=True, slots=True)
class Reference:
    """A stretch of the file `doc` (relative to the corpus folder): by `quote`, or by `span` in its text."""

    doc: str
    quote: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Empty references mean that the documents do not answer it; with `any_reference` one of them is enough."""

    id: str
    question: str
    references: tuple[Reference, ...]
    answer: str
    kind: str = ""
    split: str = ""
    any_reference: bool = False

    @property
    def answerable(self) -> bool:
        return bool(self.references)


@dataclass(frozen=True, slots=True)
class GoldSpan:
    document_id: str
    span: Span


def read_questions(lines: Iterable[str], name: str) -> list[Question]:
    """One question a line. Raises `UsageError` that names the file and line of the first bad one."""
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{name}, line {number}",
                f"not a question ({error!r})",
                SHAPE,
            ) from error
    return questions


def _question(record: Mapping[str, Any]) -> Question:
    return Question(
        id=str(record["id"]),
        question=str(record["question"]),
        references=tuple(_reference(item) for item in record["references"]),
        answer=str(record.get("answer", "")),
        kind=str(record.get("kind", "")),
        split=str(record.get("split", "")),
        any_reference=record.get("need", "all") == "any",
    )


def _reference(record: Mapping[str, Any]) -> Reference:
    if "quote" in record:
        return Reference(str(record["doc"]), quote=str(record["quote"]))
    return Reference(str(record["doc"]), span=Span(int(record["start"]), int(record["end"])))


def locate(question: Question, documents: Mapping[str, Document]) -> tuple[GoldSpan, ...]:
    """Gold spans in the coordinates of the ingested documents, which are given by their `doc` names.

    Raises `UsageError` when a document is missing or a quote is not in it: a wrong key would lower every figure.
    """
    found = []
    for reference in question.references:
        document = documents.get(reference.doc)
        if document is None:
            raise UsageError(f"question {question.id}", f"no document {reference.doc} was ingested", "Correct its doc.")
        span = reference.span or find_quote(reference.quote or "", document.text)
        if span is None or span.end > len(document.text):
            raise UsageError(
                f"question {question.id}", f"its quote is not in {reference.doc}", "Correct the reference."
            )
        found.append(GoldSpan(document.id, span))
    return tuple(found)
