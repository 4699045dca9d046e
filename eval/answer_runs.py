"""One labelled answer through the path that `Library.ask` takes a draft: prompt, sentences, vetoes, judge, repair."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers import LabelledAnswer, LabelledSentence
from ragcite.answering.drafting import Drafting
from ragcite.answering.numbering import Numbering
from ragcite.answering.stopwatch import Stopwatch
from ragcite.errors import UsageError
from ragcite.prompting import PromptBuilder
from ragcite.testing import ScriptedGenerator
from ragcite.text import detect_language
from ragcite.types import (
    AnswerSentence,
    Document,
    Format,
    Hit,
    Location,
    Passage,
    Prompt,
    Sampling,
    Span,
    Verdict,
    Withheld,
)
from ragcite.verification import Verifier

ROOM = 100_000  # words of a prompt: every source is shown whole


@dataclass(frozen=True, slots=True)
class Checked:
    """A labelled sentence and what became of it. `shown`: any of it was; `withheld`: any of it was.

    `numbers` are the sources that a person sees cited; `split`: the path cut the draft elsewhere than the label does.
    """

    answer: LabelledAnswer
    sentence: LabelledSentence
    shown: bool
    withheld: bool
    numbers: frozenset[int]
    not_checkable: bool
    split: bool


def checked(answer: LabelledAnswer, verifier: Verifier) -> list[Checked]:
    """Every sentence of `answer`, in order. Raises `UsageError` where the prompt would not show every source whole."""
    draft, spans = answer.draft()
    generator = ScriptedGenerator(draft, context_tokens=2 * ROOM)
    drafting = Drafting(verifier, generator, Sampling(), Numbering(), Stopwatch(time.perf_counter))
    outcomes = list(drafting.sentences(_prompt(answer, generator)))
    places = _places(draft, outcomes)
    return [
        _checked(answer, sentence, [one for one, place in zip(outcomes, places, strict=True) if _meets(place, span)])
        for sentence, span in zip(answer.sentences, spans, strict=True)
    ]


def _prompt(answer: LabelledAnswer, generator: ScriptedGenerator) -> Prompt:
    """Sources get the numbers that they have in `answer`: a prompt numbers its hits from the last to the first."""
    hits = [_hit(title, text) for title, text in reversed(answer.sources)]
    prompts = PromptBuilder(generator.count, 2 * ROOM, source_tokens=ROOM, max_sources=len(hits))
    prompt = prompts.build(answer.question, hits)
    if [source.shown_texts() for source in prompt.sources] != [(text,) for _, text in answer.sources]:
        raise UsageError(f"answer {answer.id}", "the prompt leaves a source out", "Make its sources differ more.")
    return prompt


def _hit(title: str, text: str) -> Hit:
    identity = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    document = Document(identity, text, Format.TEXT, "answers", title, detect_language(text))
    return Hit(Passage.cut(document, Span(0, len(text)), "answers"), Location.of(title.encode()), 1.0)


def _places(draft: str, outcomes: Sequence[AnswerSentence | Withheld]) -> list[Span]:
    places, position = [], 0
    for outcome in outcomes:
        raw = outcome.sentence.raw if isinstance(outcome, Withheld) else outcome.raw
        start = draft.index(raw, position)
        position = start + len(raw)
        places.append(Span(start, position))
    return places


def _meets(place: Span, span: Span) -> bool:
    """Whether they share most of the shorter one."""
    return place.overlap(span) > 0.5 * min(len(place), len(span))


def _checked(answer: LabelledAnswer, sentence: LabelledSentence, parts: Sequence[AnswerSentence | Withheld]) -> Checked:
    shown = [part for part in parts if isinstance(part, AnswerSentence)]
    withheld = [part.sentence for part in parts if isinstance(part, Withheld)]
    return Checked(
        answer=answer,
        sentence=sentence,
        shown=bool(shown),
        withheld=len(shown) < max(1, len(parts)),
        numbers=frozenset(citation.source for part in shown for citation in part.citations),
        not_checkable=bool(withheld) and all(part.verdict is Verdict.NOT_CHECKABLE for part in withheld),
        split=len(parts) != 1 or _text(parts[0]) != sentence.text.removeprefix("- "),
    )


def _text(part: AnswerSentence | Withheld) -> str:
    return part.sentence.raw if isinstance(part, Withheld) else part.raw
