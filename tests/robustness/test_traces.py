"""What the probe of traces sees."""

from __future__ import annotations

from eval.robustness.traces import KEY, WRITTEN, holds


def test_a_canary_in_a_file_is_seen() -> None:
    assert holds(b"log: asked with " + KEY.encode())
    assert not holds(b"log: asked")


def test_files_opened_for_writing_are_told_from_those_that_are_read_or_do_not_open() -> None:
    calls = (
        '12 openat(AT_FDCWD, "/home/x/log", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3\n'
        '12 openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 4\n'
        '12 openat(AT_FDCWD, "/nowhere", O_RDWR) = -1 ENOENT (No such file or directory)\n'
        '12 open("relative", O_RDWR) = 5\n'
    )
    assert WRITTEN.findall(calls) == ["/home/x/log", "relative"]
