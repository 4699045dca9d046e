"""One supervised child process that parses what others wrote: limited in time and memory, replaced when it fails."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from typing import Any, BinaryIO, cast

from ragcite.errors import ReadingError, ReadingMemory, ReadingTimeout
from ragcite.reading import wire
from ragcite.types import Document

# -I keeps the current folder, PYTHON* variables and user code out; the path is passed on instead, so that an editable
# checkout or a user installation is found all the same. An empty entry would mean the current folder.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from ragcite.reading.worker import main; main()"
_FILES_PER_PROCESS = 500  # then a fresh one: what a parser leaks does not pile up
_PATIENCE_S = 2.0


class Sandbox:
    """Reads files in a child process that is started on first use. Threads may share it; one file at a time."""

    def __init__(self, timeout_s: float, memory_mb: int) -> None:
        """`timeout_s` for one file; `memory_mb` of address space (MiB), 0 for no limit, no effect where unsupported."""
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def read(self, reader: str, data: bytes, document_id: str) -> Document:
        """Parse `data` with the reader of that name. Raises a `ReadingError` that does not name the file."""
        with self._lock:
            try:
                used = self._process is not None and self._served > 0
                return self._attempt(reader, data, document_id)
            except ReadingTimeout:
                raise
            except (ReadingMemory, _Died) as error:
                if not used:
                    raise _public(error) from None
            try:  # a process that had read other files may have been worn out by them
                return self._attempt(reader, data, document_id)
            except _Died as error:
                raise _public(error) from None

    def close(self) -> None:
        """End the child. Reading again starts a new one."""
        with self._lock:
            self._end()

    def _attempt(self, reader: str, data: bytes, document_id: str) -> Document:
        process = self._running()
        late = threading.Event()
        watchdog = threading.Timer(self._timeout_s, _kill_late, (process, late))
        watchdog.daemon = True
        watchdog.start()
        try:
            header, body = self._exchange(process, reader, data)
            document = None if "error" in header else wire.document_from(header, body, document_id)
        except (OSError, EOFError, wire.WireError) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE_S)  # its own exit status says why; ours would hide it
            self._end()
            if late.is_set():
                raise _too_late(self._timeout_s) from None
            raise _Died(process.returncode) from error
        except BaseException:  # Ctrl-C in the middle of a message: the pipes are out of step
            self._end()
            raise
        finally:
            watchdog.cancel()
        self._served += 1
        if document is None:
            self._refuse(header)
        return cast(Document, document)

    def _exchange(self, process: subprocess.Popen[bytes], reader: str, data: bytes) -> tuple[dict[str, Any], bytes]:
        wire.send(cast(BinaryIO, process.stdin), {"reader": reader}, data)
        return wire.receive(cast(BinaryIO, process.stdout), wire.MAX_TEXT)

    def _refuse(self, header: dict[str, Any]) -> None:
        error = wire.error_from(header)
        if isinstance(error, ReadingMemory):
            self._end()
        raise error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._served >= _FILES_PER_PROCESS):
            self._end()
        if self._process is None:
            path = json.dumps([entry for entry in sys.path if entry])
            limits = [str(self._timeout_s), str(self._memory_mb)]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _START, path, *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the parent only, which ends the child in order
            )
            self._served = 0
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE_S)


class _Died(Exception):
    """The child ended without an answer."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def _kill_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _too_late(timeout_s: float) -> ReadingTimeout:
    why = f"reading it took longer than {timeout_s:g} seconds"
    return ReadingTimeout("the file", why, "Split it, or raise the time limit.")


def _public(error: ReadingMemory | _Died) -> ReadingError:
    if isinstance(error, ReadingMemory):
        return error
    if error.code is not None and error.code == -getattr(signal, "SIGKILL", 9):
        why = "the system ended the reading process, most likely for want of memory"
        return ReadingMemory("the file", why, "Split it, or close other programs and ingest again.")
    why = f"the reading process crashed (exit status {error.code})"
    return ReadingError("the file", why, "Open it in its program and save it anew.")
