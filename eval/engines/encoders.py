"""The embedder and the support model on OpenVINO against torch in float32: the same texts, in turns, one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from eval.qa_data import QuestionSet, xquad
from eval.support_data import data_folder
from eval.training.encoder import CrossEncoder as TorchCrossEncoder
from eval.training.train import Encoded, padded
from ragcite.backends.cross_encoder import MAX_TOKENS, CrossEncoder, packaged_support
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.backends.sentence_transformers_embedder import SentenceTransformersEmbedder
from ragcite.backends.wordpiece import WordPiece
from ragcite.protocols import Embedder

TRIES = 3
NEAREST = 10
PAIRS = 200
BATCH = 16
NOTHING = (0.0, 0.0, 0.0)  # targets
Row = Sequence[object]


def encoder_rows(base: Path) -> list[Row]:
    """`base` holds the packaged MiniLM, the embedder and what the support model was trained from."""
    english = xquad(data_folder(), "en")
    passages = [document.text for document in english.documents]
    questions = [question.text for question in english.questions]
    fast, slow = OpenVinoEmbedder(base), SentenceTransformersEmbedder(base)
    recalls = [_recall(model, english) for model in (fast, slow)]
    times = _in_turns(lambda: fast.embed_passages(passages), lambda: slow.embed_passages(passages))
    pairs = list(zip(passages[:PAIRS], questions[:PAIRS], strict=True))
    judge, reference = CrossEncoder(packaged_support()), _TorchPairs(base)
    judged = _in_turns(lambda: judge.logits(pairs), lambda: reference.logits(pairs))
    both = " / ".join(f"{100 * recall:.1f} %" for recall in recalls)
    return [
        [f"embedding {len(passages)} paragraphs of xquad", _faster(times), "≥ 2.5 ×"],
        [f"recall@{NEAREST} of {len(questions)} questions, here / torch", both, "within 0.5"],
        [f"support model, {PAIRS} pairs", _faster(judged), "≥ 2.5 ×"],
    ]


class _TorchPairs:
    """Random weights: only its time is asked for."""

    def __init__(self, base: Path) -> None:
        self._model = TorchCrossEncoder(base).eval()
        self._tokens = WordPiece(base, MAX_TOKENS)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> None:
        """In batches of similar length, as the fast engine runs them."""
        encoded = sorted(self._tokens.pairs(pairs), key=lambda item: len(item[0]))
        with torch.inference_mode():
            for start in range(0, len(encoded), BATCH):
                rows = [Encoded(ids, kinds, NOTHING) for ids, kinds in encoded[start : start + BATCH]]
                self._model(*padded(rows, 0))


def _recall(model: Embedder, questions: QuestionSet) -> float:
    """The share of questions whose paragraph is among the nearest."""
    passages = model.embed_passages([document.text for document in questions.documents])
    found = 0
    for question in questions.questions:
        nearest = np.argsort(-(passages @ model.embed_query(question.text)))[:NEAREST]
        found += any(questions.documents[at].id == question.gold[0].document_id for at in nearest)
    return found / len(questions.questions)


def _in_turns(*runs: Callable[[], object]) -> list[float]:
    """The least seconds of each after one run that loads it."""
    for run in runs:
        run()
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(TRIES):
        for run, seconds in zip(runs, taken, strict=True):
            begun = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - begun)
    return [min(seconds) for seconds in taken]


def _faster(seconds: Sequence[float]) -> str:
    ours, theirs = seconds
    return f"{theirs / ours:.1f} × faster ({ours:.2f} s)"
