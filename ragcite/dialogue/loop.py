"""The loop guard: small models now and then say the same thing again and again until they are stopped."""

from __future__ import annotations

LONGEST = 400  # characters that may repeat
REPEATS = 4
LEAST = 160  # characters of repetition: shorter ones stand in tables, lists and verses


def loop_start(text: str) -> int | None:
    """Where the loop at the end of `text` begins to repeat itself, so that `text[:start]` says everything once.

    A loop is up to `LONGEST` characters, said at least `REPEATS` times and for `LEAST` characters. None: no loop.
    """
    for period in range(1, min(LONGEST, len(text) // REPEATS) + 1):
        repeated = max((REPEATS - 1) * period, LEAST - period)
        if text[-repeated:] == text[-repeated - period : -period]:
            start = len(text) - repeated
            while start > period and text[start - 1] == text[start - 1 - period]:
                start -= 1
            return start
    return None
