"""A small server that speaks the chat completions API, also badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "tiny"


def piece(text: str, reason: str | None = None, **delta: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": reason}
    return event(json.dumps({"object": "chat.completion.chunk", "choices": [choice]}))


def event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


END = piece("", "stop") + event("[DONE]")


@dataclass
class Chat:
    """What the server says and how. `stream` replaces its bytes, `cut` breaks the connection after so many of them;
    `refusal` is a status with a body; `pause` seconds go by before each word."""

    words: Sequence[str] = ("Blue", " is", " a", " colour", ".")
    stream: bytes | None = None
    cut: int | None = None
    chunked: bool = True
    kind: str = "text/event-stream"
    refusal: tuple[int, bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    models: Sequence[str] = (MODEL,)
    asked: list[dict[str, Any]] = field(default_factory=list)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def chunks(self, limit: int) -> Iterator[bytes]:
        if self.stream is not None:
            yield from (self.stream[at : at + 7] for at in range(0, len(self.stream), 7))
            return
        yield piece("", role="assistant")
        for word in self.words[:limit]:
            time.sleep(self.pause)
            yield piece(word)
        yield piece("", "length" if limit < len(self.words) else "stop") + event("[DONE]")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    chat: Chat

    def do_GET(self) -> None:
        self.chat.seen.append((self.path, dict(self.headers)))
        listed = {"object": "list", "data": [{"id": name} for name in self.chat.models]}
        self._answer(200, json.dumps(listed).encode())

    def do_POST(self) -> None:
        chat = self.chat
        chat.seen.append((self.path, dict(self.headers)))
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat.asked.append(body)
        if chat.refusal:
            return self._answer(*chat.refusal)
        self.send_response(200)
        self.send_header("Content-Type", chat.kind)
        self.send_header(*("Transfer-Encoding", "chunked") if chat.chunked else ("Connection", "close"))
        self.end_headers()
        try:
            self._stream(chat.chunks(body["max_tokens"]))
        except ConnectionError:
            chat.hung_up.set()
        return None

    def _stream(self, chunks: Iterator[bytes]) -> None:
        left = self.chat.cut
        for data in chunks:
            data = data if left is None else data[:left]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if self.chat.chunked and data else data)
            left = None if left is None else left - len(data)
            if left == 0:
                self.close_connection = True
                return
        if self.chat.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **self.chat.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None: ...  # clients hang up


@contextmanager
def served(chat: Chat) -> Iterator[Chat]:
    """`chat` on a port of this machine; its `address` is where."""
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"chat": chat}))
    chat.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
