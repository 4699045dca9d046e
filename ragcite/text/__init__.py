"""Sentences, words, languages and quotes: everything that looks at text, with spans into the original."""

from ragcite.text.fts import index_text, query_terms
from ragcite.text.language import LanguageClass, detect_language, language_class
from ragcite.text.normalise import MappedText, collapse, find_quote
from ragcite.text.scripts import script
from ragcite.text.sentences import sentences
from ragcite.text.stemming import stem
from ragcite.text.words import Word, content_words, words

__all__ = [
    "LanguageClass",
    "MappedText",
    "Word",
    "collapse",
    "content_words",
    "detect_language",
    "find_quote",
    "index_text",
    "language_class",
    "query_terms",
    "script",
    "sentences",
    "stem",
    "words",
]
