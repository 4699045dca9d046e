"""A library out into one file, and back. The file holds SQLite's rows, which are the truth; the vector base is derived.

An export is checked as `ragcite doctor --full` checks before it gets its name: a file that could not be imported again
would be found out when it is needed. An import trusts nothing until the same check has passed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn

from ragcite.errors import LibraryError, UsageError
from ragcite.protocols import VectorCodec
from ragcite.storage.archive import AGAIN, Archive, open_archive, write_archive
from ragcite.storage.base import META_KEY
from ragcite.storage.checks import is_elsewhere
from ragcite.storage.connection import DATABASE, connect_reader, connect_writer, empty_log, explained
from ragcite.storage.disk import REAL, Disk, Transfer
from ragcite.storage.doctor import Doctor
from ragcite.storage.facts import is_sealed, seal, set_fact
from ragcite.storage.files import make_folder
from ragcite.storage.rows import damaged
from ragcite.storage.schema import read_meta, schema_version
from ragcite.storage.staging import LOGS, PACKED, staging
from ragcite.storage.store import CERTIFICATE
from ragcite.storage.tidy import purge_rows
from ragcite.storage.writer import PURGE_KEY
from ragcite.types import Contents, Exported, Imported

_COUNTS = """SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM files WHERE document IS NULL),
    (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"""
MEND = "Mend that, or choose another place, then try again."
_FOLDER = 0o777  # less the umask


def export_library(
    library: Path, target: Path, codec: VectorCodec, certificate: bytes | None, force: bool, disk: Disk = REAL
) -> Exported:
    """Write the library as it is now to the file `target`, beside any ingest. `force`: replace a file of that name.

    Raises `UsageError` where there may be no such file; `LibraryError` where there is no library, it is damaged, or the
    file cannot be written. Then there is no file, or the old one.
    """
    library, target = Path(os.path.abspath(library)), Path(os.path.abspath(target))
    _refuse_target(library, target, force)
    if not (library / DATABASE).is_file():
        why = "nothing was ingested yet"
        raise LibraryError(f"There is no library in {library}", why, "Run `ragcite ingest FOLDER`.")
    with _told(target, "it could not be written"), staging(target, disk) as folder, ExitStack() as opened:
        copy = folder / DATABASE
        _copy(library, copy, disk)
        disk.reach(Transfer.COPIED)
        contents = _ready(library, copy, codec)
        disk.reach(Transfer.CHECKED)
        members: dict[str, IO[bytes]] = {DATABASE: opened.enter_context(copy.open("rb"))}
        if certificate is not None:
            members[CERTIFICATE] = io.BytesIO(certificate)
        write_archive(folder / PACKED, members, contents, disk)
        disk.reach(Transfer.PACKED)
        size = (folder / PACKED).stat().st_size
        _refuse_target(library, target, force)  # it may have come meanwhile
        disk.rename(folder / PACKED, target)
        disk.sync_folder(target.parent)
        disk.reach(Transfer.DONE)
    return Exported(str(target), size, contents, certificate is not None)


def _refuse_target(library: Path, target: Path, force: bool) -> None:
    if not target.parent.is_dir():
        raise UsageError(str(target), "there is no such folder", "Name a file in a folder that exists.")
    if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(library)):
        raise UsageError(str(target), "it would lie within the library", "Name a file elsewhere.")
    if os.path.lexists(target) and not target.is_file():
        raise UsageError(str(target), "there is something that is no file", "Choose another name.")
    if os.path.lexists(target) and not force:
        raise UsageError(str(target), "there is a file of that name", "Choose another name, or replace it: --force.")


def _copy(library: Path, copy: Path, disk: Disk) -> None:
    """One state of the database, as of a reader, without its free pages."""
    os.close(disk.create(copy))
    with _explained(library), closing(connect_reader(library / DATABASE)) as connection:
        schema_version(read_meta(connection) or {})
        connection.execute("PRAGMA query_only = OFF")  # it writes, though not to this database, which is opened `ro`
        connection.execute("VACUUM INTO ?", (copy.as_uri(),))


def _ready(library: Path, copy: Path, codec: VectorCodec) -> Contents:
    """Without the vector base and without traces of what was removed; then checked in full."""
    with _explained(library), closing(connect_writer(copy)) as connection:
        meta = read_meta(connection) or {}
        if is_sealed(connection, meta) is False:
            raise damaged("generation, embedder or the like")  # a new seal would hide it
        if PURGE_KEY in meta:
            purge_rows(connection)
        connection.execute("BEGIN IMMEDIATE")
        set_fact(connection, META_KEY, None)
        set_fact(connection, PURGE_KEY, None)
        seal(connection)
        connection.execute("COMMIT")
    finding = _finding(copy.parent, codec)
    if finding:
        raise LibraryError(f"The library {library}", f"it is damaged ({finding})", "Run `ragcite doctor --repair`.")
    return _settled(copy)


def import_library(
    file: Path, library: Path, codec: VectorCodec, accept: Callable[[str], object], disk: Disk = REAL
) -> Imported:
    """Make the folder `library` of what `export_library` wrote to `file`. `accept` raises `ValueError` for a text that
    is no certificate.

    Raises `UsageError` where there is no such file, or the folder holds something; `LibraryError` where the file is not
    what was exported or the library cannot be made. Then the folder is as it was.
    """
    library = Path(os.path.realpath(library))
    _refuse_full(library)
    with open_archive(file) as archive, _told(library, "it could not be made"), _parents(library, disk):
        manifest = archive.manifest
        with staging(library, disk) as folder:
            for name in manifest.members:
                archive.extract(name, folder / name, disk)
            disk.reach(Transfer.UNPACKED)
            _believe(archive, folder, file, codec, accept)
            for name in LOGS:
                disk.remove(folder / name)
            disk.sync_folder(folder)
            disk.reach(Transfer.BELIEVED)
            _put_in_place(folder, library, disk)
    return Imported(str(library), manifest.contents, CERTIFICATE in manifest.members, manifest.written_by)


def _refuse_full(library: Path) -> None:
    if os.path.lexists(library) and not library.is_dir():
        raise UsageError(str(library), "there is something that is no folder", "Name a new folder: --library.")
    if library.is_dir() and (entries := sorted(os.listdir(library))):
        why = f"the folder is not empty, it holds {entries[0]}"
        raise UsageError(str(library), why, "Name a new or an empty folder: --library.")


def _put_in_place(folder: Path, library: Path, disk: Disk) -> None:
    _refuse_full(library)  # something may have come meanwhile; a folder that is not empty is never renamed over
    if os.name == "nt" and library.is_dir():
        library.rmdir()
    disk.rename(folder, library)
    disk.sync_folder(library.parent)
    disk.reach(Transfer.DONE)


def _believe(archive: Archive, folder: Path, file: Path, codec: VectorCodec, accept: Callable[[str], object]) -> None:
    """Raises `LibraryError` unless all that was unpacked is as an export leaves it."""
    try:
        if (folder / CERTIFICATE).exists():
            accept((folder / CERTIFICATE).read_text("utf-8"))
        with explained(folder):
            _distrust(folder / DATABASE)
        finding = _finding(folder, codec)
        contents = None if finding else _settled(folder / DATABASE)
    except ValueError as error:
        raise archive.refused(f"{CERTIFICATE} in it is no certificate") from error
    except LibraryError as error:
        if _is_elsewhere(error):
            raise LibraryError(str(folder), error.why, MEND) from error
        raise LibraryError(str(file), f"its database cannot be used: {error.why}", AGAIN) from error
    if finding:
        raise archive.refused(f"its database is damaged ({finding})")
    if contents != archive.manifest.contents:
        raise archive.refused("its manifest says other than its database holds")


def _distrust(database: Path) -> None:
    """What SQLite advises for a file of unknown origin, and that nothing in it acts by itself, before it is written.
    Raises `LibraryError`."""
    with closing(connect_reader(database)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        (acting,) = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')"
        ).fetchone()
        if acting:
            raise LibraryError(str(database), "it has views or triggers", "Export it again.")


def _finding(folder: Path, codec: VectorCodec) -> str:
    """The first that the doctor finds, "" in a sound library. The embedder is asked for by repairs only."""
    findings = Doctor(folder, codec, _nobody).check_locked().findings
    return findings[0].detail if findings else ""


def _nobody() -> NoReturn:
    raise AssertionError("a check asks for no embedder")


def _settled(database: Path) -> Contents:
    """What it holds. Its log is empty afterwards, and gone."""
    with explained(database.parent), closing(connect_writer(database)) as connection:
        meta = read_meta(connection) or {}
        files, failed, documents, passages = connection.execute(_COUNTS).fetchone()
        empty_log(connection)
    return Contents(files, failed, documents, passages, meta["embedder"], int(meta["dimension"]))


@contextmanager
def _parents(library: Path, disk: Disk) -> Iterator[None]:
    """The folders above; those that were made for it are gone again after an error."""
    missing = [above for above in reversed(library.parents) if not above.exists()]
    try:
        for above in missing:
            make_folder(above, _FOLDER, disk)
        yield
    except BaseException:
        with suppress(OSError):
            for above in reversed(missing):
                above.rmdir()
        raise


@contextmanager
def _told(target: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(str(target), f"{what} ({error.strerror or error})", MEND) from error


@contextmanager
def _explained(library: Path) -> Iterator[None]:
    """Of SQLite's errors, only damage is a matter for the doctor; the rest may be of the disk that is written to."""
    try:
        with explained(library):
            yield
    except LibraryError as error:
        if _is_elsewhere(error):
            raise LibraryError(error.what, error.why, MEND) from error
        raise


def _is_elsewhere(error: LibraryError) -> bool:
    return error.__cause__ is not None and is_elsewhere(error.__cause__)
