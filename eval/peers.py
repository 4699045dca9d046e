"""`python -m eval.peers --peer NAME=INTERPRETER …`: citation checkers of the package index on the checker's pairs.

Each peer runs in its own environment (`eval/peer_adapters.py`); none is a dependency. What needs a model that is not in
its package, or a network, is left out.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from eval.certify import packaged_verifier
from eval.peer_adapters import PEERS
from eval.report import Report, percent
from eval.suites.checker import judged, unseen
from eval.support_data import Pair, sampled
from eval.vetoes import pairs_of
from ragcite.errors import UsageError
from ragcite.evaluation import Rate, auroc, bootstrap

SEED = 5
ADAPTERS = Path(__file__).parent / "peer_adapters.py"
HEADER = ("checker", "AUROC", "false pass", "false strip", "pairs")


def samples(most: int) -> list[tuple[str, list[Pair]]]:
    """Half of `most` from the four unseen sets in equal shares, half from `reports`; the same every time."""
    rng = random.Random(SEED)
    public = [pair for _, pairs in unseen() for pair in sampled(pairs, most // 8, rng)]
    written = [Pair(p.claim, p.evidence, p.supported, p.evidence[0], "reports") for p in pairs_of(["reports"])]
    return [("public sets that nobody trained on", public), ("reports", sampled(written, most // 2, rng))]


def ask(peer: str, interpreter: str, pairs: Sequence[Pair]) -> tuple[list[float], list[bool]]:
    """Scores and verdicts of `peer`. Raises `UsageError` where its interpreter fails."""
    lines = "".join(json.dumps({"claim": p.claim, "evidence": "\n\n".join(p.evidence)}) + "\n" for p in pairs)
    done = subprocess.run(
        [interpreter, str(ADAPTERS), peer], input=lines, capture_output=True, text=True, check=False, timeout=1800
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(pairs):
        cause = (done.stderr.strip().splitlines() or ["it answered too few pairs"])[-1]
        raise UsageError(f"--peer {peer}={interpreter}", cause, f"Install {peer} for that interpreter.")
    return [answer["score"] for answer in answers], [answer["passes"] for answer in answers]


def row(name: str, labels: Sequence[bool], scores: Sequence[float], passes: Sequence[bool]) -> list[str]:
    """AUROC only where the scores have more than two values."""
    area = "yes or no only"
    if len(set(scores)) > 2:
        low, high = bootstrap("auroc", scores, labels)
        area = f"{auroc(scores, labels):.3f} [{low:.3f}, {high:.3f}]"
    wrong = [passed for passed, label in zip(passes, labels, strict=True) if not label]
    right = [not passed for passed, label in zip(passes, labels, strict=True) if label]
    false_pass, false_strip = Rate(sum(wrong), len(wrong)), Rate(sum(right), len(right))
    return [name, area, percent(false_pass), percent(false_strip), str(len(labels))]


@click.command()
@click.option("--peer", "peers", multiple=True, help=f"NAME=INTERPRETER; names: {', '.join(PEERS)}.")
@click.option("--most", default=600, help="Pairs in all.")
def main(peers: tuple[str, ...], most: int) -> None:
    """Print one table for each sample."""
    report = Report("Citation checkers of the package index")
    verifier = packaged_verifier()
    for name, pairs in samples(most):
        found = judged(pairs, verifier)
        labels = [bool(label) for label in found.labels]
        name_and_area = row("word overlap", labels, found.overlap.tolist(), [False] * len(labels))[:2]
        rows = [[*name_and_area, "–", "–", str(len(labels))]]
        rows.append(row("ragcite", labels, found.scores.tolist(), [bool(a) for a in found.accepted]))
        for peer, interpreter in (option.split("=", 1) for option in peers):
            rows.append(row(peer, labels, *ask(peer, interpreter, pairs)))
        report.table(name, HEADER, rows)
    click.echo(report.render("python -m eval.peers"))


if __name__ == "__main__":
    main()
