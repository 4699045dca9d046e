"""`ragcite calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ragcite.cli.options import json_option, library_options, open_library

if TYPE_CHECKING:
    from ragcite.types import Certificate, LabelledPair


@click.command()
@click.argument("pairs", type=click.File("r", encoding="utf-8"), required=False)
@click.option(
    "--alpha", type=click.FloatRange(0.1, 50), default=5.0, show_default=True, help="Most false passes, in percent."
)
@click.option("--packaged", is_flag=True, help="Use the labelled pairs that the package carries.")
@click.option("--dry-run", is_flag=True, help="Say what would be found; change nothing.")
@click.option("--reset", is_flag=True, help="Go back to the threshold that the package carries.")
@library_options
@json_option("the certificate")
def command(
    pairs: IO[str] | None,
    alpha: float,
    packaged: bool,
    dry_run: bool,
    reset: bool,
    library: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Set how sure the checker must be, so that at most --alpha percent of unsupported sentences pass.

    PAIRS is a JSON lines file (- for standard input) of claims that people labelled; their kind is what the promise
    holds for:

    \b
    {"claim", "evidence": text or list of texts, "label": "supported", "unsupported" or "contradicted"}

    Without PAIRS they are made from the library's documents: a sentence is supported where it stands, not after one
    fact of it was changed, and not by another passage. Errors that only reading finds are not among those; they are
    in the package's own pairs (--packaged).
    """
    from ragcite.cli.progress import counting_progress
    from ragcite.schema import certificate_out

    with open_library(library, config) as opened:
        if reset:
            had = opened.reset_calibration()
            click.echo("The package's threshold is in force again." if had else "Nothing to reset.")
            return
        given, source = _given(pairs, packaged)
        with counting_progress("judging", quiet=as_json) as progress:
            found = opened.calibrate(given, alpha=alpha / 100, source=source, keep=not dry_run, progress=progress)
    if as_json:
        click.echo(certificate_out(found).model_dump_json(indent=2))
    else:
        _show(found, kept=not dry_run)


def _given(pairs: IO[str] | None, packaged: bool) -> tuple[list[LabelledPair] | None, str]:
    """The pairs and their name; None where they are to be made from the library."""
    from ragcite.evaluation import packaged_pairs
    from ragcite.evaluation.written_pairs import PACKAGED
    from ragcite.schema import read_pairs

    if packaged:
        return packaged_pairs(), PACKAGED
    return (read_pairs(pairs, pairs.name), pairs.name) if pairs else (None, "")


def _show(found: Certificate, kept: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from ragcite.cli.console import output
    from ragcite.cli.printable import one_line

    console = output()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("threshold", f"{found.threshold:.3f}")
    table.add_row("false passes", f"{found.k} of {found.n} unsupported pairs that no veto stopped ({_share(found)})")
    table.add_row("", f"at most {100 * found.bound:.1f} % with 95 % confidence, for pairs of this kind")
    table.add_row("stopped by vetoes", f"{found.vetoed} more")
    if found.supported:
        share = 100 * found.kept / found.supported
        table.add_row("supported, kept", f"{found.kept} of {found.supported} ({share:.0f} %)")
    for part in found.origins if len(found.origins) > 1 else ():
        table.add_row(Text(f"  {one_line(part.origin) or 'no origin'}"), f"{part.passed} of {part.n} passed")
    console.print(table)
    console.print("In force for this library from now on; --reset undoes it." if kept else "Nothing was changed.")


def _share(found: Certificate) -> str:
    return f"{100 * found.k / found.n:.1f} %"
