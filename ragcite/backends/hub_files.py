"""One repository of a model hub: which files it has, and fetching one so that an interruption loses nothing.

huggingface_hub knows the addresses and the API; its own downloads start anew after an interruption (since 1.x each uses
a temporary file of its own) and do not compare hashes, so the bytes are fetched here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ragcite.backends.model_files import CHUNK
from ragcite.errors import DownloadError, ModelMissing

WANTED = frozenset({".safetensors", ".json", ".txt", ".jinja", ".model"})
SECONDS = 30.0
KEPT = "Run it again: what arrived is kept."


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """`sha256` for large files, which the hub keeps apart; `git_id` (SHA-1 of the git blob) for the others."""

    path: str
    size: int
    sha256: str | None
    git_id: str | None


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A repository at one commit; only files that ragcite would load."""

    repo: str
    commit: str
    files: tuple[RemoteFile, ...]


def listing(repo: str, revision: str, endpoint: str | None) -> RemoteModel:
    """Raises `ModelMissing` for a repository or revision the hub does not show, `DownloadError` where it fails."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        # token=False: pulls are of public models, and no credential is sent to any endpoint.
        info = HfApi(endpoint=endpoint, token=False).model_info(
            repo, revision=revision, files_metadata=True, timeout=SECONDS
        )
    except (GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise ModelMissing(f"{repo}@{revision}", f"the hub does not show it ({_short(error)})", "Check it.") from error
    except Exception as error:  # the HTTP library's and the hub's errors have no common base
        raise DownloadError(repo, f"the hub cannot be asked ({_short(error)})", KEPT) from error
    files = tuple(_remote(sibling, repo) for sibling in info.siblings or () if _is_wanted(sibling.rfilename))
    return RemoteModel(repo, str(info.sha), files)


def _short(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _is_wanted(path: str) -> bool:
    return PurePosixPath(path).suffix in WANTED


def _remote(sibling: Any, repo: str) -> RemoteFile:
    path = PurePosixPath(sibling.rfilename)
    if path.is_absolute() or ".." in path.parts or "\\" in sibling.rfilename or sibling.size is None:
        raise DownloadError(repo, f"the hub lists a file that cannot be fetched ({sibling.rfilename!r})", "Report it.")
    return RemoteFile(str(path), int(sibling.size), sibling.lfs.sha256 if sibling.lfs else None, sibling.blob_id)


def is_right(path: Path, file: RemoteFile) -> bool:
    """Whether the bytes at `path` are those that the hub vouches for. Raises `OSError`."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    if file.sha256 is not None:
        return _hash(path, hashlib.sha256()) == file.sha256
    # git's name of a blob, https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    start = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    return file.git_id is not None and _hash(path, start) == file.git_id


def _hash(path: Path, digest: Any) -> str:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return str(digest.hexdigest())


def fetch(
    model: RemoteModel, file: RemoteFile, target: Path, endpoint: str | None, received: Callable[[int], None]
) -> None:
    """Fetch `file` to `target` by way of a `.part` beside it, going on where an earlier attempt stopped.

    `received` is called with the number of bytes of this file that are here. Raises `DownloadError`: after a broken
    connection what arrived is kept, after a wrong hash it is deleted.
    """
    part = target.with_name(f".{target.name}.{(file.sha256 or file.git_id or model.commit)[:12]}.part")
    try:
        if not part.is_file() or part.stat().st_size < file.size:
            _stream(model, file, part, endpoint, received)
        right = is_right(part, file)
    except Exception as error:  # the HTTP library's and the hub's errors have no common base
        raise DownloadError(f"{model.repo}/{file.path}", f"it broke off ({_short(error)})", KEPT) from error
    if not right:
        short = part.stat().st_size < file.size
        if not short:
            part.unlink()
        raise DownloadError(
            f"{model.repo}/{file.path}",
            "it broke off" if short else "its hash is not the one the hub gives; the bad file was deleted",
            KEPT if short else "Run it again; if it happens again, the server or the connection alters files.",
        )
    part.replace(target)


def _stream(
    model: RemoteModel, file: RemoteFile, part: Path, endpoint: str | None, received: Callable[[int], None]
) -> None:
    from huggingface_hub import get_session, hf_hub_url

    here = part.stat().st_size if part.is_file() else 0
    url = hf_hub_url(model.repo, file.path, revision=model.commit, endpoint=endpoint)
    # Compressed transfers would make the ranges of a resumed one meaningless.
    headers = {"Range": f"bytes={here}-", "Accept-Encoding": "identity"} if here else {"Accept-Encoding": "identity"}
    with get_session().stream("GET", url, headers=headers, timeout=SECONDS, follow_redirects=True) as response:
        response.raise_for_status()
        resumed = response.status_code == 206
        here = here if resumed else 0
        with part.open("ab" if resumed else "wb") as out:
            for chunk in response.iter_bytes(CHUNK):
                here += len(chunk)
                if here > file.size:
                    raise OSError("more bytes came than the hub announced")
                out.write(chunk)
                received(here)
