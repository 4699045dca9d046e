"""Folders into the library: what changed is read, split, embedded and stored; what is gone is forgotten."""

from ragcite.ingestion.ingestor import Ingestor
from ragcite.ingestion.parts import DocumentReaders, IngestProgress, Splitter
from ragcite.ingestion.remove import remove

__all__ = ["DocumentReaders", "IngestProgress", "Ingestor", "Splitter", "remove"]
