"""JSON lines that people write: one object a line, and what is said of a line that is none."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Record = TypeVar("Record", bound=BaseModel)


def read_line(line: str, model: type[Record]) -> Record | dict[str, Any]:
    """A record, or the object that reports why the line is none (`id` where it can be read, and `error`)."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    identity = record.get("id") if isinstance(record, dict) else None
    try:
        return model.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        return {"id": identity if isinstance(identity, str | int) else None, "error": f"{where}: {first['msg']}"}
