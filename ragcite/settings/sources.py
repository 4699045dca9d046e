"""Defaults < configuration file < environment < arguments, remembering which one won.

Configuration files are looked for in the user's configuration folder and in the library, or named by `--config`; never
in the current folder and never in a folder that is ingested: a folder cannot configure ragcite.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from ragcite.errors import SettingsError
from ragcite.settings.model import Settings

PREFIX = "RAGCITE_"
FILE_NAME = "ragcite.toml"
SECRET = "server_key"
# A library may be someone else's: it must not send text, or a key, where the person did not.
NOT_FROM_A_LIBRARY = frozenset({"server", "allow_remote"})
NOT_SETTINGS = frozenset({"RAGCITE_EVAL_DATA"})  # read by the measurements, not by ragcite


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """`origins` says for each key where its value came from: "default", a file's path, a variable, "argument"."""

    values: Settings
    origins: Mapping[str, str]


def resolve(
    arguments: Mapping[str, Any],
    environment: Mapping[str, str],
    config: Path | None = None,
    user_folder: Path | None = None,
) -> ResolvedSettings:
    """Merge every source. Arguments that are None count as not given.

    Raises `SettingsError` for an unknown key, a bad value, or a file that cannot be read.
    """
    given = {key: value for key, value in arguments.items() if value is not None}
    variables = _from_environment(environment)
    layers: list[tuple[str, dict[str, Any]]] = []
    if config is not None:
        layers.append((str(config), _from_file(config, must_exist=True)))
    else:
        folder = user_folder or Path(platformdirs.user_config_dir("ragcite", appauthor=False))
        layers.append((str(folder / FILE_NAME), _from_file(folder / FILE_NAME)))
        library = Path(_pick("library", given, variables, layers[0][1]) or Settings().library).expanduser()
        in_library = _from_file(library / FILE_NAME)
        in_library.pop("library", None)
        for key in sorted(NOT_FROM_A_LIBRARY & in_library.keys()):
            why = f"`{key}` is set in a library, which must not decide where text goes"
            raise SettingsError(str(library / FILE_NAME), why, f"Set it in {folder / FILE_NAME}.")
        layers.append((str(library / FILE_NAME), in_library))
    merged: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, values in layers:
        _overlay(merged, origins, values, origin)
    for key, value in variables.items():
        _overlay(merged, origins, {key: value}, f"environment ({PREFIX}{key.upper()})")
    _overlay(merged, origins, given, "argument")
    return ResolvedSettings(_validated(merged, origins), origins)


def _pick(key: str, *layers: Mapping[str, Any]) -> Any:
    return next((layer[key] for layer in layers if key in layer), None)


def _overlay(merged: dict[str, Any], origins: dict[str, str], values: Mapping[str, Any], origin: str) -> None:
    for key, value in values.items():
        merged[key] = value
        origins[key] = origin


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }


def _from_file(path: Path, must_exist: bool = False) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise SettingsError(str(path), "there is no such file", "Check the path given with --config.") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(str(path), f"not a readable TOML file ({error})", "Correct the file.") from error
    if SECRET in found:
        why = f"`{SECRET}` is in it, and a key does not belong into a file"
        raise SettingsError(str(path), why, f"Take it out, and set {PREFIX}{SECRET.upper()}.")
    return found


def _validated(merged: dict[str, Any], origins: Mapping[str, str]) -> Settings:
    for key in ("library", "models"):
        if key in merged:
            merged[key] = Path(merged[key]).expanduser()
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "?"
        known = ", ".join(Settings.model_fields)
        unknown = first["type"] == "extra_forbidden"
        why = "there is no such setting" if unknown else str(first["msg"]).lower()
        raise SettingsError(
            f"{key} from {origins.get(key, '?')}", why, f"Known settings: {known}." if unknown else "Change the value."
        ) from error
