"""What is refused before anything is generated: a prompt beyond the context, a sampling out of range."""

from __future__ import annotations

from ragcite.errors import PromptOverflow, UsageError
from ragcite.types import Sampling


def check_request(tokens: int, sampling: Sampling, context: int, name: str) -> None:
    """Raises `PromptOverflow` if a prompt of `tokens` and what may be generated exceed `context`, `UsageError` for a
    range."""
    answer = sampling.max_tokens + sampling.thinking_tokens
    if tokens + answer > context:
        raise PromptOverflow(
            "the prompt",
            f"it has {tokens} tokens, and with {answer} for the answer exceeds the {context} of {name}",
            "Ask a shorter question, or use fewer sources.",
        )
    if not in_range(sampling):
        raise UsageError("sampling", f"out of range: {sampling}", "See `Sampling` for the ranges.")


def in_range(sampling: Sampling) -> bool:
    return (
        sampling.temperature >= 0
        and sampling.top_k >= 0
        and 0 < sampling.top_p <= 1
        and 0 <= sampling.min_p <= 1
        and sampling.repetition_penalty > 0
        and -2 <= sampling.presence_penalty <= 2
        and sampling.seed >= 0
        and sampling.thinking_tokens >= 0
    )
