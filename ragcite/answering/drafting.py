"""Runs the generator and lets a sentence through only when the check has passed it."""

from __future__ import annotations

from collections.abc import Iterator

from ragcite.answering.lead_in import Decided, is_item, with_what_follows
from ragcite.answering.numbering import Numbering
from ragcite.answering.stopwatch import Stopwatch
from ragcite.prompting import DraftStream
from ragcite.protocols import Generator
from ragcite.text import collapse, detect_language
from ragcite.types import AnswerSentence, DraftSentence, Prompt, Sampling, Verdict, Withheld
from ragcite.verification import Verifier

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
        """Each sentence as it is decided, a lead-in with what it introduces. A loop of repeated sentences ends the
        generation."""
        for decided in with_what_follows(self._decided(prompt)):
            yield self._shown(decided)

    def _decided(self, prompt: Prompt) -> Iterator[Decided]:
        for sentence in self._written(prompt):
            key = collapse(sentence.text).text.casefold()
            self._seen[key] = self._seen.get(key, 0) + 1
            if self._seen[key] > MAX_REPEATS:
                return
            if self._seen[key] > 1:
                continue
            with self._watch.step("check"):
                checked = self._verifier.check(sentence, prompt)
            supported = checked.judgement.verdict is Verdict.SUPPORTED
            line = self.draft[self.draft.rfind("\n", 0, sentence.span.start) + 1 : sentence.span.end]
            withheld = None if supported else checked.reason or "no source supports it"
            yield Decided(sentence, checked, is_item(line), withheld)

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

    def _shown(self, decided: Decided) -> AnswerSentence | Withheld:
        sentence, checked, judgement = decided.sentence, decided.checked, decided.checked.judgement
        found = AnswerSentence(
            text=sentence.text,
            raw=sentence.raw,
            verdict=judgement.verdict,
            score=judgement.score,
            model_score=judgement.model_score,
            citations=self._numbering.cite(checked.quotes) if decided.withheld is None else (),
            vetoes=judgement.vetoes,
            repairs=checked.repairs,
            derivations=judgement.derivations,
        )
        return found if decided.withheld is None else Withheld(found, decided.withheld)
