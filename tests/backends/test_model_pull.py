"""Pulling from a small server that speaks the hub's API as huggingface_hub uses it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from safetensors.numpy import save

from ragcite.backends.model_catalogue import CATALOGUE, ModelRole
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.model_lock import LOCK_FILE
from ragcite.backends.model_pull import pull
from ragcite.errors import DownloadError, ModelDamaged, ModelMissing, ModelRefused, UsageError

REPO, COMMIT = "sentence-transformers/all-MiniLM-L6-v2", "c" * 40
NAME = "all-MiniLM-L6-v2"


@dataclass
class Hub:
    """What the server has and does. `break_after`: bytes of weights after which the connection is cut, once."""

    files: dict[str, bytes]
    endpoint: str = ""
    repo: str = REPO
    break_after: int | None = None
    altered: bytes | None = None
    ranges: bool = True
    log: list[tuple[str, str | None]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def listed(self) -> dict[str, object]:
        return {"id": self.repo, "modelId": self.repo, "sha": COMMIT, "siblings": [self._file(p) for p in self.files]}

    def _file(self, path: str) -> dict[str, object]:
        data = self.files[path]
        git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        found: dict[str, object] = {"rfilename": path, "size": len(data), "blobId": git}
        if path.endswith(".safetensors"):
            found["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
        return found

    def asked_for(self, path: str) -> list[str | None]:
        return [requested for name, requested in self.log if name == path]


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.headers.append(dict(self.headers))
        if path == f"/api/models/{self.hub.repo}/revision/main":
            return self._answer(200, json.dumps(self.hub.listed()).encode())
        start = f"/{self.hub.repo}/resolve/{COMMIT}/"
        if path.startswith(start) and path.removeprefix(start) in self.hub.files:
            return self._send_file(path.removeprefix(start))
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_file(self, path: str) -> None:
        requested = self.headers.get("Range")
        self.hub.log.append((path, requested))
        weights = path.endswith(".safetensors")
        data = self.hub.altered if weights and self.hub.altered is not None else self.hub.files[path]
        begin = int(requested.removeprefix("bytes=").removesuffix("-")) if requested and self.hub.ranges else 0
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.send_header("ETag", '"x"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if weights and self.hub.break_after is not None:
            self.wfile.write(data[begin : self.hub.break_after])
            self.hub.break_after = None
            self.close_connection = True
            return
        with suppress(ConnectionError):  # a client may hang up
            self.wfile.write(data[begin:])

    def log_message(self, format: str, *args: object) -> None: ...


def checkpoint() -> dict[str, bytes]:
    weights = np.random.default_rng(0).standard_normal((700, 1000), np.float32)
    return {
        "config.json": b'{"model_type": "bert"}',
        "model.safetensors": save({"w": weights}),
        "1_Pooling/config.json": b'{"pooling_mode_mean_tokens": true}',
        "pytorch_model.bin": b"\x80\x04N.",
        "onnx/model.onnx": b"onnx",
        "README.md": b"readme",
    }


@pytest.fixture
def hub() -> Iterator[Hub]:
    served = Hub(checkpoint())
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": served}))
    served.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_pull_brings_what_is_loaded_and_nothing_else(hub: Hub, tmp_path: Path) -> None:
    folder = pull(NAME, tmp_path, endpoint=hub.endpoint)
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    wanted = ("config.json", "model.safetensors", "1_Pooling/config.json")
    assert found == {path: hub.files[path] for path in wanted}
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {NAME}
    assert hashlib.sha256(hub.files["model.safetensors"]).hexdigest() in (tmp_path / LOCK_FILE).read_text("utf-8")
    located = ModelLocator(tmp_path).locate(ModelRole.EMBEDDER, NAME)
    assert (located.folder, located.source) == (folder, "cache")


def test_no_credential_is_sent(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert len(hub.headers) == 4
    assert not [headers for headers in hub.headers if "hf_secret" in str(headers)]


def test_progress_counts_up_to_the_whole(hub: Hub, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    pull(NAME, tmp_path, lambda *step: seen.append(step), endpoint=hub.endpoint)
    counts = [done for _, done, _ in seen]
    assert counts == sorted(counts)
    assert seen[-1][1:] == (seen[0][2], seen[0][2])
    assert len(seen) > 4


def test_an_interrupted_download_is_resumed(hub: Hub, tmp_path: Path) -> None:
    hub.break_after = 1_500_000
    with pytest.raises(DownloadError, match="what arrived is kept"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert not (tmp_path / NAME).exists()
    folder = pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    first, second = hub.asked_for("model.safetensors")
    assert first is None
    assert second is not None
    assert 0 < int(second[len("bytes=") : -1]) <= 1_500_000
    assert hub.asked_for("config.json") == [None], "whole files are not fetched again"


def test_a_server_without_ranges_sends_it_anew(hub: Hub, tmp_path: Path) -> None:
    hub.break_after, hub.ranges = 1_500_000, False
    with pytest.raises(DownloadError):
        pull(NAME, tmp_path, endpoint=hub.endpoint)
    folder = pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_a_wrong_hash_is_rejected_and_the_bad_file_deleted(hub: Hub, tmp_path: Path) -> None:
    hub.altered = hub.files["model.safetensors"][:-1] + b"\xff"
    with pytest.raises(DownloadError, match=r"hash.*deleted"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert not [path for path in tmp_path.rglob("*") if "safetensors" in path.name]
    hub.altered = None
    assert pull(NAME, tmp_path, endpoint=hub.endpoint).is_dir()


def test_a_small_file_with_a_wrong_hash_is_rejected_too(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = hub.listed()
    monkeypatch.setattr(Hub, "listed", lambda _: listed)
    hub.files["config.json"] = b'{"model_type": "burt"}'
    with pytest.raises(DownloadError, match=r"config\.json.*deleted"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)


def test_more_bytes_than_announced_are_not_stored(hub: Hub, tmp_path: Path) -> None:
    hub.altered = hub.files["model.safetensors"] + b"x" * 5_000_000
    with pytest.raises(DownloadError, match="more bytes"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.part")) <= len(hub.files["model.safetensors"])


def test_pulling_again_fetches_nothing(hub: Hub, tmp_path: Path) -> None:
    folder = pull(NAME, tmp_path, endpoint=hub.endpoint)
    hub.log.clear()
    assert pull(NAME, tmp_path, endpoint=hub.endpoint) == folder
    assert hub.log == []


def test_pulling_again_repairs_a_damaged_model_and_brings_a_newer_one(hub: Hub, tmp_path: Path) -> None:
    folder = pull(NAME, tmp_path, endpoint=hub.endpoint)
    (folder / "config.json").write_text('{"model_type": "burt"}', "utf-8")
    with pytest.raises(ModelDamaged):
        ModelLocator(tmp_path).locate(ModelRole.EMBEDDER, NAME)
    pull(NAME, tmp_path, endpoint=hub.endpoint)
    ModelLocator(tmp_path).locate(ModelRole.EMBEDDER, NAME)
    hub.files["config.json"] = b'{"model_type": "bert", "newer": 1}'
    pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert (folder / "config.json").read_bytes() == hub.files["config.json"]
    ModelLocator(tmp_path).locate(ModelRole.EMBEDDER, NAME)


def test_an_unknown_repository_or_name_is_missing(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="someone/nothing"):
        pull("nothing", tmp_path, endpoint=hub.endpoint, repo="someone/nothing")
    with pytest.raises(ModelMissing, match=r"Name one of Qwen3-0\.6B"):
        pull("no-such-model", tmp_path, endpoint=hub.endpoint)


def test_a_hub_that_cannot_be_reached_is_a_download_error(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="cannot be asked"):
        pull(NAME, tmp_path, endpoint="http://127.0.0.1:9")


def test_models_that_come_otherwise_are_not_pulled(tmp_path: Path) -> None:
    for entry in CATALOGUE:
        if entry.repo is None:
            with pytest.raises(UsageError, match="nothing to pull"):
                pull(entry.name, tmp_path)
    with pytest.raises(UsageError, match="folder's name"):
        pull("../up", tmp_path, repo="someone/else")


def test_a_model_that_runs_code_is_refused_before_its_weights_come(hub: Hub, tmp_path: Path) -> None:
    hub.files["config.json"] = b'{"auto_map": {"AutoModel": "modeling.Model"}}'
    with pytest.raises(ModelRefused, match="auto_map"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)
    assert hub.asked_for("model.safetensors") == []
    del hub.files["model.safetensors"]
    with pytest.raises(ModelRefused, match="no safetensors"):
        pull(NAME, tmp_path, endpoint=hub.endpoint)


@pytest.mark.parametrize("path", ["../up.json", "/etc/x.json", "a/../../b.json", "a\\b.json"])
def test_a_hub_cannot_write_outside_the_model_folder(hub: Hub, tmp_path: Path, path: str) -> None:
    hub.files[path] = b"{}"
    with pytest.raises(DownloadError, match="cannot be fetched"):
        pull(NAME, tmp_path / "cache", endpoint=hub.endpoint)
    assert not (tmp_path / "up.json").exists()
