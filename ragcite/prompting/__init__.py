"""Prompts, and the parser of what comes back: the citation format has its one home here."""

from ragcite.prompting.builder import NOTHING_FOUND, PromptBuilder
from ragcite.prompting.escape import escape
from ragcite.prompting.markers import Marker, markers
from ragcite.prompting.stream import DraftStream, parse_draft

__all__ = ["NOTHING_FOUND", "DraftStream", "Marker", "PromptBuilder", "escape", "markers", "parse_draft"]
