"""The front: a library of documents that can be asked. Thin; the work is done in the rooms below.

with Library.open() as library:
    library.ingest("~/Documents")
    answer = library.ask("When does the lease end?")
    print(answer.text)
    for citation in answer.citations:
        print(citation.number, citation.quote.location.path, citation.quote.text)
"""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ragcite.dialogue import RawChat
from ragcite.errors import PromptOverflow, RagciteError, ServerError, UsageError
from ragcite.evaluation import Report, certify, evaluate, library_pairs, read_questions, score_pairs, threshold_for
from ragcite.ingestion import IngestProgress
from ragcite.protocols import Embedder, Generator, Reranker, SupportModel
from ragcite.settings import ResolvedSettings, Settings, resolve
from ragcite.types import (
    Answer,
    AnswerEvent,
    Certificate,
    Checkup,
    Document,
    Exported,
    Finished,
    Hit,
    Imported,
    IngestReport,
    Judgement,
    LabelledPair,
    Removal,
)
from ragcite.wiring import ModelShelf, Replacements, Wiring

Folder = str | os.PathLike[str]
LIBRARY_PAIRS = 1500  # made for a calibration on the library itself


class Library:
    """Documents, and answers about them. Open one with `Library.open`; it is a context manager.

    Reading it is safe while another process ingests: every answer sees one consistent state.
    """

    def __init__(self, resolved: ResolvedSettings, replacements: Replacements) -> None:
        self._resolved = resolved
        self._wiring = Wiring(resolved.values, replacements)

    @classmethod
    def open(
        cls,
        path: Folder | None = None,
        *,
        config: Folder | None = None,
        embedder: Embedder | str | None = None,
        generator: Generator | str | None = None,
        support: SupportModel | str | None = None,
        reranker: Reranker | None = None,
        **settings: Any,
    ) -> Library:
        """The library at `path` (made when something is first ingested), by default the user's own.

        `embedder`, `generator` and `support` (judges claims) are a model's name, a folder for the first two, or an
        object with the protocol's methods; `reranker` (tells the gate which sentences answer) is such an object. Other
        keywords are settings. Raises `SettingsError`; nothing is loaded yet.
        """
        named = {"embedder": embedder, "generator": generator, "support": support}
        arguments = {
            **settings,
            **{role: value for role, value in named.items() if isinstance(value, str)},
            "library": Path(path).expanduser().absolute() if path is not None else None,
        }
        resolved = resolve(arguments, os.environ, Path(config) if config is not None else None)
        replacements = Replacements(
            embedder=None if isinstance(embedder, str) else embedder,
            generator=None if isinstance(generator, str) else generator,
            support=None if isinstance(support, str) else support,
            reranker=reranker,
        )
        return cls(resolved, replacements)

    @property
    def settings(self) -> Settings:
        return self._resolved.values

    def ingest(self, *folders: Folder, progress: Callable[[IngestProgress], None] | None = None) -> IngestReport:
        """Bring `folders` (or single files) up to date: only what changed is read, removed files disappear.

        Raises `UsageError` for a folder that does not exist and `LibraryLocked` while another ingest runs.
        """
        if not folders:
            raise UsageError("ingest", "no folder is named", "Name one: ragcite ingest FOLDER")
        roots = [Path(folder).expanduser() for folder in folders]
        return self._wiring.ingest(roots, progress)

    def remove(self, *paths: Folder) -> Removal:
        """Take files, or folders with everything below them, out of the library by the paths they were ingested from;
        none need exist any more, and no document is touched. Afterwards no trace of them is left in its files
        (`Removal.purged`; else once no reader is left and something is ingested or removed). The next `ingest` of a
        folder that still holds them reads them again.

        Raises `UsageError`, before anything is removed, for a path of which the library holds nothing;
        `LibraryLocked` while an ingest runs.
        """
        if not paths:
            raise UsageError("rm", "no path is named", "Name one: ragcite rm PATH")
        return self._wiring.remove([Path(path).expanduser() for path in paths])

    def search(self, question: str, k: int = 8) -> list[Hit]:
        """The `k` passages nearest to `question`, best first."""
        with self._wiring.snapshot() as snapshot:
            return self._wiring.search(question, snapshot, k)

    def stream(self, question: str, *, extractive: bool = False) -> Iterator[AnswerEvent]:
        """The answer as it comes: quotes at once, then checked sentences; the last event is `Finished`."""
        with self._wiring.snapshot() as snapshot:
            yield from self._wiring.answerer(extractive).answer(question, snapshot)

    def ask(self, question: str, *, extractive: bool = False) -> Answer:
        """The whole answer. Raises `UsageError` for an empty or over-long question."""
        return _finished(self.stream(question, extractive=extractive))

    def ask_many(self, questions: Iterable[str], *, extractive: bool = False) -> Iterator[Answer | RagciteError]:
        """One answer for each question, in order, each as soon as it is ready; the next question is taken then.

        A question that has no answer for a reason of its own has its error in the answer's place: `UsageError` (empty,
        too long), `PromptOverflow`, `ServerError`. What fails for all of them is raised.
        """
        answerer = self._wiring.answerer(extractive)
        for question in questions:
            result: Answer | RagciteError
            try:
                with self._wiring.snapshot() as snapshot:
                    result = _finished(answerer.answer(question, snapshot))
            except (UsageError, PromptOverflow, ServerError) as error:
                result = error
            yield result

    def raw_chat(self, *, system: str = "", thinking: bool = False, **options: Any) -> RawChat:
        """A conversation with the generator alone: no document is read, nothing is checked. `options` are fields of
        `Sampling`. Raises `UsageError` where no model generates."""
        return RawChat(*self._wiring.talker(), system=system, thinking=thinking, **options)

    def verify(self, claim: str, evidence: str | Sequence[str]) -> Judgement:
        """Whether `evidence` (one text, or several that may support together) supports `claim`."""
        texts = [evidence] if isinstance(evidence, str) else list(evidence)
        return self._wiring.verifier.judge(claim, texts)

    def calibrate(
        self,
        pairs: Sequence[LabelledPair] | None = None,
        *,
        alpha: float = 0.05,
        source: str = "",
        keep: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Certificate:
        """Find the lowest threshold at which, with 95 % confidence, at most `alpha` of the unsupported pairs that no
        veto stops pass as supported, and use it in this library from now on (`keep`).

        Without `pairs` they are made from the ingested documents (`ragcite.evaluation.library_pairs` says what that
        assumes). `source` names the pairs in the certificate. Raises `UsageError` where they are too few.
        """
        if pairs is None:
            texts = [document.text for document in self.documents().values()]
            pairs, source = library_pairs(texts, LIBRARY_PAIRS), source or "made from this library's documents"
        scored = score_pairs(pairs, self._wiring.verifier.surviving_score, progress)
        threshold = threshold_for(scored, alpha)
        judge, made = self._wiring.verifier.name, datetime.date.today().isoformat()
        found = certify(scored, threshold, judge=judge, source=source, made=made, alpha=alpha)
        if keep:
            self._wiring.keep_certificate(found)
        return found

    def reset_calibration(self) -> bool:
        """Go back to the package's threshold. False where the library had none of its own."""
        return self._wiring.forget_certificate()

    def documents(self) -> dict[str, Document]:
        """Every ingested document by the absolute path of its file."""
        return self._wiring.documents()

    def doctor(self, *, full: bool = False, repair: bool = False) -> Checkup:
        """Look for damage: quickly, or at every row (`full`). `repair` (always after a full check) makes anew what is
        derived, keeps every sound row, and marks what was damaged to be read again by the next `ingest`.

        Raises `LibraryError` where it cannot be checked; damage is no exception but in what is returned.
        """
        return self._wiring.doctor(full, repair)

    def export(self, path: Folder, *, force: bool = False) -> Exported:
        """Write the whole library as it is now to one private file, also while it is ingested into; `force` replaces a
        file of that name. Settings and models are left out. Raises `UsageError`; `LibraryError` where it is damaged."""
        return self._wiring.export(Path(path).expanduser(), force)

    def import_file(self, path: Folder) -> Imported:
        """Make this library, whose folder is new or empty, of a file that `export` wrote. Raises `UsageError` where it
        is neither, `LibraryError` where the file is not whole and sound; then nothing is left of it."""
        return self._wiring.import_file(Path(path).expanduser())

    def status(self) -> dict[str, dict[str, Any]]:
        """What the library holds, its models, and every setting with where it came from."""
        settings = {
            key: {"value": str(value), "from": self._resolved.origins[key]}
            for key, value in self.settings.model_dump().items()
        }
        return {**self._wiring.status(), "settings": settings}

    def close(self) -> None:
        self._wiring.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _finished(events: Iterator[AnswerEvent]) -> Answer:
    for event in events:
        if isinstance(event, Finished):
            return event.answer
    raise AssertionError("a stream of events ends with Finished")


class Models:
    """The models that can play a role: which are here, and pulling one. Raises `SettingsError`."""

    def __init__(self, library: Folder | None = None, *, config: Folder | None = None) -> None:
        arguments = {"library": library}
        resolved = resolve(arguments, os.environ, Path(config) if config is not None else None)
        self._shelf = ModelShelf(resolved.values.models)

    def rows(self) -> list[dict[str, Any]]:
        """One row a model, in order of preference within its role; `sha256` is that of the weights, "" if unknown."""
        return self._shelf.rows()

    def pull(
        self,
        name: str,
        *,
        endpoint: str | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Path:
        """Fetch a model from the hub. Raises `ModelError`."""
        return self._shelf.pull(name, endpoint, progress)


def documents_by_name(library: Library, folder: Path) -> Mapping[str, Document]:
    """Ingested documents by their path relative to `folder`, with forward slashes."""
    root = folder.expanduser().absolute()
    return {
        Path(path).relative_to(root).as_posix(): document
        for path, document in library.documents().items()
        if Path(path).is_relative_to(root)
    }


def evaluate_folder(
    folder: Path,
    questions: Path,
    *,
    config: Path | None = None,
    extractive: bool = False,
    generator: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ingest `folder` into a temporary library and ask every question of the JSON lines file `questions`."""
    asked = read_questions(questions.read_text("utf-8").splitlines(), str(questions))
    with (
        tempfile.TemporaryDirectory(prefix="ragcite-eval-") as scratch,
        Library.open(Path(scratch) / "library", config=config, generator=generator) as library,
    ):
        library.ingest(folder)
        return evaluate(
            asked,
            documents_by_name(library, folder),
            lambda question, k: library.search(question, k=k),
            lambda question: library.ask(question, extractive=extractive),
            progress,
        )
