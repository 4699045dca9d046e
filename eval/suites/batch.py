"""What asking several questions together could gain: the models' own calls, one question at a time and pooled."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eval.corpora import ROOT, corpora
from eval.report import Report
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.pair_decoder import PairDecoder
from ragcite.library import Library

GROUP = 8  # questions that are pooled
GROUPS = 2
ROUNDS = 3
Call = list[Any]
Replay = Callable[[Call], object]


def report() -> Report:
    out = Report("Batch: questions together or one by one")
    out.note(
        f"{GROUP * GROUPS} questions of corpora/kestrel, extractive, and as many claims. What the models were given"
        f" is recorded, then run again: question by question, and {GROUP} questions in one call. Both arms alternate"
        f" in one process, models loaded; median of {ROUNDS} rounds. The question is embedded twice, by the retriever"
        " and by the gate."
    )
    with tempfile.TemporaryDirectory() as scratch, Library.open(Path(scratch) / "library") as library:
        library.ingest(ROOT / "kestrel" / "documents")
        out.table("Milliseconds a question", HEADER, _rows(library))
    return out


HEADER = ("what", "items a question", "one by one", "together", "one by one / together", "share of the whole")
KINDS = ("queries", "sentences", "pairs")


def _rows(library: Library) -> list[list[object]]:
    corpus = next(corpus for corpus in corpora() if corpus.name == "kestrel")
    questions = [question.question for question in corpus.questions()][: GROUP * GROUPS]
    claims = corpus.claims()[: GROUP * GROUPS]
    library.ask(questions[0], extractive=True)
    asked = _recorded(questions, lambda question: library.ask(question, extractive=True))
    judged = _recorded(claims, lambda claim: library.verify(claim.claim, claim.evidence))
    rows = []
    for what, given, kinds in (
        ("embedding the question", asked, ("queries",)),
        ("embedding the gate's sentences", asked, ("sentences",)),
        ("the gate's reader", asked, ("pairs",)),
        ("judging a claim: embedding", judged, ("queries", "sentences")),
        ("judging a claim: reading", judged, ("pairs",)),
    ):
        calls = [[item for kind in kinds for item in one.items[kind]] for one in given]
        share = statistics.median(sum(one.seconds[kind] for kind in kinds) / one.whole for one in given)
        rows.append(_row(what, [call for call in calls if call], _replay(library, kinds), share))
    return rows


@dataclass
class Given:
    """What the models were given for one question or claim, the seconds they took, and those of the `whole`."""

    items: dict[str, Call] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    whole: float = 0.0

    def add(self, kind: str, items: Sequence[Any], run: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = run()
        self.seconds[kind] += time.perf_counter() - begun
        self.items[kind].extend(items)
        return result


def _recorded(items: Sequence[Any], ask: Callable[[Any], object]) -> list[Given]:
    found = []
    for item in items:
        with _recording() as given:
            begun = time.perf_counter()
            ask(item)
            given.whole = time.perf_counter() - begun
        found.append(given)
    return found


@contextmanager
def _recording() -> Iterator[Given]:
    given = Given()
    embed, read = OpenVinoEmbedder._embed, PairDecoder._logits

    def embedded(self: OpenVinoEmbedder, texts: Sequence[str]) -> Any:
        return given.add("queries" if len(texts) == 1 else "sentences", texts, lambda: embed(self, texts))

    def judged(self: PairDecoder, pairs: Sequence[tuple[str, str]], frame: tuple[str, str]) -> Any:
        return given.add("pairs", pairs, lambda: read(self, pairs, frame))

    with patch.object(OpenVinoEmbedder, "_embed", embedded), patch.object(PairDecoder, "_logits", judged):
        yield given


def _replay(library: Library, kinds: Sequence[str]) -> Replay:
    wiring = library._wiring
    if "pairs" in kinds:
        return lambda pairs: wiring._reader.score(pairs)
    return lambda texts: wiring.embedder.embed_passages(texts)


def _row(what: str, calls: Sequence[Call], run: Replay, share: float) -> list[object]:
    """The question is embedded twice, by the retriever and by the gate, in two calls."""
    singly = [[text] for call in calls for text in call] if "question" in what else calls
    pooled = [[item for call in calls[at : at + GROUP] for item in call] for at in range(0, len(calls), GROUP)]
    arms: dict[str, list[float]] = {"one": [], "all": []}
    for turn in range(ROUNDS + 1):  # the first round warms up
        for name, batches in (("one", singly), ("all", pooled))[:: 1 if turn % 2 else -1]:
            begun = time.perf_counter()
            for batch in batches:
                run(batch)
            if turn:
                arms[name].append((time.perf_counter() - begun) / len(calls))
    one, together = (statistics.median(arms[name]) for name in ("one", "all"))
    items = sum(map(len, calls)) / len(calls)
    times = [f"{1000 * one:.1f}", f"{1000 * together:.1f}", f"{one / together:.2f}"]
    return [what, f"{items:.1f}", *times, f"{100 * share:.0f} %"]
