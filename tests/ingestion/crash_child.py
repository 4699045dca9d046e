"""Ingests in processes of their own. Reads plans (JSON, one a line), forks for each, and says how the child ended.

A plan: `library`, `docs`, `acks` (file for what the ingest tells as stored or removed); optionally `stop` (name and
occurrence of a step), `power`, `after` (seconds until a kill from outside), `bug`, `remove` (names of documents to take
out, instead of an ingest), `export` (a file to be written, over an old one; `bare`: without a certificate), `into` (a
folder for the library that the file `import` holds), `repair`, `fail` (number and errno of a step), `limit` (largest
file, bytes), `pages` (largest database), `trace` (options of strace); and files for what the child saw: `steps`,
`disorders`, `opened` (by Python, on a tour of all that a library can do), `log` (of strace).
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

PR_SET_PTRACER = 0x59616D61


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"crash_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


stand_ins, disks, bugs = load("conftest"), load("disks"), load("bugs")


def main() -> None:
    import faiss  # noqa: F401 - once, before the forks
    import filelock  # noqa: F401

    from ragcite.storage import tidy

    tidy.SMALL = 20  # so that the vector base is written too
    tidy._READER_WAIT_MS = 20  # beside a reader that stays
    gc.disable()  # a collection in a child would copy every page
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        plan = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(work(plan))
        tracer = attach(child, plan) if "trace" in plan else None
        if "after" in plan:
            time.sleep(plan["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if tracer:
            tracer.wait()
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


def work(plan: dict[str, Any]) -> int:
    """0 done; 1 a `RagciteError`, which is in `acks`; 2 anything else."""
    from ragcite.errors import RagciteError

    acks = os.open(plan["acks"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    if "trace" in plan:
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1))
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        run(plan, acks)
    except RagciteError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        os.write(acks, f"error {error}\n".encode())
        return 1
    except BaseException:
        traceback.print_exc()
        return 2
    return 0


def run(plan: dict[str, Any], acks: int) -> None:
    from ragcite.ingestion import remove

    desk = stand_ins.Desk(Path(plan["library"]), Path(plan["docs"]))
    desk.disk = disk_of(plan)
    prepare(plan)
    if "remove" in plan:
        remove(desk.store(), [desk.docs / name for name in plan["remove"]])
    elif "repair" in plan:
        doctor(desk).repair()
    elif "export" in plan or "import" in plan:
        transfer(desk, plan)
    else:
        desk.ingest(batch_passages=8, progress=lambda event: tell(acks, event))
    if "opened" in plan:
        tour(desk)
    if "steps" in plan:
        Path(plan["steps"]).write_text("\n".join(step.name for step in desk.disk.steps))
    if "disorders" in plan:
        Path(plan["disorders"]).write_text("\n".join(disks.disorders(desk.disk.steps)))


def doctor(desk: Any) -> Any:
    from ragcite.storage import Doctor

    return Doctor(desk.folder, stand_ins.FaissCodec(), lambda: ("hashing-8", 8), disk=desk.disk)


def transfer(desk: Any, plan: dict[str, Any]) -> None:
    from ragcite.storage import export_library, import_library

    codec = stand_ins.FaissCodec()
    if "export" in plan:
        export_library(desk.folder, Path(plan["export"]), codec, None if plan.get("bare") else b"{}", True, desk.disk)
    else:
        import_library(Path(plan["import"]), Path(plan["into"]), codec, json.loads, desk.disk)


def prepare(plan: dict[str, Any]) -> None:
    if "bug" in plan:
        bugs.BUGS[plan["bug"]]()
    if "opened" in plan:
        watch_opens(plan["opened"])
    if "limit" in plan:
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan["limit"], resource.RLIM_INFINITY))
    if "pages" in plan:
        limit_pages(plan["pages"])


def disk_of(plan: dict[str, Any]) -> Any:
    if "stop" in plan:
        return disks.StoppingDisk(*plan["stop"], plan.get("power", False))
    return disks.FailingDisk(*plan["fail"]) if "fail" in plan else disks.RecordingDisk()


def attach(child: int, plan: dict[str, Any]) -> subprocess.Popen[bytes]:
    """To a child that has stopped itself, so that it does nothing unseen; then lets it go on."""
    os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOWAIT)
    command = ["strace", "-f", "-o", plan["log"], "-p", str(child), *plan["trace"]]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr
    said = tracer.stderr.readline()
    if b"attached" not in said:
        print(said.decode(), file=sys.stderr)
    os.kill(child, signal.SIGCONT)
    return tracer


def limit_pages(pages: int) -> None:
    from ragcite.storage import connection as room
    from ragcite.storage import store

    connect = room.connect_writer

    def connect_writer(path: Path) -> Any:
        connection = connect(path)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    bugs.plant(store, "connect_writer", connect_writer)


def tell(acks: int, event: Any) -> None:
    if event.phase in ("stored", "removed"):
        os.write(acks, f"{event.phase} {event.path}\n".encode())


def tour(desk: Any) -> None:
    """All that one may do with a library."""
    from ragcite.ingestion import remove

    desk.content()
    desk.store().info()
    remove(desk.store(), [desk.docs / "10.txt"])
    assert doctor(desk).check(full=False).is_sound
    assert doctor(desk).repair().is_sound
    desk.ingest()


def watch_opens(log: str) -> None:
    """Every file that Python (not SQLite) opens, but new ones: a database of ours is only ever made by hand."""
    descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and not (arguments[2] or 0) & os.O_EXCL:
            os.write(descriptor, f"{arguments[0]}\n".encode())

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
