"""`ragcite ask --batch`: answers as lines of a file that a later run goes on with."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ragcite.errors import RagciteError
    from ragcite.library import Library
    from ragcite.schema import BatchLine

Write = Callable[[bytes], None]
BEGINNING = b'{"id": '
OTHER = "Choose another file for --out: it must be new, or from an earlier run."


def run_batch(
    library: Library,
    lines: Sequence[BatchLine],
    write: Write,
    extractive: bool,
    progress: Callable[[int, int], None],
) -> bool:
    """Answer `lines` in order, each written and flushed when it is ready. Whether all went well."""
    from ragcite.cli.printable import one_line

    well = True
    progress(0, len(lines))
    for done, result in enumerate(_results(library, lines, extractive), start=1):
        # Lone surrogates become JSON's own escapes.
        write(json.dumps(result, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        if "error" in result:
            well = False
            click.echo(f"ragcite: line {result['line']}: {one_line(result['error'])}", err=True)
        progress(done, len(lines))
    return well


@contextmanager
def writing(out: Path | None) -> Iterator[Write]:
    """Yields what writes a line to the end of `out`, or to standard output, and flushes. Raises `UsageError`."""
    if out is None:
        yield _flushed(sys.stdout.buffer)
        return
    try:
        sink = out.open("ab")
    except OSError as error:
        raise _unwritable(out, error) from error
    with sink:
        put = _flushed(sink)

        def write(data: bytes) -> None:
            try:
                put(data)
            except OSError as error:
                raise _unwritable(out, error) from error

        yield write


def _flushed(sink: IO[bytes]) -> Write:
    def write(data: bytes) -> None:
        sink.write(data)
        sink.flush()

    return write


def _results(library: Library, lines: Sequence[BatchLine], extractive: bool) -> Iterator[dict[str, Any]]:
    from ragcite.schema import batch_out

    answers = library.ask_many((line.question for line in lines if not line.error), extractive=extractive)
    for line in lines:
        yield batch_out(line, None if line.error else next(answers))


def unanswered(lines: Sequence[BatchLine], out: Path) -> list[BatchLine]:
    """The lines that `out` has no answer to, after mending `out`: a torn last line and errors are taken out of it.

    Raises `UsageError` where `out` is something else, or has an answer to another question under the same id.
    """
    from ragcite.errors import UsageError

    answered = {record["id"]: record["question"] for record in _mended(out)}
    for line in lines:
        if not line.error and answered.get(line.id, line.question.strip()) != line.question.strip():
            why = f"under the id {json.dumps(line.id)} it answers another question than line {line.number} asks"
            raise UsageError(str(out), why, OTHER)
    return [line for line in lines if line.error or line.id not in answered]


def _mended(out: Path) -> list[dict[str, Any]]:
    """The answers in `out`, which is rewritten if it holds anything else that a run may have left."""
    from ragcite.errors import UsageError

    try:
        *whole, torn = out.read_bytes().split(b"\n") if out.exists() else [b""]
    except OSError as error:
        raise _unwritable(out, error) from error
    records = [(raw, _record(raw)) for raw in whole]
    bad = [number for number, (_, record) in enumerate(records, start=1) if record is None]
    if bad or not _is_torn(torn):
        raise UsageError(str(out), f"line {(*bad, len(records) + 1)[0]} is no answer", OTHER)
    kept = [(raw, record) for raw, record in records if record and "answer" in record]
    if torn or len(kept) < len(records):
        _replace(out, b"".join(raw + b"\n" for raw, _ in kept))
    return [record for _, record in kept]


def _is_torn(end: bytes) -> bool:
    """Whether a last line without its end may be one that a run was writing: nothing else may be deleted."""
    if not end.startswith(BEGINNING):
        return BEGINNING.startswith(end)
    try:
        json.loads(end)
    except (ValueError, RecursionError):
        return True
    return _record(end) is not None


def _unwritable(out: Path, error: OSError) -> RagciteError:
    from ragcite.errors import UsageError

    return UsageError(str(out), f"it cannot be used ({error.strerror})", "Make room, or choose another file for --out.")


def _record(raw: bytes) -> dict[str, Any] | None:
    """An answer or an error that a run wrote; None for anything else."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str | int | None):
        return None
    is_answer = {"answer", "question", "sentences"} <= found.keys()
    return found if is_answer or {"line", "error"} <= found.keys() else None


def _replace(out: Path, data: bytes) -> None:
    """All or nothing: an interruption must not cost answers."""
    try:
        _swap(out, data)
    except OSError as error:
        raise _unwritable(out, error) from error


def _swap(out: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(out.stat().st_mode & 0o777)
    Path(file.name).replace(out)
