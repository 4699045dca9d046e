"""Models by role: which are on this machine, what the rest would cost, and fetching one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ragcite.backends.model_catalogue import CATALOGUE, ModelEntry
from ragcite.backends.model_locator import ModelLocator

WEIGHTS = "model.safetensors"


class ModelShelf:
    """`cache` is the folder where pulled and converted models lie."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._locator = ModelLocator(cache)

    def rows(self) -> list[dict[str, Any]]:
        """Plain values for tables and JSON; nothing is read but the lock file and folder names."""
        return [self._row(entry) for entry in CATALOGUE]

    def pull(self, name: str, endpoint: str | None, progress: Callable[[str, int, int], None] | None) -> Path:
        """Raises `ModelError`, `UsageError`."""
        from ragcite.backends.model_pull import pull

        return pull(name, self._cache, progress, endpoint=endpoint)

    def _row(self, entry: ModelEntry) -> dict[str, Any]:
        source = self._locator.source_of(entry)
        return {
            "role": entry.role.value,
            "name": entry.name,
            "from": entry.repo or entry.package or "built in",
            "here": source is not None,
            "state": source or f"ragcite models pull {entry.name}",
            "size": f"{entry.size / 1e6:,.0f} MB" if entry.size else "–",
            "licence": entry.licence,
            "sha256": self._locator.recorded_hash(entry) or entry.pinned.get(WEIGHTS, ""),
            "fallback": entry.fallback,
        }
