"""Settings → parts: the only place that chooses implementations. Every part is made when it is first needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ragcite.answering import Answerer, Gate, Writing
from ragcite.backends.faiss_codec import FaissCodec
from ragcite.backends.model_catalogue import ModelKind, ModelRole
from ragcite.backends.model_locator import LocatedModel, ModelLocator
from ragcite.errors import LibraryError, UsageError
from ragcite.ingestion import Ingestor, IngestProgress, remove
from ragcite.prompting import PromptBuilder
from ragcite.protocols import Embedder, Generator, Remote, Reranker, Snapshot, SupportModel
from ragcite.reading import Readers
from ragcite.retrieval import FITTED, HybridRetriever
from ragcite.schema import certificate_in
from ragcite.settings import Settings
from ragcite.splitting import Splitter
from ragcite.storage import Doctor, SqliteStore, export_library, import_library
from ragcite.types import (
    Certificate,
    Checkup,
    Document,
    Exported,
    Hit,
    Imported,
    IngestReport,
    ModelUse,
    Removal,
    Sampling,
)
from ragcite.verification import Judge, Verifier, WindowJudge
from ragcite.wiring.certificates import Certificates, certificate_facts, other_facts
from ragcite.wiring.support import PackagedModel, gate_with, judge_with, support_model

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Replacements:
    """Parts that the caller brings; None means: as the settings say."""

    embedder: Embedder | None = None
    generator: Generator | None = None
    support: SupportModel | None = None
    reranker: Reranker | None = None


class Wiring:
    """Everything a library needs, made from its settings."""

    def __init__(self, settings: Settings, replacements: Replacements) -> None:
        self._settings = settings
        self._replacements = replacements
        self._locator = ModelLocator(settings.models)
        self._uses: dict[ModelRole, ModelUse] = {}
        self._opened: SqliteStore | None = None

    @cached_property
    def embedder(self) -> Embedder:
        if self._replacements.embedder is not None:
            return self._replacements.embedder
        located = self._located(ModelRole.EMBEDDER, self._settings.embedder)
        return _embedder(located, self._settings)

    @cached_property
    def verifier(self) -> Verifier:
        support = self._replacements.support
        judge = WindowJudge(support) if support is not None else self._judge
        certificate = self.certificates.in_force(judge.name)
        return Verifier(judge, certificate.threshold if certificate else None)

    @cached_property
    def certificates(self) -> Certificates:
        return Certificates(self._settings.library)

    @cached_property
    def _judge(self) -> Judge:
        """The package's own model and the words, calibrated together."""
        return judge_with(self._reader, self.embedder)

    @cached_property
    def _reader(self) -> PackagedModel:
        """The package's own model: judges claims, and tells the gate whether a passage answers."""
        return support_model(self._settings, self._locator)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent state of the library. Raises `LibraryError` where nothing was ingested yet."""
        with self._store(create=False).snapshot() as snapshot:
            yield snapshot

    def ingest(self, roots: Sequence[Path], progress: Callable[[IngestProgress], None] | None) -> IngestReport:
        settings = self._settings
        splitter = Splitter(self.embedder, max_tokens=settings.passage_tokens)
        with Readers(settings.reading_seconds, settings.reading_megabytes) as readers:
            store = self._store(create=True)
            ingestor = Ingestor(store, readers, splitter, self.embedder, time.time_ns, avoid=[settings.library])
            return ingestor.ingest(roots, progress)

    def remove(self, paths: Sequence[Path]) -> Removal:
        """No model is loaded for it, or needed."""
        self._opened = None  # what it holds in memory may be of the removed documents
        return remove(SqliteStore.open_any(self._settings.library, FaissCodec()), paths)

    def search(self, question: str, snapshot: Snapshot, k: int) -> list[Hit]:
        return self._retriever.retrieve(question, snapshot, k)

    def answerer(self, extractive: bool) -> Answerer:
        writing = None if extractive else self._writing
        return Answerer(self._retriever, self._gate, self.verifier, writing, self._models(writing), time.perf_counter)

    def status(self) -> dict[str, dict[str, Any]]:
        """What the library holds and which model plays which role; nothing is loaded for it."""
        library: dict[str, Any] = {"folder": str(self._settings.library)}
        try:
            store = self._store(create=False)
            with store.snapshot() as snapshot:
                counts = snapshot.counts()
            library |= {"files": counts.files, "failed": counts.failed, "documents": counts.documents}
            library |= {"passages": counts.passages, **store.info()}
        except LibraryError as error:
            library["state"] = f"{error.why}. {error.next_step}"
        models = {
            use.role: f"{use.name}{' (a fallback)' if use.fallback else ''}" for use in self._models(self._writing)
        }
        return {"library": library, "models": models, "checker": self._checker_facts()}

    def _checker_facts(self) -> dict[str, Any]:
        """What "supported" means here, and how often it errs on which pairs."""
        verifier = self.verifier
        facts: dict[str, Any] = {"judge": verifier.name, "threshold": f"{verifier.threshold:.3f}"}
        own = self.certificates.own()
        if own is not None and own.judge != verifier.name:
            facts["calibration"] = "made for another judge, not used; run `ragcite calibrate` again"
        certificate = self.certificates.in_force(verifier.name)
        if certificate is None:
            return facts | {"certificate": "none for this judge"}
        others = self.certificates.for_others(verifier.name, verifier.threshold)
        return facts | certificate_facts(certificate) | other_facts(others)

    def keep_certificate(self, certificate: Certificate) -> None:
        """In force from the next claim on. Raises `LibraryError`."""
        self.certificates.keep(certificate)
        self.__dict__.pop("verifier", None)

    def forget_certificate(self) -> bool:
        self.__dict__.pop("verifier", None)
        return self.certificates.forget()

    def doctor(self, full: bool, repair: bool) -> Checkup:
        """No model is loaded unless the library no longer says which embedder made it."""
        doctor = Doctor(self._settings.library, FaissCodec(), lambda: (self.embedder.name, self.embedder.dimension))
        if not repair:
            return doctor.check(full)
        self._opened = None  # what it holds in memory may be of the damaged library
        return doctor.repair()

    def export(self, target: Path, force: bool) -> Exported:
        library = self._settings.library
        return export_library(library, target, FaissCodec(), self.certificates.own_bytes(), force)

    def import_file(self, file: Path) -> Imported:
        self.close()  # what it holds in memory is of what lay there before
        return import_library(file, self._settings.library, FaissCodec(), certificate_in)

    def documents(self) -> dict[str, Document]:
        """By the absolute path of the file."""
        with self.snapshot() as snapshot:
            found = {}
            for file in snapshot.files():
                document = snapshot.document(file.document_id) if file.document_id else None
                if document:
                    found[os.fsdecode(file.path)] = document
            return found

    def close(self) -> None:
        """Drop what was loaded."""
        for name in ("embedder", "verifier", "_judge", "_reader", "_writing", "_retriever", "_gate"):
            self.__dict__.pop(name, None)
        self._opened = None

    @cached_property
    def _retriever(self) -> HybridRetriever:
        return HybridRetriever(self.embedder, FITTED)

    @cached_property
    def _gate(self) -> Gate:
        reranker = self._replacements.reranker
        return gate_with(self._reader, self.embedder) if reranker is None else Gate(self.embedder, reader=reranker)

    @cached_property
    def _writing(self) -> Writing | None:
        generator = self._replacements.generator or self._generator()
        if generator is None:
            return None
        settings = self._settings
        prompts = PromptBuilder(
            generator.count,
            generator.context_tokens,
            answer_tokens=settings.answer_tokens,
            source_tokens=settings.source_tokens,
            max_sources=settings.sources,
        )
        sends_to = generator.sends_to if isinstance(generator, Remote) else ""
        return Writing(generator, prompts, Sampling(max_tokens=settings.answer_tokens), sends_to)

    def talker(self) -> tuple[Generator, ModelUse]:
        """Who holds a conversation without documents. Raises `UsageError` where no model generates."""
        generator = self._replacements.generator or self._generator(reuse_prefix=True)
        if generator is None:
            why = f"'{EXTRACTIVE}' only quotes documents"
            raise UsageError("a conversation", why, "Name a model with --generator; `ragcite models` lists them.")
        return generator, self._uses.get(ModelRole.GENERATOR) or ModelUse("generator", generator.name)

    def _generator(self, *, reuse_prefix: bool = False) -> Generator | None:
        if self._settings.engine == "openai" and self._settings.generator != EXTRACTIVE:
            return _served(self._settings)
        located = self._located(ModelRole.GENERATOR, self._settings.generator)
        if located.kind is ModelKind.EXTRACTIVE or located.folder is None:
            return None
        return _causal(located, self._settings, reuse_prefix)

    def _store(self, create: bool) -> SqliteStore:
        """One store for as long as the library is open: it keeps the decoded vector base."""
        if self._opened is None:
            name, dimension = self.embedder.name, self.embedder.dimension
            self._opened = SqliteStore.open(self._settings.library, FaissCodec(), name, dimension, create=create)
        return self._opened

    def _located(self, role: ModelRole, wanted: str) -> LocatedModel:
        located = self._locator.locate(role, wanted)
        self._uses[role] = ModelUse(role.value, located.name, located.fallback)
        return located

    def _models(self, writing: Writing | None) -> tuple[ModelUse, ...]:
        embedder = self._uses.get(ModelRole.EMBEDDER) or ModelUse("embedder", self.embedder.name)
        support = ModelUse("support", self.verifier.name)
        if writing is None:
            return (embedder, support)
        generator = self._uses.get(ModelRole.GENERATOR) or ModelUse("generator", writing.generator.name)
        return (embedder, generator, support)


def _embedder(located: LocatedModel, settings: Settings) -> Embedder:
    """BERT-type folders on OpenVINO; another architecture is refused with its name and a way out."""
    from ragcite.backends.openvino_embedder import OpenVinoEmbedder

    assert located.folder is not None
    return OpenVinoEmbedder(
        located.folder,
        model_name=located.name,
        sha256=located.sha256 or None,
        threads=settings.threads,
        cache_dir=settings.models,
    )


def _served(settings: Settings) -> Generator:
    """`generator` is the server's name for the model."""
    from ragcite.backends.openai_generator import OpenAiGenerator

    return OpenAiGenerator(
        settings.server,
        "" if settings.generator == "auto" else settings.generator,
        key=settings.server_key.get_secret_value() if settings.server_key else "",
        allow_remote=settings.allow_remote,
        context_tokens=settings.server_tokens,
        seconds=settings.server_seconds,
    )


def _causal(located: LocatedModel, settings: Settings, reuse_prefix: bool) -> Generator:
    """One engine, the one that is set: an architecture it does not run is refused with a way out."""
    assert located.folder is not None
    if settings.engine == "torch":
        from ragcite.backends.torch_generator import TorchGenerator

        return TorchGenerator(located.folder, located.name, dtype=settings.precision)
    from ragcite.backends.openvino_generator import OpenVinoGenerator

    return OpenVinoGenerator(
        located.folder,
        located.name,
        precision=settings.precision or "int8",
        sha256=located.sha256,
        cache_dir=settings.models,
        threads=settings.threads,
        reuse_prefix=reuse_prefix,
    )
