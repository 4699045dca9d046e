"""Promise 7: a canary for each known way in which loading a model, an index or an archive ran code or burst memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from eval.robustness import canary_files as files
from eval.robustness.canary import Canary, Place
from eval.robustness.measure import Outcome, Sizes, State
from ragcite.backends.chat_template import ChatTemplate
from ragcite.backends.faiss_codec import FaissCodec
from ragcite.backends.model_catalogue import ModelRole
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.sentence_transformers_embedder import SentenceTransformersEmbedder
from ragcite.backends.smollm2 import converted
from ragcite.backends.tensor_file import TensorFiles
from ragcite.errors import LibraryError, ModelError, RagciteError
from ragcite.library import Library
from ragcite.testing import HashingEmbedder

HARMLESS = "loaded, harmless"
TEXT = "The valve opens at 40 bar.\n"
NONE = "–"


def canaries() -> Iterator[Canary]:
    yield from _pickles()
    yield from _configurations()
    for name in files.TEMPLATES:
        cve = "CVE-2024-56326" if "format" in name else "CVE-2024-34359, CVE-2026-5760"
        yield Canary(name, cve, partial(_template, name), _render)
    for kind in ("header length", "offsets", "shape", "nesting"):
        yield Canary(f"safetensors: {kind}", NONE, partial(_safetensors, kind), _tensors)
    for kind in ("dimension", "rows", "vector size", "inverted lists"):
        cve = "none; facebookresearch/faiss 4811, 4946, 5400"
        yield Canary(f"FAISS header: {kind}", cve, partial(_data, files.faiss_index(kind)), _decode)
    for kind in ("keys", "tensors", "string", "array", "shape"):
        cve = "CVE-2026-33298" if kind == "shape" else "CVE-2026-27940"
        yield Canary(f"GGUF: number or size of {kind}", cve, partial(_data, files.gguf(kind)), _convert)
    yield Canary("pickle as index, vouched for", "CVE-2026-3357", _index, _search)
    yield Canary("object array as index", "CVE-2019-6446", partial(_index, made=files.object_array), _search)
    yield from _archives()
    yield Canary("YAML in front of a document", "CVE-2017-18342, CVE-2020-1747", _front_matter, _ingest)


def _pickles() -> Iterator[Canary]:
    for name, cve in (
        ("pytorch_model.bin", "CVE-2025-32434, CVE-2026-24747"),
        ("model.pt", "CVE-2025-32434"),
        ("model.ckpt", "CVE-2024-3568"),
        ("model.pkl", "CVE-2024-3568"),
        ("model.joblib", "CVE-2020-13092"),
        ("model.h5", "CVE-2024-3660"),
    ):
        yield Canary(f"pickle as {name}, no other weights", cve, partial(_instead, name), _embed)
    renamed = "pickle called model.safetensors"
    yield Canary(renamed, "CVE-2025-32434", partial(_instead, "model.safetensors"), _embed)
    for name, cve in (
        ("rng_state.pth", "CVE-2026-1839"),
        ("training_args.bin", "CVE-2026-1839"),
        ("embeddings.npy", "CVE-2019-6446"),
        ("config.yaml", "CVE-2017-18342, CVE-2020-1747"),
    ):
        yield Canary(f"{name} beside sound weights", cve, partial(_beside, name), _embed)


def _configurations() -> Iterator[Canary]:
    auto_map = {"auto_map": {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}}
    for name, values, cve in (
        ("config.json", auto_map, "CVE-2026-5241"),
        ("tokenizer_config.json", auto_map, "CVE-2026-5241"),
        ("config.json", {"nested": {"trust_remote_code": True}}, "CVE-2026-5241"),
        ("config.json", {"_attn_implementation_internal": "evil/evil"}, "CVE-2026-4372"),
        ("adapter_config.json", {"base_model_name_or_path": "evil/evil"}, NONE),
    ):
        asks = ", ".join(values)
        yield Canary(f"{name} with {asks}", cve, partial(_configured, name, values), _embed)
    steps = [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]
    yield Canary("modules.json names a foreign class", NONE, partial(_configured, "modules.json", steps), _embed)
    shards = {"weight_map": {"x": "../elsewhere.safetensors"}}
    index = "model.safetensors.index.json"
    yield Canary("shards outside the folder", NONE, partial(_configured, index, shards), _embed)


def _archives() -> Iterator[Canary]:
    for kind, cve in (
        ("relative", "CVE-2018-8008"),
        ("absolute", "CVE-2018-8008"),
        ("link", "CVE-2018-8008"),
        ("tar", "CVE-2007-4559"),
    ):
        yield Canary(f"archive: {kind} path out of the folder", cve, partial(_archive, kind), _import)
    yield Canary("archive: bomb of 256 MB", "CVE-2019-9674", partial(_rewritten, files.bomb), _import)
    yield Canary("archive: overlapping members", "CVE-2024-0450", partial(_rewritten, files.overlapping), _import)


def _model(place: Place) -> Path:
    """The sound embedder, of links, so that single files can be replaced."""
    folder = place.folder / "model"
    shutil.copytree(place.model, folder, copy_function=lambda source, target: Path(target).symlink_to(source))
    return folder


def _instead(name: str, place: Place) -> Path:
    folder = _model(place)
    (folder / "model.safetensors").unlink()
    (folder / name).write_bytes(files.pickled(place.mark))
    return folder


def _beside(name: str, place: Place) -> Path:
    folder = _model(place)
    made: dict[str, Callable[[Path], bytes]] = {
        ".npy": files.object_array,
        ".yaml": lambda path: files.yaml_call(path).encode(),
    }
    (folder / name).write_bytes(made.get(Path(name).suffix, files.pickled)(place.mark))
    return folder


def _configured(name: str, values: object, place: Place) -> Path:
    folder = _model(place)
    path = folder / name
    known = files.read_object(path) if path.exists() and isinstance(values, dict) else {}
    path.unlink(missing_ok=True)
    files.write_json(path, {**known, **values} if isinstance(values, dict) else values)
    (folder / "evil.py").write_text(files.CODE.format(path=str(place.mark)))
    return folder


def _embed(folder: Path) -> None:
    """With both embedders; what the second says of a folder that the first refuses must be a refusal too."""
    refusals = []
    for make in (OpenVinoEmbedder, SentenceTransformersEmbedder):
        try:
            make(folder).embed_query(TEXT)
        except ModelError as error:
            refusals.append(error)
    if refusals:
        assert len(refusals) == 2, f"refused by one embedder only: {refusals[0]}"
        raise refusals[0]


def _template(name: str, place: Place) -> Path:
    files.write_json(place.folder / "tokenizer_config.json", {"chat_template": files.template(name, place.mark)})
    return place.folder


def _render(folder: Path) -> None:
    rendered = ChatTemplate(folder).render(["user"], [False])
    assert not any(secret in str(rendered) for secret in ("__builtins__", "__name__")), "it shows ragcite's own values"


def _safetensors(kind: str, place: Place) -> Path:
    path = place.folder / "model.safetensors"
    path.write_bytes(files.safetensors(kind))
    return path


def _tensors(path: Path) -> None:
    tensors = TensorFiles([path])
    for name in tensors.names():
        tensors.float32(name)


def _data(data: bytes, place: Place) -> Path:
    path = place.folder / "data"
    path.write_bytes(data)
    return path


def _decode(path: Path) -> None:
    try:
        FaissCodec().decode(path.read_bytes())
    except ValueError as error:  # the store then reads the vectors from SQLite
        raise LibraryError(str(path), str(error), "") from error


def _convert(path: Path) -> None:
    """As the packaged model: only a file of the pinned SHA-256 is ever parsed."""
    converted(path.parent / "cache", path)


def _library(place: Path) -> Library:
    (place / "docs").mkdir()
    (place / "docs" / "a.txt").write_text(TEXT)
    library = Library.open(place / "library", embedder=HashingEmbedder(16))
    library.ingest(place / "docs")
    return library


def _index(place: Place, made: Callable[[Path], bytes] = files.pickled) -> Path:
    """A base whose files are what SQLite says, as in a library that somebody else has made."""
    with _library(place.folder):
        files.vouch(place.folder / "library", made(place.mark), np.zeros(1, "<i8").tobytes())
    return place.folder / "library"


def _search(library: Path) -> None:
    with closing(Library.open(library, embedder=HashingEmbedder(16))) as opened:
        assert [hit.passage.text.strip() for hit in opened.search("valve")] == [TEXT.strip()]


def _exported(place: Place) -> bytes:
    with _library(place.folder) as library:
        library.export(place.folder / "exported")
    return (place.folder / "exported").read_bytes()


def _archive(kind: str, place: Place) -> Path:
    made = files.archive(kind, _exported(place), place.mark, place.folder / "imported")
    return _data(made, place)


def _rewritten(how: Callable[[bytes], bytes], place: Place) -> Path:
    return _data(how(_exported(place)), place)


def _import(path: Path) -> None:
    with Library.open(path.parent / "imported", embedder=HashingEmbedder(16)) as library:
        library.import_file(path)


def _front_matter(place: Place) -> Path:
    folder = place.folder / "docs"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\n{files.yaml_call(place.mark)}---\n{TEXT}")
    return folder


def _ingest(folder: Path) -> None:
    with Library.open(folder.parent / "library", embedder=HashingEmbedder(16)) as library:
        library.ingest(folder)
        assert library.search("valve")


def outcome(canary: Canary, place: Place) -> str:
    """Either "refused" and the error's words, or `HARMLESS`. Raises what is neither; `AssertionError` where it sang."""
    found = HARMLESS
    planted = canary.plant(place)
    try:
        canary.load(planted)
    except RagciteError as error:
        found = f"refused: {error.why}"
    assert not place.mark.exists(), f"{canary.name}: code was run"
    return found


