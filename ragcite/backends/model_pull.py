"""`ragcite models pull`: the one place that connects to a model hub, and only when it is called."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from ragcite.backends.hub_files import RemoteModel, fetch, is_right, listing
from ragcite.backends.model_catalogue import known
from ragcite.backends.model_files import refuse_code
from ragcite.backends.model_lock import ModelLock
from ragcite.errors import DownloadError, ModelRefused, UsageError

WEIGHTS = ".safetensors"
Progress = Callable[[str, int, int], None]


def pull(
    name: str, cache: Path, progress: Progress | None = None, *, endpoint: str | None = None, repo: str | None = None
) -> Path:
    """Fetch a model of the catalogue into `cache`/NAME and return that folder; nothing is fetched twice.

    `progress(file, done, total)` counts bytes of the whole model. `endpoint` is the hub's address, by default the one
    huggingface_hub uses; `repo` fetches another repository under `name`.
    A pull that breaks off goes on where it stopped; the model appears in `cache` only when every file is right.
    Raises `DownloadError`, `ModelMissing` (unknown name or repository), `ModelRefused` (no safetensors, or code asked
    for), `UsageError` (a model that has no repository).
    """
    entry = None if repo else known(name)
    repo = repo or (entry.repo if entry else None)
    name = entry.name if entry else name
    if repo is None:
        raise UsageError(name, "it comes with a package or is built in; there is nothing to pull", "Use it as it is.")
    if Path(name).name != name or name.startswith("."):
        raise UsageError(name, "it cannot be a folder's name", "Choose another name.")
    remote = listing(repo, entry.revision if entry else "main", endpoint)
    if not any(file.path.endswith(WEIGHTS) for file in remote.files):
        raise ModelRefused(repo, "it has no safetensors weights", "Choose another model.")
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f".{name}.lock"):
        return _complete(name, cache, remote, endpoint, progress or _silent)


def _silent(_file: str, _done: int, _total: int) -> None: ...


def _complete(name: str, cache: Path, remote: RemoteModel, endpoint: str | None, progress: Progress) -> Path:
    folder, partial = cache / name, cache / f".{name}.partial"
    try:
        if not all(is_right(folder / file.path, file) for file in remote.files):
            _fetch_all(partial, remote, endpoint, progress)
            _put_in_place(name, cache, partial)
    except OSError as error:
        raise DownloadError(name, f"it cannot be stored ({error})", "Make room, then run it again.") from error
    ModelLock(cache).verify(name, folder)
    return folder


def _fetch_all(partial: Path, remote: RemoteModel, endpoint: str | None, progress: Progress) -> None:
    total = sum(file.size for file in remote.files)
    before = 0
    # Weights last: a model that is refused for its configuration is not fetched whole.
    for file in sorted(remote.files, key=lambda file: (file.path.endswith(WEIGHTS), file.size)):
        if file.path.endswith(WEIGHTS):
            refuse_code(partial)
        target = partial / file.path
        target.parent.mkdir(parents=True, exist_ok=True)

        def received(count: int, path: str = file.path, start: int = before) -> None:
            progress(path, start + count, total)

        if not is_right(target, file):
            fetch(remote, file, target, endpoint, received)
        before += file.size
        progress(file.path, before, total)


def _put_in_place(name: str, cache: Path, partial: Path) -> None:
    """Swap the complete model in. Parts of files of an older revision are left out."""
    folder = cache / name
    for part in partial.rglob(".*.part"):
        part.unlink()
    ModelLock(cache).forget(name, folder)
    if folder.exists():
        shutil.rmtree(folder)
    partial.replace(folder)
