"""One ingest: decides for each file whether it is new, changed, moved, unreadable or as it was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ragcite.errors import ReadingError
from ragcite.ingestion.batch import Batch, Prepared
from ragcite.ingestion.folders import read_regular_file
from ragcite.ingestion.parts import DocumentReaders, IngestProgress, Progress, Splitter
from ragcite.ingestion.walk import FoundFile, Listing
from ragcite.protocols import Embedder, StoreWriter
from ragcite.types import Document, FileRecord, FileReport, FileStamp, FileStatus, Hidden, Location, Passage

# Within this time of its ingest a file may have been written again without another mtime.
_RACY_NS = 2_000_000_000
_NOTHING_HIDDEN = Hidden()
_UNREAD = ""  # as reader: the system gave no bytes, so the next ingest tries again whatever the stamp says


@dataclass(frozen=True, slots=True)
class Tools:
    readers: DocumentReaders
    splitter: Splitter
    embedder: Embedder
    clock: Callable[[], int]
    max_bytes: int
    batch_passages: int


class Run:
    """Used once, inside a writer's block."""

    def __init__(self, writer: StoreWriter, tools: Tools, tell: Progress, listings: Sequence[Listing]) -> None:
        self._writer = writer
        self._tools = tools
        self._tell = tell
        self._total = sum(len(listing.files) for listing in listings)
        self._done = 0
        self._reports: dict[bytes, FileReport] = {}
        names = (tools.readers.reader_name(file.name) for listing in listings for file in listing.files)
        self._readers = dict.fromkeys(name for name in names if name is not None)
        self._batch = Batch(writer, tools.splitter.name, tools.embedder, tools.batch_passages, self._beat)

    def bring_up_to_date(self, listing: Listing) -> None:
        known = self._writer.known(listing.root.path)
        skipped = dict(listing.skipped)
        present = set()
        for file in listing.files:
            self._beat("reading", file.path)
            reader = self._tools.readers.reader_name(file.name)
            if reader is None:
                skipped[file.path] = f"unsupported type {os.path.splitext(file.name)[1]}".rstrip()
            elif self._take(file, known.get(file.path), reader):
                present.add(file.path)
            self._done += 1
        for path, reason in listing.unlisted.items():
            self._report(path, FileStatus.FAILED, reason)
        gone = [path for path in known if path not in present and not _is_below(path, listing.unlisted)]
        for path, reason in skipped.items():
            self._report(path, FileStatus.SKIPPED, reason)
        self._forget(gone, skipped)

    def finish(self) -> None:
        self._flush()
        self._beat("tidying")

    def reports(self) -> tuple[FileReport, ...]:
        """One for each path, by path."""
        return tuple(report for _, report in sorted(self._reports.items()))

    def _take(self, file: FoundFile, known: FileRecord | None, reader: str) -> bool:
        """Whether the file is there; it may have gone since the folder was listed."""
        if known and self._is_unchanged(file.stamp, known, reader):
            status = FileStatus.UNCHANGED if known.document_id else FileStatus.FAILED
            self._report(file.path, status, known.reason, known.passages, known.hidden)
            return True
        now = self._tools.clock()
        record = FileRecord(file.path, file.root.path, file.stamp, None, reader, now)
        try:
            data, stamp = read_regular_file(file.root.folder, file.parts, self._tools.max_bytes)
        except FileNotFoundError:
            return False
        except OSError as error:
            why = f"it cannot be read: {error.strerror or error}"
            self._add(Prepared(replace(record, reader=_UNREAD, reason=why), FileStatus.FAILED))
        except ReadingError as error:
            self._add(Prepared(replace(record, reason=_reason(error)), FileStatus.FAILED))
        else:
            self._compare(replace(record, stamp=stamp), known, data, file.name)
        return True

    def _is_unchanged(self, stamp: FileStamp, known: FileRecord, reader: str) -> bool:
        if stamp != known.stamp or reader != known.reader or abs(stamp.mtime_ns - known.ingested_ns) < _RACY_NS:
            return False
        return known.document_id is None or self._is_stored(known.document_id, reader)

    def _compare(self, record: FileRecord, known: FileRecord | None, data: bytes, name: str) -> None:
        """By content: the same bytes are never read, split or embedded twice."""
        document_id = hashlib.sha256(data).hexdigest()
        linked = replace(record, document_id=document_id)
        was = known.document_id if known else None
        if self._batch.holds(document_id) or self._is_stored(document_id, record.reader):
            status = FileStatus.UNCHANGED if was == document_id else FileStatus.CHANGED
            self._add(Prepared(linked, status if was else FileStatus.ADDED))
            return
        content = self._read(name, data)
        if isinstance(content, str):
            self._add(Prepared(replace(record, reason=content), FileStatus.FAILED))
        else:
            self._add(Prepared(linked, FileStatus.CHANGED if was else FileStatus.ADDED, *content))

    def _is_stored(self, document_id: str, reader: str) -> bool:
        """The same bytes under two names (a.html, a.txt) keep the reading they got first, as long as both are there."""
        splitter = self._tools.splitter.name
        return any(
            self._writer.has_document(document_id, name, splitter) for name in dict.fromkeys([reader, *self._readers])
        )

    def _read(self, name: str, data: bytes) -> tuple[Document, tuple[Passage, ...]] | str:
        """The document and its passages, or why there are none."""
        shown = Location.of(os.fsencode(name)).path
        try:
            document = self._tools.readers.read(shown, data)
            passages = tuple(self._tools.splitter.split(document))
        except ReadingError as error:
            return _reason(error)
        except Exception as error:  # a parser's bug costs one file, with its name on it, not the folder
            return f"unexpected {type(error).__name__}: {error}"
        return (document, passages) if passages else "no text was found in it"

    def _add(self, prepared: Prepared) -> None:
        self._batch.add(prepared)
        if self._batch.is_full:
            self._flush()

    def _flush(self) -> None:
        for prepared, stored in self._batch.store():
            record = prepared.record
            self._report(record.path, prepared.status, record.reason, stored.passages, stored.hidden)
            self._beat("stored", record.path)

    def _forget(self, gone: Sequence[bytes], reasons: dict[bytes, str]) -> None:
        """After everything new of this root is stored: what was moved keeps its embedding."""
        self._flush()
        self._writer.forget(gone)
        self._writer.commit()
        for path in gone:
            self._report(path, FileStatus.REMOVED, reasons.get(path))
            self._beat("removed", path)

    def _report(
        self,
        path: bytes,
        status: FileStatus,
        reason: str | None = None,
        passages: int = 0,
        hidden: Hidden = _NOTHING_HIDDEN,
    ) -> None:
        self._reports[path] = FileReport(Location.of(path).path, status, reason, passages, hidden)

    def _beat(self, phase: str, path: bytes | None = None) -> None:
        shown = Location.of(path).path if path is not None else None
        self._tell(IngestProgress(phase, self._done, self._total, shown))


def _reason(error: ReadingError) -> str:
    prefix = "" if error.state == ReadingError.state else f"{error.state}: "
    return f"{prefix}{error.why}. {error.next_step}".strip()


def _is_below(path: bytes, folders: dict[bytes, str]) -> bool:
    separator = os.fsencode(os.sep)
    return any(path.startswith(folder.rstrip(separator) + separator) for folder in folders)
