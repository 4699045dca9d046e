"""Bugs to be planted into a process of its own: each is one that the crash tests must catch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ragcite.ingestion.batch import Batch
from ragcite.storage import base, connection, facts, files, tidy, writer
from ragcite.storage.disk import Disk


def plant(where: Any, name: str, value: object) -> None:
    setattr(where, name, value)


def told_before_the_commit() -> None:
    real = Batch.store

    def store(batch: Any) -> Iterator[Any]:
        commit, batch._writer.commit = batch._writer.commit, lambda: None
        told = list(real(batch))
        batch._writer.commit = commit
        yield from told
        commit()

    plant(Batch, "store", store)


def generation_not_stored() -> None:
    real = facts.set_fact

    def set_fact(connection: Any, key: str, value: str | None) -> None:
        if key != "generation":
            real(connection, key, value)

    plant(writer, "set_fact", set_fact)


def generation_not_counted() -> None:
    real = writer.SqliteWriter._begin

    def begin(self: Any) -> None:
        started = not self._connection.in_transaction
        real(self)
        self._generation -= started

    plant(writer.SqliteWriter, "_begin", begin)


def base_of_another_generation() -> None:
    real = base.build_base

    def build(connection: Any, library: Path, *rest: Any) -> base.BaseRecord:
        record = real(connection, library, *rest)
        later = replace(record, generation=record.generation + 1)
        record.index_path(library).rename(later.index_path(library))
        record.keys_path(library).rename(later.keys_path(library))
        return later

    plant(tidy, "build_base", build)


def database_opened_by_hand() -> None:
    real = tidy._is_due

    def is_due(connection: Any, library: Path, *rest: Any) -> bool:
        (library / "library.db").read_bytes()
        return real(connection, library, *rest)

    plant(tidy, "_is_due", is_due)


def recorded_before_it_is_written() -> None:
    real = base.build_base

    def build(connection: Any, library: Path, codec: Any, dimension: int, disk: Disk) -> base.BaseRecord:
        record = real(connection, library, codec, dimension, Disk())
        data = record.index_path(library).read_bytes()
        record.index_path(library).unlink()
        tidy._set_meta(connection, base.META_KEY, base.dump_record(record))
        files.replace_file(record.index_path(library), data, disk)
        return record

    plant(tidy, "build_base", build)


def forgotten_by_name_only() -> None:
    """A removed file's row goes, its text stays."""
    plant(writer.SqliteWriter, "_unlink", lambda self, path: None)


def commits_not_synced() -> None:
    plant(connection, "_FULL_SYNC", 1)


def _replacing(sync: bool, rename_last: bool, folder: bool) -> Callable[[], None]:
    def replace_file(path: Path, data: bytes, disk: Disk) -> None:
        temporary = path.with_name(f"{path.name}.new")
        with suppress(FileNotFoundError):
            temporary.unlink()
        descriptor = disk.create(temporary)
        rest = memoryview(data)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]
        if not rename_last:
            disk.rename(temporary, path)
        if sync:
            disk.sync(descriptor)
        os.close(descriptor)
        if rename_last:
            disk.rename(temporary, path)
        if folder:
            disk.sync_folder(path.parent)

    return lambda: plant(base, "replace_file", replace_file)


BUGS: dict[str, Callable[[], None]] = {
    "file not synced": _replacing(sync=False, rename_last=True, folder=True),
    "renamed before it is synced": _replacing(sync=True, rename_last=False, folder=True),
    "folder not synced": _replacing(sync=True, rename_last=True, folder=False),
    "recorded before it is written": recorded_before_it_is_written,
    "generation not stored": generation_not_stored,
    "generation not counted": generation_not_counted,
    "base of another generation": base_of_another_generation,
    "commits not synced": commits_not_synced,
    "forgotten by name only": forgotten_by_name_only,
    "told before the commit": told_before_the_commit,
    "database opened by hand": database_opened_by_hand,
}
