"""The checker: does the evidence support the claim, which source does, and what is to be done with the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragcite.types import (
    DraftSentence,
    EvidenceSpan,
    Judgement,
    Prompt,
    Quote,
    Repair,
    Source,
    Span,
    Verdict,
    header_of,
)
from ragcite.verification.claims import not_checkable
from ragcite.verification.judges import Exhibit, Judge
from ragcite.verification.reading import Reading
from ragcite.verification.trial import Outcome, Trial

_MARKER = re.compile(r"\s*[\[【]\^?(?:source\s*)?\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*[\]】]", re.IGNORECASE)
_MOST_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft after the check. `quotes` are (number in the prompt, words that support it).

    `reason` says in words for people why it is not shown; None where it is supported.
    """

    text: str
    raw: str
    judgement: Judgement
    quotes: tuple[tuple[int, Quote], ...] = ()
    repairs: tuple[Repair, ...] = ()
    reason: str | None = None


class Verifier:
    """Checks claims and draft sentences with one judge. Holds the last texts it read, nothing else.

    `threshold` replaces the judge's own, as a calibration on other pairs found it.
    """

    def __init__(self, judge: Judge, threshold: float | None = None) -> None:
        self._judge = judge
        self.threshold = judge.threshold if threshold is None else threshold
        self._readings: dict[str, Reading] = {}

    @property
    def name(self) -> str:
        """The judge's name."""
        return self._judge.name

    def judge(self, claim: str, evidence: Sequence[str], headers: Sequence[str] = ()) -> Judgement:
        """The whole path for one claim and texts that may support it together.

        `headers` may give each text's title and headings. Evidence spans count in the texts as given.
        """
        claim = _MARKER.sub("", claim).strip()
        if not_checkable(claim):
            return Judgement(Verdict.NOT_CHECKABLE, 0.0, 0.0)
        if not any(text.strip() for text in evidence):
            return Judgement(Verdict.UNSUPPORTED, 0.0, 0.0)
        trial, everything = self._together(claim, evidence, headers)
        return _judgement(trial.outcome(everything))

    def surviving_windows(self, claim: str, evidence: Sequence[str]) -> list[Exhibit]:
        """The windows of `evidence` that no veto stops: what calibration and fitting look at."""
        trial, everything = self._together(_MARKER.sub("", claim).strip(), evidence)
        return trial.survivors(everything)

    def surviving_score(self, claim: str, evidence: Sequence[str]) -> float | None:
        """The best score of a window that no veto stops, which `judge` compares with the threshold; None without any.

        What a calibration looks at. A claim that cannot be checked has none.
        """
        claim = _MARKER.sub("", claim).strip()
        if not_checkable(claim) or not any(text.strip() for text in evidence):
            return None
        trial, everything = self._together(claim, evidence)
        return trial.best_survivor(everything)

    def check(self, sentence: DraftSentence, prompt: Prompt) -> CheckedSentence:
        """Judges a sentence by the sources it cites, else by the prompt's others, and repairs its citations."""
        why = not_checkable(sentence.text)
        if why:
            judgement = Judgement(Verdict.NOT_CHECKABLE, 0.0, 0.0)
            return CheckedSentence(sentence.text, sentence.raw, judgement, reason=f"not checkable: {why}")
        shown = _Shown(prompt.sources)
        if not shown.texts:
            judgement = Judgement(Verdict.UNSUPPORTED, 0.0, 0.0)
            return CheckedSentence(sentence.text, sentence.raw, judgement, reason="the prompt had no sources")
        cited = tuple(n for n in dict.fromkeys(sentence.cited) if prompt.source(n))
        together = [shown.indexes(cited)] if len(cited) > 1 else []
        trial = Trial(sentence.text, self._read(shown.texts), shown.headers, self._judge, self.threshold, together)
        kept, outcome = _choose(trial, shown, cited)
        judgement = _judgement(outcome)
        if not outcome.supported:
            reason = _reason(outcome, self.threshold)
            return CheckedSentence(sentence.text, sentence.raw, judgement, (), (), reason)
        quotes = _quotes(trial, shown, kept, outcome)
        repairs = _repairs(cited, tuple(dict.fromkeys(number for number, _ in quotes)), bool(sentence.fabricated))
        return CheckedSentence(sentence.text, sentence.raw, judgement, quotes, repairs)

    def _together(
        self, claim: str, evidence: Sequence[str], headers: Sequence[str] = ()
    ) -> tuple[Trial, frozenset[int]]:
        """A claim before texts that may all support it together, and the set of all of them."""
        everything = frozenset(range(len(evidence)))
        return Trial(claim, self._read(evidence), headers, self._judge, self.threshold, [everything]), everything

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        if len(self._readings) > _MOST_REMEMBERED:
            self._readings.clear()
        for text in texts:
            if text not in self._readings:
                self._readings[text] = Reading(text)
        return [self._readings[text] for text in texts]


