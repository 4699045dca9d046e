"""Questions with a window of a passage: does it hold the answer? Hard negatives from the same search, and made ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.gate_cases import Library, other_name
from eval.qa_data import Question, chunking, clapnq, xquad
from eval.support_data import data_folder
from eval.training.examples import Example, Task
from eval.training.support_examples import passages
from ragcite.protocols import Embedder
from ragcite.text import content_words, sentences, words
from ragcite.types import Passage, Span

HARD = 3  # windows without the answer that share most words with the question


NEIGHBOURS = 25  # words of the sentences on either side


def in_context(header: str, before: str, itself: str, after: str) -> str:
    """A sentence under its header, with as much of its neighbours as stands next to it."""
    parts = (" ".join(before.split()[-NEIGHBOURS:]), itself.strip(), " ".join(after.split()[:NEIGHBOURS]))
    return "\n".join([*([header] if header else []), " ".join(part for part in parts if part)])


@dataclass(frozen=True, slots=True)
class _Place:
    passage: Passage
    spans: tuple[Span, ...]
    place: int

    @property
    def span(self) -> Span:
        """In document coordinates."""
        return self.spans[self.place].shifted(self.passage.span.start)

    def text(self, hidden: frozenset[int] = frozenset()) -> str:
        """As the gate shows it to a reader: header, sentence, neighbours; without the `hidden` ones."""
        shown = {i: self.spans[i].of(self.passage.text) for i in range(len(self.spans)) if abs(i - self.place) < 2}
        before, itself, after = (shown.get(self.place + step, "") for step in (-1, 0, 1))
        kept = [text if i not in hidden else "" for i, text in enumerate((before, itself, after), self.place - 1)]
        return in_context(self.passage.header, *kept)


def searched(rng: random.Random, embedder: Embedder) -> list[Example]:
    """From xquad, clapnq and chunking_evaluation, with the hits that a search in each brings."""
    folder = data_folder()
    out: list[Example] = []
    for questions in (xquad(folder, "en"), clapnq(folder), chunking(folder)):
        library = Library(questions, embedder, None)
        names = sorted({name for question in questions.questions for name in _names(question.text)})
        titles = {document.id: document.title or document.id for document in questions.documents}
        for question in questions.questions:
            group = titles[question.gold[0].document_id] if question.gold and questions.whole else question.id
            out += _of_question(question, group, library, names, rng)
    return out


def _names(question: str) -> list[str]:
    found = [word.span.of(question) for word in words(question)]
    return [raw for number, raw in enumerate(found) if re.search(r"\d", raw) or (number and raw[0].isupper())]


def _places(library: Library, question: str) -> list[_Place]:
    found = []
    for hit in library.search(question):
        spans = tuple(sentences(hit.passage.text, hit.passage.language))
        found += [_Place(hit.passage, spans, place) for place in range(len(spans))]
    return [place for place in found if len(words(place.spans[place.place].of(place.passage.text))) <= 80]


def _of_question(
    question: Question, group: str, library: Library, names: Sequence[str], rng: random.Random
) -> Iterator[Example]:
    places = _places(library, question.text)
    gold = [place for place in places if _holds(place, question)]
    for text in _hard(places, gold, question.text):
        yield Example(Task.ANSWER, text, question.text, 0, group, f"{library.name}/hard")
    if gold:
        for asked_, text, kind in _changed(gold, question, names, rng):
            yield Example(Task.ANSWER, text, asked_, int(kind == "gold"), group, f"{library.name}/{kind}")


def _hard(places: Sequence[_Place], gold: Sequence[_Place], question: str) -> list[str]:
    """The windows that share most words with the question, none of them beside a gold sentence."""
    wanted = {word.text for word in content_words(question)}
    near = {(place.passage.id, place.place + step) for place in gold for step in (-1, 0, 1)}
    others = [place.text() for place in places if (place.passage.id, place.place) not in near]
    return sorted(others, key=lambda text: -len(wanted & {word.text for word in content_words(text)}))[:HARD]


def _changed(
    gold: Sequence[_Place], question: Question, names: Sequence[str], rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """(question, window, kind): as they are, and with the sentence, the answer or the question's name changed."""
    for place in rng.sample(gold, min(2, len(gold))):
        yield question.text, place.text(), "gold"
    place = rng.choice(gold)
    hidden = frozenset(g.place for g in gold if g.passage.id == place.passage.id)
    if len(place.spans) > len(hidden):
        yield question.text, place.text(hidden), "sentence removed"
    for answer in question.answers[:1]:
        yield question.text, re.sub(re.escape(answer), "", place.text(), count=2), "answer removed"
    swapped = other_name(question.text, names, place.text(), rng)
    if swapped:
        yield swapped, place.text(), "swapped name"


