"""The package's own support models: which of them this machine can run, and what was fitted for each."""

from __future__ import annotations

from ragcite.answering import READ_WEIGHTS, Gate
from ragcite.backends.cross_encoder import CrossEncoder, packaged_support
from ragcite.backends.model_catalogue import ModelKind, ModelRole, known
from ragcite.backends.model_locator import ModelLocator
from ragcite.backends.pair_decoder import PairDecoder, packaged_adapter
from ragcite.protocols import Embedder
from ragcite.settings import Settings
from ragcite.verification import Calibration, ContextJudge, LexicalSupportModel

PackagedModel = CrossEncoder | PairDecoder


def support_model(settings: Settings, locator: ModelLocator) -> PackagedModel:
    """The first of the catalogue's that can run here, or the one that `settings.support` names.

    Only small files are read; the base of an adapter is verified, and converted the first time.
    """
    located = locator.locate(ModelRole.SUPPORT, settings.support)
    if located.kind is not ModelKind.ADAPTED:
        return CrossEncoder(packaged_support(), threads=settings.threads, cache_dir=settings.models)
    base = locator.locate(ModelRole.GENERATOR, str(known(located.name).base))
    assert base.folder is not None
    return PairDecoder(
        base.folder,
        packaged_adapter(),
        sha256=base.sha256,
        threads=settings.threads,
        cache_dir=settings.models,
    )


def judge_with(model: PackagedModel, embedder: Embedder) -> ContextJudge:
    """The model and the words, calibrated together."""
    return ContextJudge(model, LexicalSupportModel(embedder), Calibration.packaged(model.name))


def gate_with(model: PackagedModel, embedder: Embedder) -> Gate:
    """The gate with the weights that were fitted for the model."""
    return Gate(embedder, reader=model, read=READ_WEIGHTS[model.name.partition("@")[0]])
