"""Check this corpus: every quoted reference stands in its document, and the questions are evenly mixed.

    python check.py

Exits with 1 and a list of what is wrong if a question fails. Needs pypdf and lxml.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from lxml import html
from pypdf import PdfReader

HERE = Path(__file__).parent
DOCUMENTS = HERE / "documents"
FIELDS = {"id", "question", "references", "answer", "kind", "split"}
ANSWERABLE = {
    "number",
    "date",
    "name",
    "negation",
    "condition",
    "definition",
    "list",
    "two-source",
    "version",
    "pdf-page",
    "table",
}
UNANSWERABLE = {"absent-detail", "wrong-entity", "false-premise", "outside", "wrong-version"}
TOTAL = 120
CP1252 = {"minutes/2024-03-12-board.txt"}


def collapsed(text: str) -> str:
    return " ".join(text.split())


def html_text(data: bytes) -> str:
    tree = html.document_fromstring(data)
    for element in tree.xpath("//script | //style | //comment()"):
        element.drop_tree()
    return str(tree.text_content())


@cache
def pieces(name: str) -> tuple[str, ...]:
    """The collapsed text of a document: one piece, or one for each page of a PDF."""
    path = DOCUMENTS / name
    if path.suffix == ".pdf":
        return tuple(collapsed(page.extract_text()) for page in PdfReader(path).pages)
    data = path.read_bytes()
    if path.suffix == ".html":
        return (collapsed(html_text(data)),)
    return (collapsed(data.decode("cp1252" if name in CP1252 else "utf-8-sig")),)


def faults(question: dict[str, Any]) -> list[str]:
    """What is wrong with one question, in words."""
    if set(question) != FIELDS:
        return [f"fields are {sorted(question)}"]
    found: list[str] = []
    references = question["references"]
    if question["kind"] not in (ANSWERABLE if references else UNANSWERABLE):
        found.append(f"kind {question['kind']!r} does not go with {len(references)} references")
    if question["split"] not in {"tune", "report"}:
        found.append(f"split {question['split']!r}")
    if bool(question["answer"]) != bool(references):
        found.append("an answer without references, or references without an answer")
    return found + reference_faults(question["kind"], question["answer"], references)


def reference_faults(kind: str, answer: str, references: list[dict[str, str]]) -> list[str]:
    found: list[str] = []
    for reference in references:
        if not (DOCUMENTS / reference["doc"]).is_file():
            found.append(f"no document {reference['doc']}")
        elif not any(collapsed(reference["quote"]) in piece for piece in pieces(reference["doc"])):
            found.append(f"not in {reference['doc']}: {reference['quote']!r}")
    if references and not any(collapsed(answer) in collapsed(r["quote"]) for r in references):
        found.append(f"answer {answer!r} stands in none of the quotes")
    if kind == "two-source" and len({r["doc"] for r in references}) < 2:
        found.append("a two-source question needs two documents")
    return found


def main() -> int:
    lines = (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    wrong = [f"{q.get('id')}: {fault}" for q in questions for fault in faults(q)]
    if len(questions) != TOTAL or len({q["id"] for q in questions}) != TOTAL:
        wrong.append(f"{len(questions)} questions, {TOTAL} with different ids expected")
    if len({q["question"].lower() for q in questions}) != len(questions):
        wrong.append("a question is asked twice")
    counts = Counter((q["kind"], q["split"]) for q in questions)
    for kind in sorted(ANSWERABLE) + sorted(UNANSWERABLE):
        tune, report = counts[kind, "tune"], counts[kind, "report"]
        sys.stdout.write(f"{kind:15} tune {tune:3}  report {report:3}\n")
        if tune != report:
            wrong.append(f"{kind}: the splits are not equal")
    quoted = {r["doc"] for q in questions for r in q["references"]}
    names = {str(path.relative_to(DOCUMENTS)) for path in DOCUMENTS.rglob("*") if path.is_file()}
    words = sum(len(re.findall(r"\w+", piece)) for name in names for piece in pieces(name))
    sys.stdout.write(f"{len(names)} documents, approx. {words} words; {len(quoted)} documents are quoted\n")
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
