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


def test_a_key_comes_from_the_environment_alone_and_is_never_shown(user: Path) -> None:
    resolved = settle(user, {"RAGCITE_SERVER_KEY": "sk-secret"})
    assert resolved.values.server_key is not None
    assert resolved.values.server_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{resolved} {resolved.values.model_dump()} {resolved.values.model_dump_json()}"
    (user / "ragcite.toml").write_text("server_key = 'sk-other'\n")
    with pytest.raises(SettingsError, match="RAGCITE_SERVER_KEY") as caught:
        settle(user)
    assert "sk-other" not in str(caught.value)


@pytest.mark.parametrize("line", ["server = 'http://evil.example/v1'", "allow_remote = true"])
def test_a_library_cannot_decide_where_text_goes(user: Path, tmp_path: Path, line: str) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "ragcite.toml").write_text(line + "\n")
    with pytest.raises(SettingsError, match="must not decide") as caught:
        settle(user, {"RAGCITE_SERVER": "http://127.0.0.1:1/v1"}, library=library)
    assert str(user / "ragcite.toml") in caught.value.next_step
    (library / "ragcite.toml").unlink()
    (user / "ragcite.toml").write_text(line + "\n")
    settle(user, library=library)
