"""The sentences of retrieved passages: what can be quoted, and the words around each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ragcite.answering.lead_in import is_item
from ragcite.text import query_terms, sentences, stem, words
from ragcite.types import Hit, Passage, Span, header_of

MAX_CHARACTERS = 1_200  # a longer "sentence" is a listing or a broken layout: not a quotation
_UNSPACED = frozenset({"zh", "ja", "ko", "th"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of `hit`; `span` in document coordinates, `place` its number within the passage."""

    hit: Hit
    rank: int
    place: int
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class PassageWords:
    """A hit's sentences with their terms, and the terms of its header and file name."""

    hit: Hit
    sentences: tuple[Sentence, ...]
    terms: tuple[frozenset[str], ...]
    header: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.header.union(*self.terms)

    def around(self, place: int) -> frozenset[str]:
        """Terms of a sentence, its neighbours, the header, and what introduces the table or list it stands in."""
        near = self.terms[max(0, place - 1) : place + 2]
        return self.header.union(*near, self.terms[self.lead(place)])

    def lead(self, place: int) -> int:
        """A table's first row; the sentence before a list; otherwise the sentence itself."""
        for belongs, before in ((_is_row, 0), (is_item, 1)):
            start = place
            while start > 0 and belongs(self.sentences[start].text) and belongs(self.sentences[start - 1].text):
                start -= 1
            if belongs(self.sentences[place].text):
                return max(0, start - before)
        return place

    @property
    def shown(self) -> str:
        """The passage as a reader is shown it: under its headings, or the file's name."""
        return f"{header_of(self.hit.passage, self.hit.location)}\n{self.hit.passage.text}"


def _is_row(text: str) -> bool:
    return text.startswith("|")


def plain(term: str) -> str:
    """Identifiers and numbers without the marks that are written or left out at will: "PX-220" and "PX220", "1,200"."""
    if not any(map(str.isdigit, term)):
        return term
    if any(map(str.isalpha, term)):
        return term.replace("-", "").replace("_", "").replace("/", "")
    return term.replace(",", "").replace("'", "")


def terms_of(text: str, language: str | None) -> frozenset[str]:
    """Stems of the words of `text`, CJK as bigrams: what a question's terms are looked for in.

    `language` is the question's, for the stems of both must agree.
    """
    if language in _UNSPACED:
        return frozenset(plain(term) for term in query_terms(text))
    return frozenset(stem(plain(word.text), language) for word in words(text))


def read_hits(hits: Sequence[Hit], language: str | None) -> list[PassageWords]:
    """Every hit cut into sentences, in the order of the hits."""
    return [_read(hit, rank, language) for rank, hit in enumerate(hits)]


def _read(hit: Hit, rank: int, language: str | None) -> PassageWords:
    passage = hit.passage
    found: list[Sentence] = []
    for span in sentences(passage.text, passage.language):
        text = span.of(passage.text)
        if len(text) <= MAX_CHARACTERS and not _is_furniture(text, passage):
            found.append(Sentence(hit, rank, len(found), span.shifted(passage.span.start), text))
    return PassageWords(
        hit=hit,
        sentences=tuple(found),
        terms=tuple(terms_of(sentence.text, language) for sentence in found),
        header=terms_of(f"{passage.header} {hit.location.name}", language),
    )


def _is_furniture(text: str, passage: Passage) -> bool:
    """Headings, table rules, page numbers: words that say nothing by themselves."""
    bare = text.strip("#*_=-|: \t")
    return text.startswith("#") or bare in passage.heading_path or sum(map(str.isalpha, bare)) < 2
