"""The library: a private folder with one database, one lock, and a derived vector base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from ragcite.errors import LibraryError, LibraryMismatch
from ragcite.protocols import VectorCodec
from ragcite.storage.base import FOLDER, base_record
from ragcite.storage.connection import DATABASE, connect_reader, connect_writer, empty_log, explained
from ragcite.storage.disk import REAL, Disk, Moment
from ragcite.storage.files import make_private_file, make_private_folder
from ragcite.storage.lock import LOCK, library_lock
from ragcite.storage.rows import damaged
from ragcite.storage.schema import VERSION, migrate, read_meta, schema_version
from ragcite.storage.snapshot import SqliteSnapshot
from ragcite.storage.tidy import tidy
from ragcite.storage.vectors import VectorCache
from ragcite.storage.writer import PURGE_KEY, SqliteWriter

SET_ASIDE = f"{DATABASE}.damaged"  # what a repair replaced
UNFINISHED = f"{DATABASE}.new"  # what a repair is writing
SETTINGS = "ragcite.toml"  # a person may put it there before the first ingest
CERTIFICATE = "certificate.json"  # what `ragcite calibrate` found
_OURS = frozenset({DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK, FOLDER, SETTINGS, CERTIFICATE})


class SqliteStore:
    """Implements `Store`. Made by `SqliteStore.open`; needs no closing."""

    def __init__(self, folder: Path, codec: VectorCodec, dimension: int, lock_timeout: float, disk: Disk) -> None:
        self._folder = folder
        self._codec = codec
        self._dimension = dimension
        self._lock_timeout = lock_timeout
        self._disk = disk
        self._cache = VectorCache(folder, codec, dimension)

    @classmethod
    def open(
        cls,
        folder: Path,
        codec: VectorCodec,
        embedder: str,
        dimension: int,
        create: bool = True,
        lock_timeout: float = 5.0,
        disk: Disk = REAL,
    ) -> SqliteStore:
        """`embedder` and `dimension` name the vectors' space; no model is loaded for it. `lock_timeout` in seconds.

        Raises `LibraryError` where there is no library and `create` is false, `NewerLibrary`, `LibraryMismatch`, and
        `LibraryLocked` when it has to be made or migrated while another process writes.
        """
        store = cls(folder, codec, dimension, lock_timeout, disk)
        with explained(folder):
            meta = store._meta()
            if meta is None and not create:
                raise LibraryError(
                    f"There is no library in {folder}", "nothing was ingested yet", "Run `ragcite ingest FOLDER`."
                )
            if meta is None or schema_version(meta) < VERSION:
                meta = store._bring_up({"embedder": embedder, "dimension": str(dimension)})
        if (meta["embedder"], meta["dimension"]) != (embedder, str(dimension)):
            raise LibraryMismatch(
                f"The library {folder}",
                f"it was built with the embedder {meta['embedder']} ({meta['dimension']} dimensions), "
                f"not with {embedder} ({dimension})",
                "Use that embedder, or ingest into a new library (--library).",
            )
        return store

    @classmethod
    def open_any(cls, folder: Path, codec: VectorCodec, lock_timeout: float = 5.0, disk: Disk = REAL) -> SqliteStore:
        """The library in `folder` whatever embedder made it, for work that embeds nothing. Raises as `open` does."""
        with explained(folder):
            meta = cls(folder, codec, 0, lock_timeout, disk)._meta() or {}
        dimension = meta.get("dimension", "")
        if meta and not dimension.isdigit():
            raise damaged("the dimension")
        return cls.open(folder, codec, meta.get("embedder", ""), int(dimension or 0), False, lock_timeout, disk)

    @property
    def folder(self) -> Path:
        return self._folder

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        with explained(self._folder), closing(connect_reader(self._database)) as connection:
            connection.execute("BEGIN")
            yield SqliteSnapshot(connection, self._folder, self._cache)

    @contextmanager
    def writer(self) -> Iterator[SqliteWriter]:
        """Commits when the block ends well; then, or at the next block, purges and renews the vector base."""
        with self._locked(), explained(self._folder), closing(connect_writer(self._database)) as connection:
            writer = SqliteWriter(connection, self._dimension, self._disk)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.roll_back()
                raise
            try:
                writer.purged = tidy(connection, self._folder, self._codec, self._dimension, writer.written, self._disk)
            except OSError as error:
                raise LibraryError(
                    f"The vector index {error.filename or self._folder / FOLDER}",
                    f"it could not be written ({error.strerror or error})",
                    "All that was ingested is kept and found; run `ragcite ingest` again once that is mended.",
                ) from error

    def discard_set_aside(self) -> list[Path]:
        """They cannot be purged of one text: their pages are not to be trusted. Only within a writer's block."""
        found = sorted(self._folder.glob(f"{SET_ASIDE}*"))
        unfinished = sorted(self._folder.glob(f"{UNFINISHED}*"))
        try:
            for path in (*unfinished, *found):
                self._disk.remove(path)
            self._disk.sync_folder(self._folder)
        except OSError as error:
            why = f"it could not be deleted ({error.strerror or error})"
            raise LibraryError(str(error.filename or self._folder), why, "Delete it, then try again.") from error
        return found

    def info(self) -> Mapping[str, str]:
        with explained(self._folder):
            meta = self._meta() or {}
        record = base_record(meta)
        sizes = (self._folder / f"{DATABASE}{end}" for end in ("", "-wal"))
        return {
            "folder": str(self._folder),
            "schema": meta.get("schema", ""),
            "generation": meta.get("generation", ""),
            "embedder": meta.get("embedder", ""),
            "dimension": meta.get("dimension", ""),
            "database_bytes": str(sum(path.stat().st_size for path in sizes if path.exists())),
            "vector_base": f"{record.rows} rows of generation {record.generation}, {record.codec}"
            if record
            else "none",
            "purge": meta.get(PURGE_KEY, "none pending"),
        }

    @property
    def _database(self) -> Path:
        return self._folder / DATABASE

    def _meta(self) -> dict[str, str] | None:
        """None where there is no database, or one that was never finished."""
        if not self._database.is_file():
            return None
        with closing(connect_reader(self._database)) as connection:
            return read_meta(connection)

    def _bring_up(self, facts: Mapping[str, str]) -> dict[str, str]:
        try:
            make_private_folder(self._folder, _OURS, self._disk)
            with self._locked():
                if self._meta() is None:
                    self._make(facts)
                with closing(connect_writer(self._database)) as connection:
                    migrate(connection, facts)
                    return read_meta(connection) or {}
        except OSError as error:
            raise LibraryError(
                f"The library {self._folder}",
                f"it cannot be made there ({error.strerror or error})",
                "Choose another --library.",
            ) from error

    def _make(self, facts: Mapping[str, str]) -> None:
        """Under another name until it is whole: a process that dies while SQLite switches to WAL leaves a journal that
        no reader may roll back."""
        for path in self._folder.glob(f"{UNFINISHED}*"):
            self._disk.remove(path)
        new = self._folder / UNFINISHED
        make_private_file(new, self._disk)
        with closing(connect_writer(new)) as connection:
            migrate(connection, facts)
            empty_log(connection)
        self._disk.reach(Moment.MADE)
        # The logs of a database that was deleted by hand would be read into the new one.
        for end in ("-journal", "-wal", "-shm"):
            self._disk.remove(self._folder / f"{DATABASE}{end}")
            self._disk.remove(self._folder / f"{UNFINISHED}{end}")
        self._disk.rename(new, self._database)
        self._disk.sync_folder(self._folder)
        self._disk.reach(Moment.NAMED)

    def _locked(self) -> AbstractContextManager[None]:
        return library_lock(self._folder, self._lock_timeout)
