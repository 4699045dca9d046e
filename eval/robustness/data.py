"""Where the public data lies, memory of this process, and the small files that several probes need."""

from __future__ import annotations

import os
from pathlib import Path

from ragcite.errors import UsageError


def data_folder() -> Path:
    """Raises `UsageError` where RAGCITE_EVAL_DATA names no folder."""
    named = os.environ.get("RAGCITE_EVAL_DATA", "")
    if not named or not Path(named).is_dir():
        raise UsageError("RAGCITE_EVAL_DATA", "it names no folder", "Set it to the folder of the public data.")
    return Path(named)


def memory_mb(process: int | str = "self") -> float:
    """Proportional set size in MB (10^6 bytes), of a process that runs; Linux only."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kibibytes * 1024 / 1e6


def write_notes(folder: Path, count: int, per_folder: int = 500) -> None:
    """`count` small text files, each with a sentence of its own."""
    for number in range(count):
        if number % per_folder == 0:
            (folder / f"{number // per_folder:03}").mkdir(parents=True, exist_ok=True)
        text = (
            f"Note {number}. The pump in hall {number % 97} was read at {number} hours and showed {number * 7} bar.\n"
        )
        (folder / f"{number // per_folder:03}" / f"note-{number:06}.txt").write_text(text)


def one_page_pdf(stream: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A sound PDF of one page whose content is `stream`, already encoded by `filters`; `/F` is Helvetica."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F %s>>>>>>" % font,
        b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    data, table = b"%PDF-1.4\n", b"xref\n0 5\n0000000000 65535 f \n"
    for number, body in enumerate(bodies, start=1):
        table += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return data + table + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF" % len(data)
