"""Runs the generator and lets a sentence through only when the check has passed it."""

from __future__ import annotations

from collections.abc import Iterator

from ragcite.answering.numbering import Numbering
from ragcite.answering.stopwatch import Stopwatch
from ragcite.prompting import DraftStream
from ragcite.protocols import Generator
from ragcite.text import collapse, detect_language
from ragcite.types import AnswerSentence, DraftSentence, Prompt, Sampling, Verdict, Withheld
from ragcite.verification import CheckedSentence, Verifier

MAX_REPEATS = 2


class Drafting:
    """One draft, checked while it is written. `draft` is the text so far, as it came."""

    def __init__(
        self, verifier: Verifier, generator: Generator, sampling: Sampling, numbering: Numbering, watch: Stopwatch
    ) -> None:
        self._verifier = verifier
        self._generator = generator
        self._sampling = sampling
        self._numbering = numbering
        self._watch = watch
        self._seen: dict[str, int] = {}
        self.draft = ""

    def sentences(self, prompt: Prompt) -> Iterator[AnswerSentence | Withheld]:
        """Each sentence as it is decided. A loop of repeated sentences ends the generation."""
        for sentence in self._written(prompt):
            key = collapse(sentence.text).text.casefold()
            self._seen[key] = self._seen.get(key, 0) + 1
            if self._seen[key] > MAX_REPEATS:
                return
            if self._seen[key] > 1:
                continue
            with self._watch.step("check"):
                checked = self._verifier.check(sentence, prompt)
            yield self._decided(sentence, checked)

    def _written(self, prompt: Prompt) -> Iterator[DraftSentence]:
        language = detect_language(prompt.sources[0].passage.text) if prompt.sources else None
        stream = DraftStream(len(prompt.sources), language)
        pieces = self._generator.generate(prompt, self._sampling)
        while True:
            with self._watch.step("generate"):
                piece = next(pieces, None)
            if piece is None:
                break
            self.draft += piece
            yield from stream.feed(piece)
        yield from stream.finish()

    def _decided(self, sentence: DraftSentence, checked: CheckedSentence) -> AnswerSentence | Withheld:
        judgement = checked.judgement
        shown = judgement.verdict is Verdict.SUPPORTED
        decided = AnswerSentence(
            text=sentence.text,
            raw=sentence.raw,
            verdict=judgement.verdict,
            score=judgement.score,
            model_score=judgement.model_score,
            citations=self._numbering.cite(checked.quotes) if shown else (),
            vetoes=judgement.vetoes,
            repairs=checked.repairs,
            derivations=judgement.derivations,
        )
        return decided if shown else Withheld(decided, checked.reason or "no source supports it")
