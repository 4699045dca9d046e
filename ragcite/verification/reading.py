"""A text as the checker reads it: words with their stems, clauses, numbers; each part found once, when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ragcite.text import content_words, detect_language, sentences, stem, words
from ragcite.types import Span
from ragcite.verification.quantities import Facts, extract

_IRREGULAR_PAIRS = (
    "sell sold|buy bought|bring brought|think thought|teach taught|catch caught|make made|say said|tell told|pay paid|"
    "lay laid|leave left|lose lost|keep kept|feel felt|meet met|send sent|spend spent|build built|lend lent|win won|"
    "find found|hold held|stand stood|understand understood|give gave given|take took taken|write wrote written|"
    "rise rose risen|drive drove driven|speak spoke spoken|break broke broken|choose chose chosen|fall fell fallen|"
    "grow grew grown|know knew known|throw threw thrown|show showed shown|see saw seen|go went gone|come came|"
    "become became|begin began begun|run ran|drink drank drunk|sing sang sung|swim swam swum|get got gotten|"
    "lead led|read read|shut shut|cut cut|eat ate eaten|hide hid hidden|bear bore born|wear wore worn|"
    "forbid forbade forbidden|fly flew flown|draw drew drawn|mean meant|deal dealt|seek sought|fight fought|"
    "person people|child children|man men|woman women|foot feet|die died dead death"
)
IRREGULAR = {form: forms.split()[0] for forms in _IRREGULAR_PAIRS.split("|") for form in forms.split()}
_CLAUSE = re.compile(
    r"[;:–—]|\s-\s|[.!?。！？]+(?=\s|$|[”\"')])|[。；！？]|[,，]\s*(?:but|while|whereas|although|though|which|who|where|"
    r"because|and|or|so|"
    r"sondern|aber|während|obwohl|weil|der|die|das|pero|sino|aunque|mientras|porque|que|mais|tandis|bien que|parce|"
    r"qui)?\b|，"
    r"|\b(?:but|whereas|although|though|because|however|until|unless|since|aber|sondern|obwohl|weil|jedoch|pero|"
    r"sino|aunque|"
    r"porque|mais|parce que)\b|但是|但|而是|因为|不过",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A content word: its `stem`, as written, and where."""

    stem: str
    text: str
    span: Span


class Reading:
    """One text and what was found in it. `language` may be given for texts too short to tell."""

    def __init__(self, text: str, language: str | None = None) -> None:
        self.text = text
        self.language = language or detect_language(text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Content words in order."""
        return tuple(
            Token(root(word.text, self.language), word.text, word.span)
            for word in content_words(self.text, self.language)
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of every word, stop words included."""
        return frozenset(root(word.text, self.language) for word in words(self.text))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return tuple(sentences(self.text, self.language))

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """Stretches between clause borders, inside sentences."""
        out: list[Span] = []
        for sentence in self.sentences:
            start = sentence.start
            for border in _CLAUSE.finditer(self.text, sentence.start, sentence.end):
                out.append(Span(start, border.start()))
                start = border.end() if border.group()[0] in ";:–—.,!?。；！？， " else border.start()
            out.append(Span(start, max(start, sentence.end)))
        return tuple(span for span in out if span.of(self.text).strip())

    @cached_property
    def facts(self) -> Facts:
        """Numbers and dates."""
        return extract(self.text, self.language)


def root(word: str, language: str | None) -> str:
    """The stem of a casefolded word, irregular English forms brought together."""
    if language in ("en", None):
        word = IRREGULAR.get(word, word)
    return stem(word, language or "en")
