"""`ragcite eval`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragcite.cli.options import json_option

if TYPE_CHECKING:
    from ragcite.schema.evaluation import EvalOut, RateOut


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("questions", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Read settings from this file only.")
@click.option("--extractive", is_flag=True, help="Measure the extractive answers; no text is generated.")
@click.option("--generator", metavar="NAME", help="The model that writes.")
@json_option("the figures")
def command(
    folder: Path, questions: Path, config: Path | None, extractive: bool, generator: str | None, as_json: bool
) -> None:
    """Measure ragcite on FOLDER with the QUESTIONS of a JSON lines file.

    \b
    {"id", "question", "references": [{"doc", "start", "end"} or {"doc", "quote"}], "answer"}

    Empty references mean that the documents do not answer. The folder is ingested into a temporary library.
    """
    from ragcite.cli.progress import counting_progress
    from ragcite.evaluation import eval_out
    from ragcite.library import evaluate_folder

    with counting_progress("asking", quiet=as_json) as progress:
        report = evaluate_folder(
            folder, questions, config=config, extractive=extractive, generator=generator, progress=progress
        )
    out = eval_out(report)
    if as_json:
        click.echo(out.model_dump_json(indent=2))
    else:
        _show(out)


def _show(out: EvalOut) -> None:
    from rich.table import Table

    from ragcite.cli.console import output

    table = Table(box=None, pad_edge=False, show_header=False)
    retrieval = out.retrieval.model_dump(by_alias=True)
    for name, value in retrieval.items():
        table.add_row(name, f"{value:.3f}")
    rows = {
        "answers correct": out.answers.correct,
        "citations right": out.citations.precision,
        "gold spans cited": out.citations.recall,
        "unanswerable, answered": out.abstention.unanswerable_answered,
        "answerable, refused": out.abstention.answerable_refused,
    }
    for name, rate in rows.items():
        table.add_row(name, _percent(rate))
    for step, seconds in out.seconds.items():
        table.add_row(f"median seconds, {step}", f"{seconds:.2f}")
    output().print(table)


def _percent(rate: RateOut) -> str:
    interval = f"[{100 * rate.low:.1f}, {100 * rate.high:.1f}]"
    return f"{100 * rate.value:5.1f} %  {interval}  {rate.hits} of {rate.n}"
