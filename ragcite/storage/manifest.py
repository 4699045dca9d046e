"""What an exported file says of itself, in its member `manifest.json`. Read from strangers: no field is trusted.

    {"format": 1, "ragcite": "0.1.0", "schema": 1,
     "contents": {"files": …, "failed": …, "documents": …, "passages": …, "embedder": "…", "dimension": …},
     "members": {"library.db": {"bytes": …, "sha256": "…"}, "certificate.json": …}}

`format` grows when an older ragcite could not read the file; `schema` is that of the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ragcite._version import __version__
from ragcite.errors import NewerLibrary
from ragcite.storage.schema import VERSION
from ragcite.types import Contents

FORMAT = 1
_NUMBERS = ("files", "failed", "documents", "passages", "dimension")


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    contents: Contents
    members: Mapping[str, Member]
    written_by: str = __version__


def dump_manifest(manifest: Manifest) -> bytes:
    members = {name: {"bytes": member.size, "sha256": member.sha256} for name, member in manifest.members.items()}
    facts = {"format": FORMAT, "ragcite": manifest.written_by, "schema": VERSION}
    return json.dumps({**facts, "contents": asdict(manifest.contents), "members": members}, indent=1).encode()


def read_manifest(data: bytes, file: str) -> Manifest:
    """Raises `NewerLibrary`, and `ValueError`, `KeyError` or `TypeError` where it makes no sense."""
    said = json.loads(data)
    for what, known in (("format", FORMAT), ("schema", VERSION)):
        if _number(said[what]) > known:
            why = f"it was written by a newer ragcite ({what} {said[what]}, this one knows {known})"
            raise NewerLibrary(file, why, "Upgrade ragcite.")
    facts = said["contents"]
    contents = Contents(embedder=_text(facts["embedder"]), **{name: _number(facts[name]) for name in _NUMBERS})
    members = {
        name: Member(_number(member["bytes"]), _text(member["sha256"])) for name, member in said["members"].items()
    }
    return Manifest(contents, members, _text(said["ragcite"]))


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
