"""Whole answers, written for this project (CC0), with every sentence labelled: corpora/answers. For reporting only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eval.corpora import ROOT
from ragcite.errors import UsageError
from ragcite.prompting import parse_draft
from ragcite.types import Span

FOLDER = ROOT / "answers"
SUPPORTED = ("close", "paraphrase", "compression", "abstraction", "arithmetic", "joint")
UNSUPPORTED = (
    "elaboration", "number", "total", "roles", "order", "merged", "entity", "negation", "condition", "overgeneral",
    "certainty", "cause", "outdated", "other-question",
)  # fmt: skip
NOT_CHECKABLE = ("courtesy", "lead-in", "closing", "abstention")


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """`text` has its markers, which name `cites`. Each set of `supported_by` is enough by itself; none: unsupported."""

    text: str
    cites: tuple[int, ...]
    supported_by: tuple[frozenset[int], ...]
    kind: str

    @property
    def checkable(self) -> bool:
        return self.kind not in NOT_CHECKABLE

    @property
    def supported(self) -> bool:
        return bool(self.supported_by)

    def right(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of `numbers` that belong to a supporting set which is cited as a whole."""
        whole = [found for found in self.supported_by if found <= set(numbers)]
        return frozenset().union(*whole)


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """A draft over `sources`, (title, text) each, numbered from 1."""

    id: str
    language: str
    question: str
    sources: tuple[tuple[str, str], ...]
    sentences: tuple[LabelledSentence, ...]

    def draft(self) -> tuple[str, tuple[Span, ...]]:
        """The text as a generator would give it, and where each sentence stands in it."""
        text, spans = "", []
        for sentence in self.sentences:
            if text:
                text += "\n" if sentence.text.startswith("- ") or text.endswith((":", "：")) else " "
            spans.append(Span(len(text), len(text) + len(sentence.text)))
            text += sentence.text
        return text, tuple(spans)


def labelled_answers() -> list[LabelledAnswer]:
    """Every answer of the folder. Raises `UsageError` that names the file and line of the first bad one."""
    found = [
        answer
        for path in sorted(FOLDER.glob("*.jsonl"))
        for answer in read_answers(path.read_text("utf-8").splitlines(), path.name)
    ]
    ids = [answer.id for answer in found]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice:
        raise UsageError(f"answer {twice}", "two answers have this id", "Give one of them another.")
    return found


def read_answers(lines: Iterable[str], name: str) -> list[LabelledAnswer]:
    """Raises `UsageError` that names line and fault: unknown kinds, labels that disagree, sources that do not exist."""
    answers = []
    for number, line in enumerate(lines, start=1):
        try:
            answers.append(_answer(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{name}, line {number}", f"not a labelled answer ({error})", "Correct it.") from error
    return answers


def _answer(row: Mapping[str, Any]) -> LabelledAnswer:
    sources = tuple((str(source["title"]), str(source["text"])) for source in row["sources"])
    if any(text != text.strip() or not text for _, text in sources):
        raise ValueError("a source is empty or has white space around it")
    sentences = tuple(_sentence(item, len(sources)) for item in row["answer"])
    return LabelledAnswer(str(row["id"]), str(row["language"]), str(row["question"]), sources, sentences)


def _sentence(item: Mapping[str, Any], sources: int) -> LabelledSentence:
    found = tuple(frozenset(numbers) for numbers in item["supported_by"])
    sentence = LabelledSentence(str(item["text"]), tuple(item["cites"]), found, str(item["kind"]))
    marked = [number for part in parse_draft(sentence.text, sources).sentences for number in part.cited]
    if list(dict.fromkeys(marked)) != list(sentence.cites):
        raise ValueError(f"the markers of {sentence.text!r} are not {sentence.cites}")
    if not all(numbers and numbers <= set(range(1, sources + 1)) for numbers in found):
        raise ValueError(f"{sentence.text!r} is supported by sources that do not exist")
    if sentence.kind not in (SUPPORTED if found else (*UNSUPPORTED, *NOT_CHECKABLE)):
        raise ValueError(f"{sentence.kind!r} is no kind of a sentence that has this label")
    return sentence
