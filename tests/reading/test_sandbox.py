"""One bad file costs one file: hanging, bursting and dying readers, and what comes after them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence

import psutil
import pytest

from ragcite.errors import ReadingError, ReadingMemory, ReadingTimeout, TooLarge
from ragcite.reading import Readers, wire
from ragcite.reading.readers import SMALL
from ragcite.reading.sandbox import Sandbox
from ragcite.reading.wire import MAX_CHARACTERS, MAX_HEADINGS

MakePdf = Callable[[Sequence[Sequence[tuple[str, float]]]], bytes]
GOOD = b"<p>good words</p>"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is enforced on Linux only")


def slow_pdf() -> bytes:
    """A real PDF of a few kilobytes whose page takes minutes: a form drawn thousands of times by each of many pages."""
    form = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj " * 20_000 + b"ET")
    page = zlib.compress(b"/X Do " * 4_000)
    count = 50
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, b"3 0 R " * count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R"
        b" /Resources << /XObject << /X 5 0 R >> /Font << /F1 6 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 6 0 R >> >>"
        b" /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(form), form),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return pdf_of(objects)


def pdf_of(objects: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def child_of(readers: Readers) -> psutil.Process:
    process = readers._sandbox._process
    assert process is not None
    return psutil.Process(process.pid)


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read() -> None:
    with Readers(timeout_s=4) as readers:
        begin = time.monotonic()
        with pytest.raises(ReadingTimeout, match=r"slow\.pdf.*4 seconds"):
            readers.read("slow.pdf", slow_pdf())
        assert time.monotonic() - begin < 15
        assert readers.read("good.html", GOOD).text == "good words"


@linux_only
def test_a_file_that_needs_too_much_memory_is_stopped_and_the_next_is_read() -> None:
    page = b"<p>" + b"<b>x</b>" * 1_500_000
    with Readers(timeout_s=30, memory_mb=300) as readers:
        readers.read("first.html", GOOD)
        with pytest.raises(ReadingMemory, match=r"big\.html"):
            readers.read("big.html", page)
        assert readers.read("good.html", GOOD).text == "good words"


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_text_is_read_in_the_child_unless_it_is_small(name: str) -> None:
    with Readers() as readers:
        readers.read(name, b"w" * SMALL)
        assert readers._sandbox._process is None
        assert readers.read(name, b"w" * (SMALL + 1)).text == "w" * (SMALL + 1)
        assert child_of(readers).is_running()


@linux_only
def test_a_text_that_needs_too_much_memory_is_stopped_and_the_next_is_read() -> None:
    with Readers(timeout_s=60, memory_mb=300) as readers:
        with pytest.raises(ReadingMemory, match=r"lines\.md"):
            readers.read("lines.md", b"w\n" * 3_000_000)
        assert readers.read("good.html", GOOD).text == "good words"


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"words " * (MAX_CHARACTERS // 6 + 1), "20,000,000 characters"), (b"# w\n" * (MAX_HEADINGS + 1), "100,000 head")],
)
def test_a_text_too_large_to_go_on_with_is_refused_by_name(data: bytes, why: str) -> None:
    with Readers() as readers, pytest.raises(TooLarge, match=rf"large\.md.*{why}.*[Ss]plit"):
        readers.read("large.md", data)


def test_the_child_is_reused_and_replaced_when_it_was_killed() -> None:
    with Readers() as readers:
        readers.read("a.html", GOOD)
        first = child_of(readers)
        readers.read("b.html", GOOD)
        assert child_of(readers).pid == first.pid
        first.kill()
        assert readers.read("c.html", GOOD).text == "good words"
        assert child_of(readers).pid != first.pid


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
def test_a_child_that_no_longer_answers_is_killed_in_time() -> None:
    with Readers(timeout_s=4) as readers:
        readers.read("a.html", GOOD)
        os.kill(child_of(readers).pid, signal.SIGSTOP)
        with pytest.raises(ReadingTimeout):
            readers.read("b.html", b"<p>" + b"long " * 500_000)
        assert readers.read("c.html", GOOD).text == "good words"


def test_a_child_that_dies_on_a_file_costs_that_file() -> None:
    with Readers() as readers:
        sandbox: Sandbox = readers._sandbox
        with pytest.raises(ReadingError, match="crashed"):
            sandbox.read("no-such-reader", b"", "id")  # the child raises outside a reader and ends
        assert readers.read("c.html", GOOD).text == "good words"


def test_close_ends_the_child_and_reading_starts_another() -> None:
    readers = Readers()
    readers.read("a.html", GOOD)
    child = child_of(readers)
    readers.close()
    assert not child.is_running()
    assert readers.read("a.html", GOOD).text == "good words"
    readers.close()


def test_the_child_ends_with_its_parent_and_says_nothing_on_ctrl_c() -> None:
    code = (  # a shell's background job ignores SIGINT, and hands that on to its children
        "import signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from ragcite.reading import Readers\nreaders = Readers()\n"
        "readers.read('a.html', b'<p>words</p>')\nprint(readers._sandbox._process.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert os.getpgid(child.pid) != parent.pid  # else Ctrl-C would end it in the middle of a file
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=20)
    child.wait(timeout=10)
    assert said.count(b"Traceback") == 1
    assert b"worker" not in said


@linux_only
def test_the_child_ends_when_its_parent_is_killed() -> None:
    code = (
        "import time\nfrom ragcite.reading import Readers\nreaders = Readers()\n"
        "readers.read('a.html', b'<p>words</p>')\nprint(readers._sandbox._process.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait(10)
    child.wait(timeout=10)
    parent.stdout.close()


def test_the_current_folder_cannot_plant_a_module(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path)
    with open(os.path.join(folder, "lxml.py"), "w", encoding="utf-8") as file:
        file.write("raise SystemExit('planted')")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    with Readers() as readers:
        assert readers.read("a.html", GOOD).text == "good words"


@pytest.mark.parametrize("reply", [b"", b"\x00\x00", b"\xff" * 12, b"\x00\x00\x00\x02" + b"\x00" * 8 + b"[]"])
def test_a_reply_that_is_no_message_is_refused(reply: bytes) -> None:
    with pytest.raises((wire.WireError, EOFError)):
        wire.receive(io.BytesIO(reply))


def test_a_reply_that_describes_no_document_is_refused() -> None:
    header = {"format": "html", "reader": "x", "title": None, "pages": [], "headings": [[1, "t", 5, 99]]}
    for bad in (header, {}, header | {"headings": [], "format": "exe"}):
        with pytest.raises(wire.WireError):
            wire.document_from(bad, b"text", "id")


def test_an_error_class_that_is_none_of_ours_becomes_a_reading_error() -> None:
    for name in ("RagciteError", "ModelError", "__builtins__", None):
        assert type(wire.error_from({"error": name, "why": "w", "next_step": "n"})) is ReadingError
