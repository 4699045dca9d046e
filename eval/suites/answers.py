"""Whole answers as a language model writes them, every sentence labelled, through the path that `ragcite ask` takes a
draft: sentences, markers, vetoes, judge, repair. Nothing may be tuned on them (corpora/answers/README.md).

False pass: unsupported sentences of which something was shown as supported / unsupported ones. False strip: supported
sentences of which something was withheld / supported ones. Word overlap is the share of a sentence's content words in
the source that has most of them, or in the cited ones together; it accepts above the threshold whose false strip on the
same sentences is nearest. A citation is right where it belongs to a set of sources that supports the sentence and is
cited as a whole; those of unsupported sentences are wrong. Labels were written with the answers by a large language
model, which then read every sentence once more beside its sources; no person has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from eval.answer_runs import Checked, checked
from eval.answers import SUPPORTED, UNSUPPORTED, LabelledSentence, labelled_answers
from eval.certify import packaged_verifier
from eval.report import Report, percent
from eval.suites.checker import plain_overlap
from ragcite.evaluation import Rate
from ragcite.prompting import parse_draft

LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "zh": "Chinese"}
AS_WRITTEN = ("right", "right and one too many", "wrong, though another source supports", "missing")

Accept = Callable[[Checked], bool]


def kept(one: Checked) -> bool:
    """Whether all of it was shown."""
    return one.shown and not one.withheld


def false_pass(rows: Sequence[Checked], accept: Accept = lambda one: one.shown) -> Rate:
    wrong = [one for one in rows if one.sentence.checkable and not one.sentence.supported]
    return Rate(sum(map(accept, wrong)), len(wrong))


def false_strip(rows: Sequence[Checked], accept: Accept = kept) -> Rate:
    right = [one for one in rows if one.sentence.supported]
    return Rate(sum(not accept(one) for one in right), len(right))


def overlap(one: Checked) -> float:
    """The best source's share of the sentence's content words, or that of the cited ones together."""
    texts = [text for _, text in one.answer.sources]
    claim = " ".join(part.text for part in parse_draft(one.sentence.text, len(texts)).sentences)
    groups = [*([text] for text in texts), [texts[number - 1] for number in one.sentence.cites]]
    return max(plain_overlap(claim, group) for group in groups)


def overlap_at(rows: Sequence[Checked]) -> Accept:
    """Word overlap above the threshold whose false strip on `rows` is nearest to the checker's."""
    scores = {id(one): overlap(one) for one in rows}
    wanted = false_strip(rows).hits

    def above(threshold: float) -> Accept:
        return lambda one: scores[id(one)] > threshold

    return above(min({-1.0, *scores.values()}, key=lambda t: (abs(false_strip(rows, above(t)).hits - wanted), t)))


def as_written(sentence: LabelledSentence) -> str:
    """How the draft cites a supported sentence, one of AS_WRITTEN."""
    right = sentence.right(sentence.cites)
    if not sentence.cites:
        return AS_WRITTEN[3]
    if not right:
        return AS_WRITTEN[2]
    return AS_WRITTEN[0] if right == set(sentence.cites) else AS_WRITTEN[1]


def citation_precision(rows: Sequence[Checked]) -> Rate:
    """Right citations / citations that a person sees."""
    seen = [one for one in rows if one.shown]
    return Rate(sum(len(one.sentence.right(one.numbers)) for one in seen), sum(len(one.numbers) for one in seen))


def totals_table(out: Report, rows: Sequence[Checked]) -> None:
    named = [(name, [one for one in rows if one.answer.language == key]) for key, name in LANGUAGES.items()]
    named.append(("the four others", [one for one in rows if one.answer.language != "en"]))
    header = ("language", "answers", "false pass", "false strip", "false pass, word overlap", "its false strip")
    lines = []
    for name, chosen in named:
        accept = overlap_at(chosen)
        lines.append([
            name, len({one.answer.id for one in chosen}), percent(false_pass(chosen)), percent(false_strip(chosen)),
            percent(false_pass(chosen, accept)), percent(false_strip(chosen, accept)),
        ])  # fmt: skip
    out.table("Sentences shown that nothing supports, and withheld ones that something does", header, lines)


def kinds_tables(out: Report, rows: Sequence[Checked]) -> None:
    """English, at one threshold of word overlap."""
    accept = overlap_at(rows)

    def of(kind: str) -> list[Checked]:
        return [one for one in rows if one.sentence.kind == kind]

    lines = [[kind, percent(false_pass(of(kind))), percent(false_pass(of(kind), accept))] for kind in UNSUPPORTED]
    out.table("English, unsupported, by kind", ("kind", "false pass", "false pass, word overlap"), lines)
    lines = [[kind, percent(false_strip(of(kind))), percent(false_strip(of(kind), accept))] for kind in SUPPORTED]
    out.table("English, supported, by kind", ("kind", "false strip", "false strip, word overlap"), lines)


def citations_table(out: Report, rows: Sequence[Checked]) -> None:
    lines: list[list[object]] = []
    for name in AS_WRITTEN:
        mine = [one for one in rows if one.sentence.supported and as_written(one.sentence) == name]
        seen = [one for one in mine if kept(one)]
        right = sum(one.sentence.right(one.numbers) == one.numbers != frozenset() for one in seen)
        lines.append([name, len(mine), percent(Rate(right, len(mine))), len(seen) - right, len(mine) - len(seen)])
    header = (
        "citation in the draft",
        "n",
        "shown with right ones only",
        "shown with a wrong one or one too few",
        "withheld",
    )
    out.table("Supported sentences, every language: what became of their citations", header, lines)
    out.note(f"Citation precision of what is shown: {percent(citation_precision(rows))}.")


def remarks(out: Report, rows: Sequence[Checked], seconds: float) -> None:
    idle = [one for one in rows if not one.sentence.checkable]
    called = Rate(sum(one.not_checkable for one in idle), len(idle))
    out.note(
        f"Greetings, lead-ins and the like that are called not checkable: {percent(called)}; shown as supported: "
        f"{sum(one.shown for one in idle)}. Sentences that the path cuts elsewhere than the label: "
        f"{sum(one.split for one in rows)} of {len(rows)}. Seconds an answer, mean: "
        f"{seconds / len({one.answer.id for one in rows}):.2f}."
    )


def report() -> Report:
    out = Report("Whole answers")
    verifier = packaged_verifier()
    out.note(f"Checker: {verifier.name}, threshold {verifier.threshold:.2f}.")
    started = time.perf_counter()
    rows = [one for answer in labelled_answers() for one in checked(answer, verifier)]
    seconds = time.perf_counter() - started
    totals_table(out, rows)
    kinds_tables(out, [one for one in rows if one.answer.language == "en"])
    citations_table(out, rows)
    remarks(out, rows, seconds)
    out.note((__doc__ or "").strip())
    return out
