"""Promise 17: a word that stands in a removed document only, looked for in every byte that the library leaves."""

from __future__ import annotations

import tempfile
from pathlib import Path

from eval.robustness.measure import Outcome, Sizes, state_of
from eval.robustness.named_tests import passed
from ragcite.library import Library
from ragcite.testing import HashingEmbedder

GOAL = 200


def measure(sizes: Sizes) -> Outcome:
    """Half are removed by `remove`, half by an ingest after the file has gone."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        hits, kept = _hits(place, sizes.canaries)
    out = Outcome()
    found = (
        f"{sizes.canaries} removed documents: {hits} of their words left in any file, {kept} of 5 others still found"
    )
    how = "`eval/robustness/removal.py`: every byte of the library's folder, names included"
    out.add(17, how, found, state_of(not hits and kept == 5, sizes.canaries, GOAL))
    out.figures.append(passed(17, "tests/storage/test_purge.py", "no trace whatever the history"))
    return out


def _hits(place: Path, count: int) -> tuple[int, int]:
    docs = place / "docs"
    docs.mkdir()
    canaries = [f"qzcanary{number:05}x" for number in range(count)]
    for number, word in enumerate(canaries):
        (docs / f"{word}name.md").write_text(f"# {word}\n\nThe {word} stands in hall {number}.\n")
    for number in range(5):
        (docs / f"keep{number}.md").write_text(f"The keeper{number} stands in hall {number}.\n")
    with Library.open(place / "library", embedder=HashingEmbedder()) as library:
        library.ingest(docs)
        before = _left(place / "library", canaries)
        gone = [docs / f"{word}name.md" for word in canaries]
        library.remove(*gone[: count // 2 + 1])
        for path in gone:
            path.unlink()
        library.ingest(docs)
        kept = sum(f"keeper{n}" in library.search(f"keeper{n}", k=1)[0].passage.text for n in range(5))
    if before != count:
        raise AssertionError("the words are not in the library's files to begin with, so finding none says nothing")
    return _left(place / "library", canaries), kept


def _left(folder: Path, words: list[str]) -> int:
    everything = b"".join(str(path).encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return sum(word.encode() in everything for word in words)
