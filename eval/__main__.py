"""`python -m eval run SUITE`: measures, prints the tables and writes them to eval/reports/SUITE.md."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

REPORTS = Path(__file__).parent / "reports"
SUITES = {
    "quick": "every corpus: retrieval, answers, citations, abstention, checker, seconds",
    "checker": "the checker on claims it was not trained on, beside overlap (needs RAGCITE_EVAL_DATA)",
    "engines": "generators at Qwen3-0.6B's shapes, int8, encoders, against torch (needs RAGCITE_EVAL_DATA)",
    "batch": "what asking several questions together could gain",
    "speed": "start-up, re-ingest of an unchanged folder, embedding, seconds of each step of ask",
}


@click.group()
def cli() -> None:
    """Measurements. Every report names its command, the date and the machine's cores."""


@cli.command()
@click.argument("suite", type=click.Choice(sorted(SUITES)))
def run(suite: str) -> None:
    """Run SUITE and write its report."""
    module = importlib.import_module(f"eval.suites.{suite}")
    text = module.report().render(f"python -m eval run {suite}")
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / f"{suite}.md").write_text(text, "utf-8")
    click.echo(text)


@cli.command(name="list")
def list_suites() -> None:
    """List the suites."""
    for name, what in SUITES.items():
        click.echo(f"{name:10} {what}")


if __name__ == "__main__":
    cli()
