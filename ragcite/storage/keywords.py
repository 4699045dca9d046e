"""Keyword search: BM25 over FTS5, without the words that are in every other passage."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence

from ragcite.text import query_terms
from ragcite.types import Scored

# An OR over common words takes time in proportion to their passages, and their BM25 weight is next to nothing.
LARGE = 5_000  # passages from which on it matters
COMMON = 0.3  # of the passages
KEPT = 2  # rarer terms that must remain
MAX_TERMS = 64  # a pasted page as a question: its rarest words
_LOOKED_AT = 512


def keyword_search(connection: sqlite3.Connection, question: str, k: int) -> list[Scored]:
    """At most k passages by BM25 (FTS5's, negated: higher is better), equal scores in the order of their keys."""
    terms = _worthwhile(connection, list(dict.fromkeys(query_terms(question)))[:_LOOKED_AT])
    if not terms or k < 1:
        return []
    query = "SELECT rowid, rank FROM keywords WHERE keywords MATCH ? ORDER BY rank, rowid LIMIT ?"
    return [Scored(key, -rank) for key, rank in connection.execute(query, (" OR ".join(map(_quoted, terms)), k))]


def _quoted(term: str) -> str:
    """An FTS5 string: whatever the term holds, it is never read as query syntax."""
    safe = term.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return '"' + safe.replace('"', '""') + '"'


def _worthwhile(connection: sqlite3.Connection, terms: Sequence[str]) -> list[str]:
    (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    if passages < LARGE and len(terms) <= MAX_TERMS:
        return list(terms)
    rarest_first = sorted(terms, key=lambda term: _document_frequency(connection, term))
    rare = [term for term in rarest_first if _document_frequency(connection, term) <= COMMON * passages]
    return (rare if len(rare) >= KEPT else rarest_first)[:MAX_TERMS]


def _document_frequency(connection: sqlite3.Connection, term: str) -> int:
    """Passages with the term; 0 for one that FTS5 keeps as several tokens, which is searched as a phrase."""
    # FTS5 stores terms without diacritics (remove_diacritics in the schema).
    plain = "".join(c for c in unicodedata.normalize("NFD", term) if not "\u0300" <= c <= "\u0340")
    folded = unicodedata.normalize("NFC", plain).encode("utf-8", "replace").decode("utf-8")
    row = connection.execute("SELECT doc FROM keyword_terms WHERE term = ?", (folded,)).fetchone()
    return int(row[0]) if row else 0
