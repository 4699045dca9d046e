"""Real files, a real library, and stand-ins for reader, splitter and embedder. A child process loads this file too."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.errors import NoText, NotWhatItSays
from ragcite.ingestion import Ingestor, IngestProgress
from ragcite.protocols import Vectors
from ragcite.storage import SqliteStore
from ragcite.storage.disk import REAL, Disk
from ragcite.types import Document, FileReport, Format, IngestReport, Passage, Span

DIMENSION = 8


class PlainReaders:
    """.txt and .log are text; what starts with a percent sign is damaged, what says "bug" upsets the parser."""

    def __init__(self) -> None:
        self.version = 1
        self.read_names: list[str] = []

    def reader_name(self, name: str) -> str | None:
        suffix = os.path.splitext(name)[1].lower()
        return {".txt": f"text-{self.version}", ".log": "log-1"}.get(suffix)

    def read(self, name: str, data: bytes) -> Document:
        self.read_names.append(name)
        if data.startswith(b"%"):
            raise NotWhatItSays(name, "it is damaged", "Mend it.")
        if data == b"bug":
            raise RecursionError("too deep")
        if not data:
            raise NoText(name, "it is empty", "Nothing to do.")
        reader = self.reader_name(name)
        assert reader
        return Document(hashlib.sha256(data).hexdigest(), data.decode("utf-8", "replace"), Format.TEXT, reader)


class LineSplitter:
    def __init__(self) -> None:
        self.name = "lines-1"

    def split(self, document: Document) -> list[Passage]:
        ends = itertools.accumulate(len(line) for line in document.text.splitlines(keepends=True))
        bounds = itertools.pairwise([0, *ends])
        spans = [Span(start, end) for start, end in bounds]
        return [Passage.cut(document, span, self.name) for span in spans if span.of(document.text).strip()]


class HashingEmbedder:
    """Vectors from the text's hash; `seconds` slows every call down."""

    name = "hashing-8"
    dimension = DIMENSION
    max_tokens = 512

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.calls: list[list[str]] = []

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self.seconds)
        self.calls.append(list(texts))
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    @property
    def texts(self) -> list[str]:
        return [text for call in self.calls for text in call]


class Desk:
    """A library and its stand-ins. `now` is the clock: an hour after the files were written, so stamps are trusted."""

    def __init__(self, folder: Path, docs: Path) -> None:
        self.folder = folder
        self.docs = docs
        self.readers = PlainReaders()
        self.splitter = LineSplitter()
        self.embedder: Any = HashingEmbedder()
        self.disk: Disk = REAL
        self.clock: Callable[[], int] = lambda: time.time_ns() + 3_600_000_000_000

    def store(self) -> SqliteStore:
        return SqliteStore.open(
            self.folder, FaissCodec(), HashingEmbedder.name, DIMENSION, lock_timeout=0.2, disk=self.disk
        )

    def ingestor(self, **options: Any) -> Ingestor:
        return Ingestor(
            self.store(), self.readers, self.splitter, self.embedder, self.clock, avoid=[self.folder], **options
        )

    def ingest(
        self, *roots: Path, progress: Callable[[IngestProgress], None] | None = None, **options: Any
    ) -> IngestReport:
        return self.ingestor(**options).ingest(roots or [self.docs], progress)

    def statuses(self, *roots: Path, **options: Any) -> dict[str, str]:
        """Ingests, and gives what became of each file by its path below the documents' folder."""
        report = self.ingest(*roots, **options)
        return {os.path.relpath(file.path, self.docs): file.status.value for file in report.files}

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def found(self, question: str) -> dict[str, list[str]]:
        """Texts found by keyword, by the path below the documents' folder."""
        with self.store().snapshot() as snapshot:
            hits = snapshot.keyword_search(question, 50)
            entries = snapshot.passages([hit.key for hit in hits]).values()
        found: dict[str, list[str]] = {}
        for entry in entries:
            found.setdefault(os.path.relpath(entry.location.path, self.docs), []).append(entry.passage.text.strip())
        return found

    def content(self) -> list[Any]:
        """All that a library says, apart from keys and times: equal for equal folders, whatever the way there."""
        with self.store().snapshot() as snapshot:
            files = [
                (file.path, file.document_id, file.reader, file.reason, file.passages) for file in snapshot.files()
            ]
            hits = snapshot.vector_search(HashingEmbedder().embed_query("question"), 100_000)
            passages = snapshot.passages([hit.key for hit in hits])
            scored = [(round(hit.score, 4), passages[hit.key].passage.id) for hit in hits]
            words = len(snapshot.keyword_search("line", 100_000))
            return [files, sorted(scored), words, snapshot.counts()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "docs").mkdir()
    return Desk(tmp_path / "library", tmp_path / "docs")


@pytest.fixture
def reports() -> Callable[[IngestReport], dict[str, FileReport]]:
    return lambda report: {os.path.basename(file.path): file for file in report.files}


@pytest.fixture(scope="module")
def children() -> Iterator[Any]:
    from tests.ingestion import crashes  # which needs this file first

    with crashes.Children() as children:
        yield children


@pytest.fixture(scope="module")
def changed(children: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A library that an ingest changes."""
    from tests.ingestion import crashes

    return crashes.Scene(tmp_path_factory.mktemp("scenes") / "changed", children)


@pytest.fixture(scope="module")
def fresh(children: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A first ingest."""
    from tests.ingestion import crashes

    return crashes.Scene(tmp_path_factory.mktemp("scenes") / "fresh", children, fresh=True)
