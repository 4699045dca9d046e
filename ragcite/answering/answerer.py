"""From a question to a checked answer: retrieve, gate, quotes at once, then sentences as each passes the check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ragcite.answering.drafting import Drafting
from ragcite.answering.extractive import choose_sentences
from ragcite.answering.gate import Gate, GateDecision
from ragcite.answering.numbering import Numbering
from ragcite.answering.question import checked_question
from ragcite.answering.stopwatch import Stopwatch
from ragcite.answering.verbatim import extractive_sentences
from ragcite.prompting import PromptBuilder
from ragcite.protocols import Generator, Snapshot
from ragcite.retrieval import HybridRetriever
from ragcite.types import (
    Answer,
    AnswerEvent,
    AnswerKind,
    AnswerSentence,
    Finished,
    Hit,
    ModelUse,
    Quote,
    QuotesFound,
    Refusal,
    Sampling,
    SentenceChecked,
    SentenceWithheld,
    Withheld,
)
from ragcite.verification import Verifier

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Writing:
    """What writes a draft: a generator, how it makes a prompt from hits, and how it chooses tokens.

    `sends_to`: host:port of another machine that the generator sends the prompt to, or "".
    """

    generator: Generator
    prompts: PromptBuilder
    sampling: Sampling
    sends_to: str = ""


class Answerer:
    """Answers questions over one snapshot at a time. Without `writing`, answers are extractive.

    `hits` is how many passages are retrieved; `clock` gives seconds.
    """

    def __init__(
        self,
        retriever: HybridRetriever,
        gate: Gate,
        verifier: Verifier,
        writing: Writing | None,
        models: tuple[ModelUse, ...],
        clock: Callable[[], float],
        hits: int = 8,
    ) -> None:
        self._retriever = retriever
        self._gate = gate
        self._verifier = verifier
        self._writing = writing
        self._models = models
        self._clock = clock
        self._hits = hits

    def answer(self, question: str, snapshot: Snapshot) -> Iterator[AnswerEvent]:
        """Events in the order a person should see them; the last is `Finished` with the whole answer.

        Raises `UsageError` for an empty or over-long question.
        """
        question = checked_question(question)
        run = _Run(question, Stopwatch(self._clock), self._models)
        with run.watch.step("retrieve"):
            hits = self._retriever.retrieve(question, snapshot, self._hits)
        with run.watch.step("gate"):
            decision = self._gate.decide(question, hits)
        if not decision.sufficient:
            yield run.refuse(decision, hits)
            return
        with run.watch.step("quote"):
            chosen = choose_sentences(question, decision)
            run.quotes = tuple(Quote.cut(hit.passage, hit.location, span) for hit, span in chosen)
        run.watch.mark("first quote")
        yield QuotesFound(run.quotes)
        if self._writing:
            yield from self._write(run, self._writing, question, hits)
        if not run.sentences:
            yield from self._extract(run)
        yield Finished(run.answer())

    def _write(self, run: _Run, writing: Writing, question: str, hits: list[Hit]) -> Iterator[AnswerEvent]:
        with run.watch.step("prompt"):
            prompt = writing.prompts.build(question, hits)
        run.sent_to = writing.sends_to
        drafting = Drafting(self._verifier, writing.generator, writing.sampling, run.numbering, run.watch)
        for outcome in drafting.sentences(prompt):
            if isinstance(outcome, Withheld):
                run.withheld.append(outcome)
                yield SentenceWithheld(outcome)
            else:
                run.watch.mark("first sentence")
                run.sentences.append(outcome)
                yield SentenceChecked(outcome, AnswerKind.GENERATED)
        run.draft = drafting.draft

    def _extract(self, run: _Run) -> Iterator[AnswerEvent]:
        run.kind = AnswerKind.EXTRACTIVE
        for sentence in extractive_sentences(run.quotes, run.numbering):
            run.sentences.append(sentence)
            yield SentenceChecked(sentence, AnswerKind.EXTRACTIVE)


class _Run:
    """What has come together for one question so far."""

    def __init__(self, question: str, watch: Stopwatch, models: tuple[ModelUse, ...]) -> None:
        self.question = question
        self.watch = watch
        self.models = models
        self.numbering = Numbering()
        self.kind = AnswerKind.GENERATED
        self.quotes: tuple[Quote, ...] = ()
        self.sentences: list[AnswerSentence] = []
        self.withheld: list[Withheld] = []
        self.draft = ""
        self.sent_to = ""

    def answer(self) -> Answer:
        return Answer(
            question=self.question,
            kind=self.kind,
            sentences=tuple(self.sentences),
            quotes=self.quotes,
            withheld=tuple(self.withheld),
            draft=self.draft,
            sent_to=self.sent_to,
            models=self.models,
            timings=self.watch.timings(),
        )

    def refuse(self, decision: GateDecision, hits: list[Hit]) -> Finished:
        reason = decision.reason if hits else "The library is empty. Read a folder first: ragcite ingest FOLDER"
        best = decision.best[:NEAREST]
        quotes = tuple(Quote.cut(window.hit.passage, window.hit.location, window.span) for window in best)
        refusal = Refusal(reason, tuple(hits[:NEAREST]), quotes, decision.unsure)
        return Finished(
            Answer(
                question=self.question,
                kind=AnswerKind.REFUSAL,
                refusal=refusal,
                models=self.models,
                timings=self.watch.timings(),
            )
        )
