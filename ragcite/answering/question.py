"""What counts as a question."""

from __future__ import annotations

from ragcite.errors import UsageError

MAX_CHARACTERS = 4_000


def checked_question(question: str) -> str:
    """The question, trimmed. Raises `UsageError` when it is empty, too long, or not text."""
    trimmed = question.strip()
    if not trimmed:
        raise UsageError("the question", "it is empty", 'Ask something, as in: ragcite ask "Who signed the lease?"')
    if len(trimmed) > MAX_CHARACTERS:
        raise UsageError(
            "the question",
            f"it has {len(trimmed):,} characters, more than the {MAX_CHARACTERS:,} that are read",
            "Ask a shorter question; text to ask about belongs into a document that you ingest.",
        )
    try:
        trimmed.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("the question", "it is not valid text", "Check the terminal's encoding.") from None
    return trimmed
