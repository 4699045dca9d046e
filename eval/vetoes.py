"""`python -m eval.vetoes`: what each veto stops, by name: of hand-written tables, and of the written pairs.

A veto stops a claim that no window of its passage brings through, however sure a model were. `reports` and `answers`
are shown apart: nothing may be tuned on them.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from eval.report import Report, percent
from ragcite.evaluation import Rate, packaged_pairs, written_pairs
from ragcite.types import LabelledPair
from ragcite.verification.judges import Exhibit
from ragcite.verification.reading import Reading
from ragcite.verification.trial import Trial

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "tests" / "verification" / "tables"
FOR_TRAINING = ("workplace", "public", "narrative", "informal", "technical", "business", "similar")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a table: `veto` must speak (`stop`) or none may; `held` cases are never tuned on."""

    veto: str
    held: bool
    language: str
    stop: bool
    note: str
    evidence: str
    claim: str


class Certain:
    """A judge that believes everything, so that only vetoes stop a claim."""

    name, threshold = "certain", 0.5

    def scores(self, claim: str, exhibits: Sequence[Exhibit]) -> list[float]:
        del claim
        return [1.0] * len(exhibits)


def cases() -> list[Case]:
    """Every line of every table, in order of file names."""
    out = []
    for path in sorted(TABLES.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            out += [
                Case(
                    path.stem,
                    r["part"] == "held",
                    r["language"],
                    r["expected"] == "stop",
                    r["note"],
                    r["evidence"],
                    r["claim"],
                )
                for r in rows
            ]
    return out


def stopped_by(claim: str, evidence: str, language: str | None = None) -> tuple[str, ...]:
    """Names of the vetoes that stop `claim` before one text; none where some window passes."""
    trial = Trial(claim, [Reading(evidence, language)], [""], Certain(), Certain.threshold, [])
    return tuple(dict.fromkeys(veto.name for veto in trial.outcome(frozenset({0})).vetoes))


def table_rows(found: Sequence[tuple[Case, tuple[str, ...]]], held: bool) -> list[list[object]]:
    """For each veto: false pairs that some veto stopped (that one, by name), true ones that all let through."""
    rows: list[list[object]] = []
    for veto in [*dict.fromkeys(case.veto for case, _ in found), "all"]:
        mine = [(case, names) for case, names in found if case.held == held and veto in (case.veto, "all")]
        false = [(case, names) for case, names in mine if case.stop]
        true = [names for case, names in mine if not case.stop]
        caught = Rate(sum(bool(names) for _, names in false), len(false))
        by_name = sum(case.veto in names for case, names in false)
        survived = Rate(sum(not names for names in true), len(true))
        rows.append([veto, percent(caught), by_name, percent(survived)])
    return rows


def veto_rows(pairs: Iterable[LabelledPair]) -> list[list[object]]:
    """For each veto: how often it stops a supported claim, and how often one that is not."""
    counts: Counter[tuple[str, bool]] = Counter()
    totals: Counter[bool] = Counter()
    for pair in pairs:
        names = stopped_by(pair.claim, pair.evidence[0])
        totals[pair.supported] += 1
        counts.update((name, pair.supported) for name in (*names, *(["any"] if names else [])))
    every = sorted({name for name, _ in counts} - {"any"})
    return [
        [name, *(percent(Rate(counts[name, supported], totals[supported])) for supported in (True, False))]
        for name in [*every, "any"]
    ]


def pairs_of(names: Sequence[str]) -> list[LabelledPair]:
    """Claims of the named files of corpora/pairs, in order."""
    files = [ROOT / "corpora" / "pairs" / f"{name}.jsonl" for name in names]
    return [pair for file in files for pair in written_pairs(file.read_text("utf-8").splitlines())]


@click.command()
@click.option("--every", default=1, help="Take each n-th of the pairs for training and of answers.")
@click.option("--misses", is_flag=True, help="Print the missed cases of the tables (tune part only) and stop.")
def main(every: int, misses: bool) -> None:
    """Print the tables."""
    found = [(case, stopped_by(case.claim, case.evidence, case.language)) for case in cases()]
    if misses:
        for case, names in found:
            if bool(names) != case.stop and not case.held:
                click.echo(f"{case.veto} {case.note} {','.join(names) or '-'}: {case.evidence} ⊬ {case.claim}")
        return
    report = Report("Vetoes by name")
    header = ["table", "false ones stopped", "by the table's own veto", "true ones that survive"]
    report.table("Hand-written tables, the part that rules were tuned on", header, table_rows(found, held=False))
    report.table("Hand-written tables, held part", header, table_rows(found, held=True))
    header = ["veto", "supported claims that it stops", "unsupported claims that it stops"]
    report.table("Written pairs for training", header, veto_rows(pairs_of(FOR_TRAINING)[::every]))
    report.table("Written pairs for reporting (reports)", header, veto_rows(pairs_of(["reports"])))
    report.table("The package's pairs (answers)", header, veto_rows(packaged_pairs()[::every]))
    click.echo(report.render("python -m eval.vetoes"))


if __name__ == "__main__":
    main()
