"""A process of its own that ingests with the stand-ins: ingest_child.py LIBRARY DOCS."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def main() -> None:
    spec = importlib.util.spec_from_file_location("stand_ins", Path(__file__).with_name("conftest.py"))
    assert spec
    assert spec.loader
    stand_ins = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stand_ins)
    from ragcite.storage import tidy

    tidy.SMALL = 20  # so that the vector base is written too
    desk = stand_ins.Desk(Path(sys.argv[1]), Path(sys.argv[2]))
    desk.embedder = stand_ins.HashingEmbedder(seconds=0.005)
    print("ready", flush=True)
    desk.ingest(batch_passages=8)
    print("done", flush=True)


if __name__ == "__main__":
    main()
