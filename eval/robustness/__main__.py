"""`python -m eval.robustness PROBE [SIZE]`: one probe in this process; prints its outcome as JSON on the last line."""

from __future__ import annotations

import sys

from eval.robustness.measure import BY_NAME
from eval.robustness.probes import load


def main() -> None:
    name, size = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "quick"
    print(load(name)(BY_NAME[size]).to_json(), flush=True)


if __name__ == "__main__":
    main()
