"""Public question sets as documents with gold spans: what the retriever and the gate are fitted on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragcite.types import Document, Format, Span

XQUAD_LANGUAGES = ("en", "es", "de", "ru", "zh", "ar", "hi")


@dataclass(frozen=True, slots=True)
class Gold:
    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """Empty gold: the documents do not answer it. `answers` are strings that an answer would contain."""

    id: str
    text: str
    gold: tuple[Gold, ...]
    answers: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """ "tune" or "report", by a hash of the question's identity."""
        return "tune" if int(hashlib.sha1(self.id.encode()).hexdigest(), 16) % 2 == 0 else "report"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """`whole` documents are passages already; the others are to be split."""

    name: str
    language: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    whole: bool


def data_folder() -> Path:
    """The folder named by RAGCITE_EVAL_DATA. Raises `SystemExit` that says so when it is not set."""
    named = os.environ.get("RAGCITE_EVAL_DATA")
    if not named or not Path(named).is_dir():
        raise SystemExit("Set RAGCITE_EVAL_DATA to the folder of public evaluation data.")
    return Path(named)


def _document(text: str, title: str | None, language: str) -> Document:
    identity = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    return Document(id=identity, text=text, format=Format.TEXT, reader="eval-1", title=title, language=language)


def xquad(folder: Path, language: str) -> QuestionSet:
    """The 240 paragraphs of one language, each a document; questions have the same identity in every language."""
    data = json.loads((folder / "xquad" / f"xquad.{language}.json").read_text("utf-8"))["data"]
    documents: list[Document] = []
    questions: list[Question] = []
    for article in data:
        for paragraph in article["paragraphs"]:
            title = article["title"].replace("_", " ") if language == "en" else None
            document = _document(paragraph["context"], title, language)
            documents.append(document)
            questions.extend(_xquad_questions(document, paragraph["qas"]))
    return QuestionSet(f"xquad-{language}", language, tuple(documents), tuple(questions), whole=True)


def _xquad_questions(document: Document, records: list[dict[str, Any]]) -> Iterator[Question]:
    for record in records:
        answer = record["answers"][0]
        span = Span(answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        yield Question(record["id"], record["question"], (Gold(document.id, span),), (answer["text"],))


def clapnq(folder: Path) -> QuestionSet:
    """600 questions over the pool of their passages; gold spans are the sentences that annotators selected."""
    documents: dict[str, Document] = {}
    questions = []
    for part in ("answerable", "unanswerable"):
        for line in (folder / "clapnq" / f"clapnq_dev_{part}.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            passage = record["passages"][0]
            document = _document(passage["text"], passage["title"], "en")
            documents[document.id] = document
            selected = record["output"][0]["selected_sentences"]
            starts = [(passage["text"].find(sentence), sentence) for sentence in selected]
            gold = tuple(Gold(document.id, Span(at, at + len(sentence))) for at, sentence in starts if at >= 0)
            questions.append(Question(record["id"], record["input"], gold))
    return QuestionSet("clapnq", "en", tuple(documents.values()), tuple(questions), whole=True)


def chunking(folder: Path) -> QuestionSet:
    """472 questions over five long texts with exact gold spans."""
    root = folder / "chunking_evaluation"
    documents = {
        path.stem: _document(path.read_text("utf-8"), None, "en") for path in sorted((root / "corpora").glob("*.md"))
    }
    questions = []
    for line in (root / "questions.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        identity = documents[record["corpus"]].id
        gold = tuple(Gold(identity, Span(item["start"], item["end"])) for item in record["references"])
        questions.append(Question(record["id"], record["question"], gold))
    return QuestionSet("chunking", "en", tuple(documents.values()), tuple(questions), whole=False)


def written(path: Path, language: str = "en") -> QuestionSet:
    """A file of corpora/pairs (or the package's) as a library: each passage answers half of its questions, the others
    are near misses that nothing answers. Nothing was trained on the package's pairs, `reports` and `languages_reports`.
    """
    documents, questions = [], []
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        if record.get("language", "en") != language:
            continue
        document = _document(record["text"], record["title"], language)
        documents.append(document)
        gold = (Gold(document.id, Span(0, len(document.text))),)
        for kind in ("answered", "unanswered"):
            for number, question in enumerate(record[kind]):
                identity = f"{record['id']}-{kind}-{number}"
                questions.append(Question(identity, question, gold if kind == "answered" else ()))
    name = path.stem if language == "en" else f"{path.stem}-{language}"
    return QuestionSet(name, language, tuple(documents), tuple(questions), whole=True)
