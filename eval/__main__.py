"""`python -m eval run SUITE`: measures, prints the tables and writes them to eval/reports/SUITE.md.

The robustness suite writes docs/promises.md instead.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import click

REPORTS = Path(__file__).parent / "reports"
SUITES = {
    "quick": "every corpus: retrieval, answers, citations, abstention, checker, seconds",
    "folders": "folders of other organisations that nothing was tuned on: retrieval, answers, citations, abstention",
    "checker": "the checker on claims it was not trained on, beside overlap (needs RAGCITE_EVAL_DATA)",
    "pairs": "the checker on our own pairs that no threshold was set on",
    "answers": "whole answers through the whole check, every sentence labelled: false pass, false strip, citations",
    "engines": "generators at Qwen3-0.6B's shapes, int8, encoders, against torch (needs RAGCITE_EVAL_DATA)",
    "batch": "what asking several questions together could gain",
    "robustness": "what ragcite promises, tested; writes docs/promises.md (needs RAGCITE_EVAL_DATA)",
    "speed": "start-up, re-ingest of an unchanged folder, embedding, seconds of each step of ask",
}


@click.group()
def cli() -> None:
    """Measurements. Every report names its command, the date and the machine's cores."""


@cli.command()
@click.argument("suite", type=click.Choice(sorted(SUITES)))
@click.option("--full", is_flag=True, help="With the goals' counts, for hours (robustness only).")
def run(suite: str, full: bool) -> None:
    """Run SUITE and write its report."""
    module = importlib.import_module(f"eval.suites.{suite}")
    if suite == "robustness":
        click.echo(module.write_page(full))
        return
    if full:
        raise click.UsageError(f"{suite} has no --full.")
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
