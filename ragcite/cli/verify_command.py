"""`ragcite verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ragcite.cli.options import library_options, open_library

if TYPE_CHECKING:
    from ragcite.library import Library


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"))
@library_options
def command(file: IO[str], library: Path | None, config: Path | None) -> int:
    """Check the claims of FILE (JSON lines; - for standard input), one verdict a line.

    \b
    in   {"id", "claim", "evidence": text or list of texts that may support together}
    out  {"id", "verdict", "score", "model_score", "vetoes", "evidence_span"}

    A bad line gives an object with "error"; the rest goes on, and the exit code is 1.
    """
    failed = False
    with open_library(library, config) as opened:
        for line in file:
            if line.strip():
                result = _verdict(opened, line)
                failed |= "error" in result
                click.echo(json.dumps(result, ensure_ascii=False))
    return int(failed)


def _verdict(opened: Library, line: str) -> dict[str, Any]:
    from ragcite.errors import RagciteError
    from ragcite.schema import read_claim, verdict_out

    claim = read_claim(line)
    if isinstance(claim, dict):
        return claim
    try:
        return verdict_out(claim.id, opened.verify(claim.claim, claim.texts)).model_dump()
    except RagciteError as error:
        return {"id": claim.id, "error": str(error)}
