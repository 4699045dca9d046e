"""The package's support models as the suites use them: by name, or a trained folder before it is shipped."""

from __future__ import annotations

from pathlib import Path

from ragcite.backends.cross_encoder import CrossEncoder
from ragcite.backends.model_catalogue import ModelRole
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.pair_decoder import ADAPTER, PairDecoder, adapter_base
from ragcite.settings import Settings
from ragcite.wiring.support import PackagedModel, support_model


def reader_of(wanted: str = "auto", threads: int = 0) -> PackagedModel:
    """`wanted` names one of the package, or is a folder: of an adapter, or of a cross-encoder."""
    folder = Path(wanted)
    settings = Settings(support="auto" if folder.is_dir() else wanted, threads=threads)
    locator = ModelLocator(settings.models)
    if not folder.is_dir():
        return support_model(settings, locator)
    if not (folder / ADAPTER).is_file():
        return CrossEncoder(folder, threads=threads)
    base = locator.locate(ModelRole.GENERATOR, adapter_base(folder))
    assert base.folder is not None
    return PairDecoder(base.folder, folder, sha256=base.sha256, threads=threads)
