"""Checked answers about your own documents: `from ragcite import Library`.

Importing the package loads nothing; its names are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any

from ragcite._version import __version__

if TYPE_CHECKING:
    from ragcite.errors import RagciteError
    from ragcite.library import Library
    from ragcite.types import Answer, Citation, Judgement, Verdict

__all__ = ["Answer", "Citation", "Judgement", "Library", "RagciteError", "Verdict", "__version__"]

_HOMES = {
    "Answer": "ragcite.types",
    "Citation": "ragcite.types",
    "Judgement": "ragcite.types",
    "Library": "ragcite.library",
    "RagciteError": "ragcite.errors",
    "Verdict": "ragcite.types",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ragcite' has no attribute {name!r}")
