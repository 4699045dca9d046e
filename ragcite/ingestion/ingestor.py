"""The front of the room: list, compare, read, store, forget, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ragcite.ingestion.parts import DocumentReaders, IngestProgress, Progress, Splitter
from ragcite.ingestion.run import Run, Tools
from ragcite.ingestion.walk import list_root, resolve_roots
from ragcite.protocols import Embedder, Store
from ragcite.types import IngestReport

MAX_BYTES = 200_000_000
BATCH_PASSAGES = 256


class Ingestor:
    """Brings a library up to date with folders. The embedder is not touched unless something has to be embedded.

    `clock` gives nanoseconds since the epoch; `avoid` are folders never entered: the library's own. A file that cannot
    be read any more is reported as failed and its old passages go, since they are no longer what the file says.
    """

    def __init__(
        self,
        store: Store,
        readers: DocumentReaders,
        splitter: Splitter,
        embedder: Embedder,
        clock: Callable[[], int],
        avoid: Sequence[Path] = (),
        max_bytes: int = MAX_BYTES,
        batch_passages: int = BATCH_PASSAGES,
    ) -> None:
        self._store = store
        self._tools = Tools(readers, splitter, embedder, clock, max_bytes, batch_passages)
        self._clock = clock
        self._avoid = tuple(avoid)

    def ingest(self, roots: Iterable[Path], progress: Progress | None = None) -> IngestReport:
        """Every batch is committed by itself: what was done before an interruption is kept.

        Raises `UsageError` for a root that does not exist, `LibraryLocked` while another ingest runs, and what the
        embedder raises. What goes wrong with one file is in the report and stops nothing.
        """
        tell = progress or _say_nothing
        started = self._clock()
        tell(IngestProgress("looking", 0, 0))
        listings = [list_root(root, self._avoid) for root in resolve_roots(roots)]
        with self._store.writer() as writer:
            run = Run(writer, self._tools, tell, listings)
            for listing in listings:
                run.bring_up_to_date(listing)
            run.finish()
        return IngestReport(run.reports(), (self._clock() - started) / 1e9)


def _say_nothing(event: IngestProgress) -> None:
    del event
