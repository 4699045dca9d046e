"""What a chat completions server streams, read with suspicion: events, chunks, and whether the answer is whole.

Events: https://html.spec.whatwg.org/multipage/server-sent-events.html, of which these servers use one line an event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

MAX_LINE = 2**16  # bytes
SHOWN = 300  # characters of what a server says
DONE = "[DONE]"
WHOLE = frozenset({"stop", "length"})
IGNORED = frozenset({"event", "id", "retry"})


class BadStream(Exception):
    """What the server did wrong, in words that follow its name."""


def event_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """The data of each event. A field that the format does not know is an error: it may be damaged data.

    A last line without its end is dropped, as the format says. Raises `BadStream`.
    """
    held = b""
    for chunk in chunks:
        *lines, held = (held + chunk).split(b"\n")
        for line in lines:
            if (data := _data(line)) is not None:
                yield data
        if len(held) > MAX_LINE:
            raise BadStream(f"it sent a line of more than {MAX_LINE:,} bytes")


def answer_pieces(events: Iterable[str]) -> Iterator[str]:
    """The answer's text, never an empty piece. Raises `BadStream` unless the server said that the answer is whole."""
    for data in events:
        if data == DONE:
            break
        chunk = _object(data)
        if chunk.get("error"):
            raise BadStream(f"it broke off: {message_of(chunk)}")
        piece, reason = _first_choice(chunk, data)
        if piece:
            yield piece
        if reason in WHOLE:
            return
        if reason is not None:
            raise BadStream(f"it ended the answer early ({shown(str(reason))})")
    raise BadStream("it hung up in mid-answer")


def message_of(body: object) -> str:
    """The message in a server's error object, whose form differs from server to server; "" where there is none."""
    while isinstance(body, dict):
        body = next((body[key] for key in ("error", "message", "detail") if body.get(key)), "")
    return shown(body if isinstance(body, str) else json.dumps(body))


def shown(text: str) -> str:
    """One line of at most `SHOWN` characters, nothing in it that a terminal would obey."""
    line = " ".join(text.split())
    line = line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)


def _data(line: bytes) -> str | None:
    try:
        text = line.rstrip(b"\r").decode()
    except UnicodeDecodeError:
        raise BadStream("it sent bytes that are no UTF-8") from None
    field, _, value = text.partition(":")
    if field == "data":
        return value.removeprefix(" ")
    if field in IGNORED or not field:  # an empty line, or a comment
        return None
    raise BadStream(f"it sent a line that is no event ({shown(text)})")


def _object(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadStream(f"it sent an event that is no JSON object ({shown(data)})")
    return found


def _first_choice(chunk: dict[str, Any], data: str) -> tuple[str, object]:
    """The text and the reason to end, of which either may be missing; thoughts come in fields of their own."""
    choices = chunk.get("choices")
    if choices == []:  # figures about the use of tokens
        return "", None
    choice = choices[0] if isinstance(choices, list) else None
    delta = choice.get("delta") if isinstance(choice, dict) else None
    piece = (delta.get("content") or "") if isinstance(delta, dict) else None
    if not isinstance(choice, dict) or not isinstance(piece, str):
        raise BadStream(f"it sent an event that is no piece of an answer ({shown(data)})")
    return piece, choice.get("finish_reason")