def sound_model(cache: Path) -> Path:
    found = ModelLocator(cache).locate(ModelRole.EMBEDDER).folder
    assert found is not None
    return found


def measure(sizes: Sizes) -> Outcome:
    del sizes
    out, rows = Outcome(), []
    sang: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        model = sound_model(Path(scratch) / "cache")
        for number, canary in enumerate(canaries()):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            try:
                found = outcome(canary, Place(folder, model))
            except AssertionError as error:
                sang.append(canary.name)
                found = str(error)
            rows.append((canary.name, canary.cve, found.replace(str(folder), "…")[:160]))
            shutil.rmtree(folder)
    refused = sum(row[2].startswith("refused") for row in rows)
    numbers = {word for row in rows for word in row[1].replace(",", "").split() if word.startswith("CVE-")}
    found = (
        f"{len(rows)} canaries for {len(numbers)} CVEs, listed below: {refused} refused with an error, "
        f"{len(rows) - refused - len(sang)} loaded and harmless, {len(sang)} created a file"
    )
    out.add(7, "`eval/robustness/canaries.py`", found, State.MISSED if sang else State.REACHED)
    header = ("canary", "stands for", "what became of it")
    out.table("Canaries: loading models, indexes and archives", header, rows, "–: a known trick without a CVE number.")
    return out
