"""A library as one file: a zip archive of two or three members, none compressed.

Reading one cannot produce more bytes than the file has, nor a file under a name of the archive's choosing, nor a read
larger than `_LARGEST_READ` into memory. `unzip -l` and `unzip -p FILE manifest.json` look into it.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ragcite.errors import LibraryError, UsageError
from ragcite.storage.connection import DATABASE
from ragcite.storage.disk import Disk
from ragcite.storage.manifest import Manifest, Member, dump_manifest, read_manifest
from ragcite.storage.store import CERTIFICATE
from ragcite.types import Contents

MANIFEST = "manifest.json"
AGAIN = "Fetch or export it again; the library it came from is whole, or `ragcite doctor` says what is not."
_REQUIRED = {MANIFEST, DATABASE}
_MEMBERS = {*_REQUIRED, CERTIFICATE}
_LARGEST = {MANIFEST: 1 << 16, CERTIFICATE: 1 << 20}  # bytes: they are read into memory
_CHUNK = 1 << 17
_LARGEST_READ = 1 << 17  # also bounds the archive's list of members
_ENCRYPTED = 1
_MALFORMED = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError,
    OverflowError, struct.error,
)  # fmt: skip


def write_archive(path: Path, members: Mapping[str, IO[bytes]], contents: Contents, disk: Disk) -> None:
    """A new, private file, on the disk when this returns. Raises `OSError`."""
    descriptor = disk.create(path)
    try:
        with zipfile.ZipFile(_Out(descriptor, disk), "w", zipfile.ZIP_STORED) as archive:
            sums = {name: _store(archive, name, source) for name, source in members.items()}
            _store(archive, MANIFEST, io.BytesIO(dump_manifest(Manifest(contents, sums))))
        disk.sync(descriptor)
    finally:
        os.close(descriptor)


def _store(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> Member:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    size, digest = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(size, digest.hexdigest())


class _Out(io.RawIOBase):
    """A file that is only appended to, by the disk's steps."""

    def __init__(self, descriptor: int, disk: Disk) -> None:
        self._descriptor = descriptor
        self._disk = disk

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        rest = memoryview(data).cast("B")  # type: ignore[arg-type]
        size = len(rest)
        while rest:
            rest = rest[self._disk.write(self._descriptor, rest) :]
        return size


class Archive:
    """An exported file that is open. Its methods raise `LibraryError` where it is not what was exported."""

    def __init__(self, name: str, source: IO[bytes], size: int) -> None:
        self._name = name
        with self._believed():
            self._zip = zipfile.ZipFile(_Bounded(source, size))
            self._infos = self._listed(size)
            self.manifest = read_manifest(self._zip.open(MANIFEST).read(), name)
            if self.manifest.members.keys() != self._infos.keys() - {MANIFEST}:
                raise ValueError("the manifest lists other members")

    def _listed(self, size: int) -> dict[str, zipfile.ZipInfo]:
        listed = self._zip.infolist()
        infos = {info.filename: info for info in listed}
        if not _REQUIRED <= infos.keys() <= _MEMBERS or len(infos) != len(listed):
            raise ValueError("it has other members")
        if sum(info.file_size for info in listed) > size:
            raise ValueError("its members would be larger than itself")
        for name, info in infos.items():
            stored = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
            if not stored or info.flag_bits & _ENCRYPTED or info.file_size > _LARGEST.get(name, size):
                raise ValueError(f"{name} is compressed, encrypted or too large")
        return infos

    def extract(self, name: str, target: Path, disk: Disk) -> None:
        """Write the member to the new, private file `target`, on the disk when this returns. Raises also `OSError`."""
        wanted, size, digest = self.manifest.members[name], 0, hashlib.sha256()
        descriptor = disk.create(target)
        try:
            out = _Out(descriptor, disk)
            for chunk in self._chunks(name):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            if Member(size, digest.hexdigest()) != wanted:
                raise self.refused(f"{name} is not what was exported: its SHA-256 is another")
            disk.sync(descriptor)
        finally:
            os.close(descriptor)

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._believed(), self._zip.open(self._infos[name]) as member:
            while chunk := member.read(_CHUNK):
                yield chunk

    def refused(self, why: str) -> LibraryError:
        return LibraryError(self._name, why, AGAIN)

    @contextmanager
    def _believed(self) -> Iterator[None]:
        try:
            yield
        except _MALFORMED as error:
            raise self.refused(f"it is cut short, changed, or no export of a library ({error})") from error


class _Bounded:
    """What `zipfile` reads through: no large read, no position outside the file, whatever the headers say."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._size = size

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._source.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._source.tell(), os.SEEK_END: self._size}[whence]
        if not 0 <= base + offset <= self._size:
            raise zipfile.BadZipFile("a header points outside the file")
        return self._source.seek(base + offset)

    def read(self, count: int = -1) -> bytes:
        if count > _LARGEST_READ:
            raise zipfile.BadZipFile("a header asks for too much")
        return self._source.read(_LARGEST_READ if count < 0 else count)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Raises `UsageError` where there is no such file, `LibraryError` where it is not one that was exported."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        why = f"it cannot be read ({error.strerror})"
        raise UsageError(str(path), why, "Name a file that `ragcite export` wrote.") from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise UsageError(str(path), "it is no regular file", "Name a file that `ragcite export` wrote.")
    with os.fdopen(descriptor, "rb") as source:
        yield Archive(str(path), source, found.st_size)
