"""The one way to `import openvino`: without the reporter that it would start on the way."""

from __future__ import annotations

import sys
from typing import Any, cast

_REPORTER = "openvino_telemetry"


def import_openvino() -> Any:
    """The module. Importing it also imports its converter, which looks up and calls an analytics server, and leaves an
    identity in the home folder, unless its reporter is not installed; so for that moment it is not."""
    modules = cast("dict[str, Any]", sys.modules)
    present = _REPORTER in modules
    before = modules.get(_REPORTER)
    modules[_REPORTER] = None  # an import of it then raises ImportError, for which openvino is prepared
    try:
        import openvino
    finally:
        if present:
            modules[_REPORTER] = before
        else:
            del modules[_REPORTER]
    return openvino