class _Shown:
    """Every stretch of every source that the prompt showed, in one row."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._owners = [(source, span) for source in sources for span in source.shown]
        self.texts = [text for source in sources for text in source.shown_texts()]
        self.headers = [header_of(source.passage, source.location) for source, _ in self._owners]
        self.numbers = tuple(source.number for source in sources)

    def indexes(self, numbers: Sequence[int]) -> frozenset[int]:
        return frozenset(i for i, (source, _) in enumerate(self._owners) if source.number in numbers)

    def number(self, index: int) -> int:
        return self._owners[index][0].number

    def quote(self, index: int, span: Span) -> Quote:
        source, shown = self._owners[index]
        return Quote.cut(source.passage, source.location, span.shifted(shown.start))


def _choose(trial: Trial, shown: _Shown, cited: tuple[int, ...]) -> tuple[tuple[int, ...], Outcome]:
    """The numbers that support the sentence, and what they say: the cited ones, alone or together, else any other one.

    Sources that the sentence does not cite never support it together: in enough text every word can be found.
    """
    if cited:
        outcome = trial.outcome(shown.indexes(cited))
        if outcome.supported:
            return _relevant(trial, shown, cited), outcome
    own = outcome if cited else None
    others = [(trial.outcome(shown.indexes([n])), n) for n in shown.numbers if n not in cited or len(cited) > 1]
    best, number = max(others, key=lambda item: (item[0].supported, item[0].score), default=(own, 0))
    if best is not None and best.supported:
        return (number,), best
    return (), own or best or trial.outcome(shown.indexes(shown.numbers))


def _relevant(trial: Trial, shown: _Shown, cited: tuple[int, ...]) -> tuple[int, ...]:
    """ALCE's rule: a citation that does not support alone, while the rest supports without it, is irrelevant."""
    alone = tuple(number for number in cited if trial.outcome(shown.indexes([number])).supported)
    return alone or cited


def _quotes(trial: Trial, shown: _Shown, kept: tuple[int, ...], outcome: Outcome) -> tuple[tuple[int, Quote], ...]:
    """Each source's own deciding window where it supports alone, else the windows that support together."""
    parts: list[tuple[int, Span]] = []
    for number in kept:
        alone = trial.outcome(shown.indexes([number]))
        if alone.supported:
            parts += alone.parts
    parts = parts or list(outcome.parts)
    return tuple((shown.number(index), shown.quote(index, span)) for index, span in parts)


def _repairs(cited: tuple[int, ...], kept: tuple[int, ...], fabricated: bool) -> tuple[Repair, ...]:
    repairs = []
    if not cited and not fabricated:
        repairs.append(Repair.ADDED)
    elif set(kept) - set(cited):
        repairs.append(Repair.REPOINTED)
    if (fabricated and cited) or (set(kept) & set(cited) and set(cited) - set(kept)):
        repairs.append(Repair.DROPPED)
    return tuple(repairs)


def _judgement(outcome: Outcome) -> Judgement:
    verdict = Verdict.SUPPORTED if outcome.supported else Verdict.UNSUPPORTED
    if outcome.contradicted:
        verdict = Verdict.CONTRADICTED
    spans = tuple(EvidenceSpan(index, span) for index, span in outcome.parts)
    evidence = spans if verdict is not Verdict.UNSUPPORTED else ()
    return Judgement(verdict, outcome.score, outcome.model_score, outcome.vetoes, evidence, outcome.derivations)


def _reason(outcome: Outcome, threshold: float) -> str:
    if outcome.vetoes:
        return "; ".join(f"{veto.name}: {veto.detail}" for veto in outcome.vetoes)
    return f"no source supports it (score {outcome.model_score:.2f}, needed above {threshold:.2f})"