def _holds(place: _Place, question: Question) -> bool:
    return any(g.document_id == place.passage.document_id and g.span.overlap(place.span) for g in question.gold)


_SUBJECT = r"^(?P<subject>[A-Z][\w’' -]{2,60}?)"
_DATE = r"(?:in|on|since|until|by) (?:[A-Z][a-z]+ )?(?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4}"
_WHEN = re.compile(
    rf"{_SUBJECT} (?P<aux>was|were|is|are|will be|has been|had been) (?P<rest>[a-z][^.;:]{{2,80}}?)"
    rf",? (?P<slot>{_DATE})(?P<tail>[^.;]*)\.$"
)
_WHO = re.compile(
    r"^(?P<slot>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}) "
    r"(?P<rest>(?:is|was|has|had|\w{3,}(?:ed|es|s))\b[^.;]{10,120})\.$"
)
_BY = re.compile(
    rf"{_SUBJECT} (?P<aux>was|were|is|are) (?P<rest>\w+ed)(?P<more>[^.;]{{0,60}}?) "
    r"(?P<slot>by [A-Z][\w’'. -]{2,40})(?P<tail>[^.;]*)\.$"
)
_COUNT = re.compile(r"^(?P<head>[A-Z][^.;\d]{4,80}) (?P<slot>\d[\d,.]*) (?P<noun>[a-z]+s)\b(?P<tail>[^.;]*)\.$")


def asked(sentence: str) -> tuple[str, str] | None:
    """A question that `sentence` answers, and the sentence without the answer; None where no rule fits."""
    if match := _WHEN.match(sentence):
        subject, aux, rest = match["subject"], match["aux"].split(), match["rest"]
        question = f"When {aux[0]} {_low(subject)} {' '.join([*aux[1:], rest])}?"
        return question, sentence.replace(match["slot"], "", 1)
    if match := _BY.match(sentence):
        question = f"Who {match['rest']} {_low(match['subject'])}{match['more']}?"
        return question, sentence.replace(" " + match["slot"], "", 1)
    if match := _COUNT.match(sentence):
        question = f"{match['head']} how many {match['noun']}{match['tail']}?"
        return question, sentence.replace(match["slot"], "some", 1)
    if match := _WHO.match(sentence):
        return f"Who {match['rest']}?", "This " + match["rest"] + "."
    return None


def _low(subject: str) -> str:
    first = subject.split()[0]
    return subject[0].lower() + subject[1:] if first in ("The", "A", "An", "This", "All", "Its", "Their") else subject


def made_questions(count: int, rng: random.Random) -> list[Example]:
    """Questions made from sentences by rule: answered by the sentence, not by it without the answer, nor by others."""
    out: list[Example] = []
    pieces = passages()
    rng.shuffle(pieces)
    for group, title, piece in pieces:
        lines = piece.split("\n")
        for place, line in enumerate(lines):
            made = asked(line)
            if made is None or len(line.split()) > 40:
                continue
            question, emptied = made
            before, after = (lines[i] if 0 <= i < len(lines) else "" for i in (place - 1, place + 1))
            full = in_context(title, before, line, after)
            out.append(Example(Task.ANSWER, full, question, 1, group, "made/asked"))
            without = in_context(title, before, emptied if rng.random() < 0.7 else "", after)
            out.append(Example(Task.ANSWER, without, question, 0, group, "made/emptied"))
        if len(out) >= count:
            break
    return out


def answer_examples(made: int, rng: random.Random, embedder: Embedder) -> list[Example]:
    """Every pair of the answer task, shuffled."""
    out = searched(rng, embedder) + made_questions(made, rng)
    rng.shuffle(out)
    return out
