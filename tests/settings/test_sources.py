from __future__ import annotations

from pathlib import Path

import pytest

from ragcite.errors import SettingsError
from ragcite.settings import ResolvedSettings, resolve


@pytest.fixture
def user(tmp_path: Path) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


def settle(user: Path, env: dict[str, str] | None = None, **arguments: object) -> ResolvedSettings:
    return resolve(arguments, env or {}, user_folder=user)


def test_each_layer_overrides_the_one_below_and_is_named(user: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (user / "ragcite.toml").write_text(f"sources = 2\nanswer_tokens = 20\nlibrary = '{library}'\n")
    (library / "ragcite.toml").write_text("answer_tokens = 30\npassage_tokens = 100\n")
    resolved = settle(user, {"RAGCITE_PASSAGE_TOKENS": "120"}, threads=1)
    values = resolved.values
    assert (values.sources, values.answer_tokens, values.passage_tokens, values.threads) == (2, 30, 120, 1)
    assert resolved.origins["sources"] == str(user / "ragcite.toml")
    assert resolved.origins["answer_tokens"] == str(library / "ragcite.toml")
    assert resolved.origins["passage_tokens"] == "environment (RAGCITE_PASSAGE_TOKENS)"
    assert resolved.origins["threads"] == "argument"
    assert resolved.origins["generator"] == "default"


def test_a_named_file_replaces_the_ones_that_are_found(user: Path, tmp_path: Path) -> None:
    (user / "ragcite.toml").write_text("sources = 2\n")
    named = tmp_path / "other.toml"
    named.write_text("answer_tokens = 99\n")
    values = resolve({}, {}, config=named, user_folder=user).values
    assert (values.answer_tokens, values.sources) == (99, 4)


@pytest.mark.parametrize("text", ["colour = 'red'\n", "sources = 'many'\n", "sources = 0\n", "sources ="])
def test_a_wrong_file_is_an_error_that_names_it(user: Path, text: str) -> None:
    (user / "ragcite.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"ragcite\.toml"):
        settle(user)


def test_an_unknown_variable_is_an_error_but_the_measurements_own_is_not(user: Path) -> None:
    settle(user, {"RAGCITE_EVAL_DATA": "/x", "OTHER": "1"})
    with pytest.raises(SettingsError, match="RAGCITE_SOURCEZ"):
        settle(user, {"RAGCITE_SOURCEZ": "3"})


def test_a_missing_named_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        resolve({}, {}, config=tmp_path / "none.toml")


def test_a_file_in_the_current_folder_changes_nothing(
    user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ragcite.toml").write_text("sources = 1\n")
    monkeypatch.chdir(tmp_path)
    assert settle(user).values.sources == 4


def test_settings_cannot_be_changed_afterwards(user: Path) -> None:
    values = settle(user).values
    with pytest.raises(ValueError, match="frozen"):
        values.sources = 3  # type: ignore[misc]
