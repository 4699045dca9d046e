"""One claim before its evidence: windows, scores and vetoes, for any subset of the evidence texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ragcite.types import Span, Veto
from ragcite.verification.alignment import align
from ragcite.verification.judges import Exhibit, Judge
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes import (
    Finding,
    antonym_veto,
    date_veto,
    denial_veto,
    direction_veto,
    identifier_veto,
    joined,
    modality_veto,
    name_veto,
    number_veto,
    polarity_veto,
    quotation_veto,
    subject_veto,
)
from ragcite.verification.windows import CONTEXT_WORDS, Window, best_windows, covering, spread

_ALIGNED = 0.6  # a conflict counts as contradiction where this much of the claim is in the window
_VERBATIM = 0.99  # the score of a claim that is a sentence of the source, word for word
_ANSWERING = re.compile(r"^(?:yes|no|ja|nein|doch|sí|oui|non)\s*[,:–—-]\s*|^(?:是的|对|不)[,，]\s*", re.IGNORECASE)
_SHORTER_IS_FINE = 0.15  # a shorter window that passes is quoted when it scores this little less


def _plain(text: str) -> str:
    """Without what Markdown, list signs and the last full stop add."""
    return " ".join(text.strip(" \n\t#*_>-•.。").casefold().split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set of evidence texts says of the claim. `parts` are (text index, span), the deciding windows."""

    supported: bool
    contradicted: bool
    score: float
    model_score: float
    vetoes: tuple[Veto, ...]
    derivations: tuple[str, ...]
    parts: tuple[tuple[int, Span], ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Windows that are judged as one text."""

    windows: tuple[Window, ...]

    @property
    def text(self) -> str:
        return "\n".join(window.text for window in self.windows)

    @property
    def indexes(self) -> frozenset[int]:
        return frozenset(window.index for window in self.windows)


class Trial:
    """Scores every window in one call of the judge, then answers for any set of texts.

    `headers` (title and headings of each text, or none at all) may hold a year or a name that the text leaves out;
    `together` are the sets of texts that get a joint pass.
    """

    def __init__(
        self,
        claim: str,
        evidence: Sequence[Reading],
        headers: Sequence[str],
        judge: Judge,
        threshold: float,
        together: Sequence[frozenset[int]],
    ) -> None:
        claim = _ANSWERING.sub("", claim)
        self._language = next((reading.language for reading in evidence if reading.language), None)
        self._claim = Reading(claim, self._language)
        self._evidence = evidence
        self._headers = headers or [""] * len(evidence)
        self._threshold = threshold
        windows = best_windows(self._claim, evidence)
        self._candidates = [_Candidate((window,)) for found in windows for window in found]
        self._candidates += self._joint(windows, together)
        self._candidates += [
            _Candidate(tuple(found))
            for index, reading in enumerate(evidence)
            if len(found := spread(self._claim, reading, index)) > 1
        ]
        self._contexts: dict[tuple[int, int], str] = {}
        exhibits = [self._exhibit(candidate) for candidate in self._candidates]
        scores = judge.scores(claim, exhibits) if exhibits else []
        self._scores = [
            max(score, _VERBATIM) if _plain(e.window) == _plain(claim) else score
            for score, e in zip(scores, exhibits, strict=True)
        ]
        self._findings: dict[str, Finding] = {}

    def _exhibit(self, candidate: _Candidate) -> Exhibit:
        """Texts that are judged together share the room for their context."""
        indexes = sorted(candidate.indexes)
        return Exhibit(candidate.text, "\n".join(self._context(i, CONTEXT_WORDS // len(indexes)) for i in indexes))

    def _context(self, index: int, most: int) -> str:
        """As the gate's reader is shown it: under its header."""
        if (index, most) not in self._contexts:
            text = covering(self._claim, self._evidence[index], most)
            self._contexts[index, most] = self._under_headers(text, frozenset([index]))
        return self._contexts[index, most]

    @staticmethod
    def _joint(windows: list[list[Window]], together: Sequence[frozenset[int]]) -> list[_Candidate]:
        out = []
        for indexes in together:
            best = tuple(windows[i][0] for i in sorted(indexes) if windows[i] and windows[i][0].overlap > 0)
            if len(best) > 1:
                out.append(_Candidate(best))
        return out

    def overlap(self, index: int) -> float:
        """The best window's word overlap in text `index`."""
        return max((c.windows[0].overlap for c in self._candidates if c.indexes == {index}), default=0.0)

    def outcome(self, indexes: frozenset[int]) -> Outcome:
        """Supported iff some window (or joint window) of these texts scores above the threshold and meets no veto."""
        judged = [
            (score, candidate)
            for score, candidate in zip(self._scores, self._candidates, strict=True)
            if candidate.indexes <= indexes
        ]
        if not judged:
            return Outcome(False, False, 0.0, 0.0, (), (), ())
        shared = self._shared(indexes)
        judged.sort(key=lambda item: -item[0])
        passing = (
            [] if shared.vetoes else [item for item in judged if item[0] > self._threshold and self._passes(item[1])]
        )
        return self._accepted(passing) if passing else self._refused(judged, shared)

    def survivors(self, indexes: frozenset[int]) -> list[Exhibit]:
        """The windows that no veto stops, whatever their score."""
        if self._shared(indexes).vetoes:
            return []
        return [self._exhibit(c) for c in self._candidates if c.indexes <= indexes and self._passes(c)]

    def best_survivor(self, indexes: frozenset[int]) -> float | None:
        """The best score of a window that no veto stops; None without any."""
        if self._shared(indexes).vetoes:
            return None
        judged = zip(self._scores, self._candidates, strict=True)
        return max((score for score, c in judged if c.indexes <= indexes and self._passes(c)), default=None)

    def _passes(self, candidate: _Candidate) -> bool:
        return not self._finding(candidate).vetoes

    def _accepted(self, passing: list[tuple[float, _Candidate]]) -> Outcome:
        best = passing[0][0]
        near = [item for item in passing if item[0] >= best - _SHORTER_IS_FINE]
        score, chosen = min(near, key=lambda item: len(item[1].text))
        parts = tuple((window.index, window.span) for window in chosen.windows)
        return Outcome(True, False, score, best, (), self._finding(chosen).derivations, parts)

    def _refused(self, judged: list[tuple[float, _Candidate]], shared: Finding) -> Outcome:
        """Names the vetoes of the window that comes nearest: fewest vetoes, then the highest score."""
        likely = [item for item in judged if item[0] > self._threshold] or judged[:1]
        score, chosen = min(likely, key=lambda item: (len(self._finding(item[1]).vetoes), -item[0]))
        finding = self._finding(chosen)
        vetoes = shared.vetoes + finding.vetoes
        aligned = max(window.overlap for window in chosen.windows) >= _ALIGNED or len(chosen.windows) > 1
        contradicted = shared.contradicts or (finding.contradicts and (aligned or score > self._threshold))
        final = min(judged[0][0], self._threshold) * (0.5 if vetoes else 1.0)
        parts = tuple((window.index, window.span) for window in chosen.windows)
        return Outcome(False, contradicted, final, judged[0][0], vetoes, (), parts)

    def _shared(self, indexes: frozenset[int]) -> Finding:
        """Vetoes that look at all that the texts say, so that a neighbouring sentence cannot hide a denial; a plain
        denial counts in whichever text it stands."""
        texts = [self._evidence[i].text for i in sorted(indexes)]
        whole = self._evidence[min(indexes)] if len(texts) == 1 else Reading("\n\n".join(texts), self._language)
        aligned = align(self._claim, whole)
        polarity = polarity_veto(self._claim, whole, aligned)
        return joined(
            [
                polarity if polarity.vetoes else self._denial,
                modality_veto(self._claim, whole, aligned),
                antonym_veto(self._claim, whole),
                direction_veto(self._claim, whole, aligned),
                quotation_veto(self._claim.text, texts),
                name_veto(self._claim, self._read_under_headers(whole, indexes)),
            ]
        )

    @cached_property
    def _denial(self) -> Finding:
        return denial_veto(self._claim, self._evidence)

    def _under_headers(self, text: str, indexes: frozenset[int]) -> str:
        return "\n".join([*(self._headers[i] for i in sorted(indexes) if self._headers[i]), text])

    def _read_under_headers(self, reading: Reading, indexes: frozenset[int]) -> Reading:
        text = self._under_headers(reading.text, indexes)
        return reading if text == reading.text else Reading(text, self._language)

    def _finding(self, candidate: _Candidate) -> Finding:
        """Vetoes on facts, which must stand in the window itself or in its text's headings."""
        text = candidate.text
        if text not in self._findings:
            reading = Reading(self._under_headers(text, candidate.indexes), self._language)
            vetoes = (number_veto, date_veto, identifier_veto, subject_veto)
            self._findings[text] = joined([veto(self._claim, reading) for veto in vetoes])
        return self._findings[text]
