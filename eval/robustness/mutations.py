"""Promise 9, hostile files: seeded mutations of real files, and files made to hurt, through the supervised reader."""

from __future__ import annotations

import random
import resource
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eval.corpora import ROOT
from eval.robustness.data import data_folder, memory_mb, one_page_pdf
from eval.robustness.measure import Outcome, Sizes, State, state_of
from ragcite.errors import ReadingError
from ragcite.reading import Readers

SEED = 20261128
TIMEOUT_S = 20.0
MOST_BYTES = 40_000
GROWTH_MB = 100.0
GOAL = 10_000
GOOD = "The pump was read at noon.\n"
SUFFIXES = (".pdf", ".html", ".md", ".txt")


def measure(sizes: Sizes) -> Outcome:
    out, rows = Outcome(), []
    with Readers(timeout_s=TIMEOUT_S) as readers:
        status(readers, "a.html", f"<p>{GOOD}</p>".encode())  # what is imported once is no growth
        before, growth, good = memory_mb(), 0.0, 0
        for suffix in SUFFIXES:
            counts: Counter[str] = Counter()
            for number, data in enumerate(mutations(suffix, sizes.mutations)):
                counts[status(readers, f"mutant-{number}{suffix}", data)] += 1
                if number % 50 == 0:
                    good += status(readers, "good.html", f"<p>{GOOD}</p>".encode()) == "read"
                    growth = max(growth, memory_mb() - before)
            rows.append((f"mutated {suffix}", sum(counts.values()), _said(counts)))
        made = {name: status(readers, name, data) for name, data in hostile()}
        growth = max(growth, memory_mb() - before)
    rows.append(("made to hurt", len(made), "; ".join(f"{name}: {found}" for name, found in made.items())))
    asked = len(SUFFIXES) * len(range(0, sizes.mutations, 50))
    _add(out, sizes, len(made), growth, good, asked)
    out.table("Mutated and hostile files by what became of them", ("kind", "files", "status"), rows)
    return out


def _add(out: Outcome, sizes: Sizes, hurt: int, growth: float, good: int, asked: int) -> None:
    total = sizes.mutations * len(SUFFIXES)
    found = (
        f"{sizes.mutations:,} mutations of each of {len(SUFFIXES)} formats ({total:,}, seed {SEED}) and "
        f"{hurt} files made to hurt: the parent lived, its memory grew by {max(0.0, growth):.1f} MB; "
        f"{good} of {asked} good files in between were read"
    )
    holds = growth < GROWTH_MB and good == asked
    how = "`eval/robustness/mutations.py`: byte flips, cuts and splices of real files"
    out.add(9, how, found, state_of(holds, sizes.mutations, GOAL))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    found = (
        "zip and XML formats (docx, epub, odt …) are not read yet, so there is nothing to bomb; largest reading "
        f"process over all files of this probe, bombs in PDF and HTML among them: {peak:.0f} MB resident in all"
    )
    out.add(10, "`eval/robustness/mutations.py`: its files made to hurt", found, State.SKIPPED)


def status(readers: Readers, name: str, data: bytes) -> str:
    """Anything but a `ReadingError` ends the measurement: that is the point."""
    try:
        return "read" if readers.read(name, data).text.strip() else "silently empty"
    except ReadingError as error:
        return "crashed" if "reading process crashed" in error.why else error.state


def mutations(suffix: str, count: int) -> Iterator[bytes]:
    chance = random.Random(f"{SEED}{suffix}")
    seeds = [path.read_bytes() for path in sources(suffix)]
    for _ in range(count):
        yield mutate(chance.choice(seeds), chance.choice(seeds), chance)


def mutate(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One of: flipped bytes, a cut, a splice with another file, a stretch repeated."""
    kind, mutant = chance.randrange(4), bytearray(data)
    at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    if kind == 0:
        for _ in range(chance.choice((1, 4, 64))):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
    elif kind == 1:
        del mutant[at:]
    elif kind == 2:
        mutant[at:end] = other[chance.randrange(len(other)) :][: end - at]
    else:
        mutant[end:end] = mutant[at : min(end, at + 2000)] * chance.choice((1, 8))
    return bytes(mutant)


def sources(suffix: str) -> list[Path]:
    """Small files of that kind; text has none of its own, so Markdown stands in for it."""
    like = {".txt": ".md"}.get(suffix, suffix)
    found = [path for folder in (ROOT, data_folder()) for path in sorted(folder.rglob(f"*{like}"))]
    small = [path for path in found if 0 < path.stat().st_size <= MOST_BYTES]
    return small or sorted(found, key=lambda path: path.stat().st_size)[:3]


def hostile() -> Iterator[tuple[str, bytes]]:
    """Bombs of the formats that are read."""
    yield "deep.html", b"<div>" * 200_000 + b"words" + b"</div>" * 200_000
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    page = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><p>&l9; words</p>'
    yield "entities.html", page.encode()
    yield "outside.html", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><p>&e; words</p>'
    yield "attributes.html", b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">words</p>"
    yield "wide.html", b"<table>" + b"<tr><td colspan=65000>x" * 5_000
    yield "flate.pdf", one_page_pdf(zlib.compress(b"0 " * 50_000_000, 9), b"/FlateDecode")
    twice = zlib.compress(zlib.compress(b" " * 100_000_000))
    yield "nested-flate.pdf", one_page_pdf(twice, b"[/FlateDecode /FlateDecode]")
    yield "operators.pdf", one_page_pdf(zlib.compress(b"q " * 5_000_000), b"/FlateDecode")
    yield "arrays.pdf", one_page_pdf(zlib.compress(b"[" * 1_000_000), b"/FlateDecode")
    loop = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\n"
    yield "loop.pdf", b"%PDF-1.4\n" + loop + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
    yield "numbers.md", b"#" * 1_000_000 + b"\n" + b"[" * 1_000_000
    yield "nul.txt", b"words \x00" * 100_000


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{status} {count}" for status, count in counts.most_common())
