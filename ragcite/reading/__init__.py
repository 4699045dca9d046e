"""Bytes of a file to a `Document`. `Readers` is the front; the readers themselves can be used alone, without limits."""

from ragcite.reading.html import HtmlReader
from ragcite.reading.markdown import MarkdownReader
from ragcite.reading.pdf import PdfReader
from ragcite.reading.plain import TextReader
from ragcite.reading.readers import Readers

__all__ = ["HtmlReader", "MarkdownReader", "PdfReader", "Readers", "TextReader"]
