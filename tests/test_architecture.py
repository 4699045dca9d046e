"""The floors of the house: imports go down only, and files stay small. Read from the syntax trees, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Top floor first. Rooms on one floor never import each other.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli", "server"}),
    frozenset({"library"}),
    frozenset({"wiring"}),
    frozenset({"ingestion", "answering", "dialogue", "tasks", "evaluation"}),
    frozenset({"settings", "schema", "backends", "testing"}),
    frozenset({"reading", "splitting", "storage", "retrieval", "prompting", "verification"}),
    frozenset({"text", "protocols"}),
    frozenset({"types", "errors", "_version"}),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

ONLY = {  # rooms that may know less than their floor allows
    "backends": {"protocols", "text", "types", "errors"},
    "testing": {"protocols", "text", "types", "errors"},
    "protocols": {"types", "errors"},
    "text": {"types", "errors"},
    "types": set(),
    "errors": set(),
}

HEAVY = {"torch", "transformers", "sentence_transformers", "faiss", "openvino", "peft", "gguf", "safetensors"}

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "ragcite").parts
    return parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Dotted names of every import, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import, line {node.lineno}"
            if node.module == "ragcite":
                yield from (f"ragcite.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def imported_rooms(path: Path) -> set[str]:
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("ragcite.")}
    return rooms - {room_of(path)}


PACKAGE = [path for path in modules("ragcite") if room_of(path) != "__init__"]


@pytest.mark.parametrize("path", PACKAGE, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    room = room_of(path)
    assert room in FLOOR_OF, f"{room} is on no floor"
    for other in imported_rooms(path):
        assert other in FLOOR_OF, f"{path} imports ragcite.{other}, which is no room"
        assert FLOOR_OF[other] > FLOOR_OF[room], f"{room} may not import {other}"
        if room in ONLY:
            assert other in ONLY[room], f"{room} may not import {other}"


@pytest.mark.parametrize("path", PACKAGE, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_backends_import_engines(path: Path) -> None:
    if room_of(path) != "backends":
        assert not {name.split(".")[0] for name in imported(path)} & HEAVY


def test_rooms_take_plain_values_never_settings() -> None:
    knowing = {room_of(path) for path in PACKAGE if "settings" in imported_rooms(path)}
    assert knowing <= {"cli", "server", "library", "wiring"}


def test_only_wiring_chooses_implementations() -> None:
    assert {room_of(path) for path in PACKAGE if "backends" in imported_rooms(path)} <= {"wiring"}


@pytest.mark.parametrize("path", list(modules("ragcite", "eval")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_one_idea_and_a_function_fits_a_screen(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


FORBIDDEN_CALLS = {"eval", "exec", "__import__", "compile"}
FORBIDDEN_MODULES = {"pickle", "shelve", "marshal", "dill", "joblib"}


@pytest.mark.parametrize("path", list(modules("ragcite", "eval")), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_runs_code_from_data(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN_MODULES
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                assert node.func.id not in FORBIDDEN_CALLS, f"line {node.lineno}"
            called = ast.unparse(node.func)
            assert called != "torch.load", f"line {node.lineno}"
            for keyword in node.keywords:
                unsafe = keyword.arg in {"trust_remote_code", "allow_pickle"}
                assert not (unsafe and ast.unparse(keyword.value) != "False"), f"line {node.lineno}"


@pytest.mark.parametrize("path", PACKAGE, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_command_line_prints(path: Path) -> None:
    if room_of(path) == "cli":
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
