"""The corpora keep their promises: sizes, halves, and keys that can be read."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.corpora import ROOT, Corpus, corpora

CORPORA = {corpus.name: corpus for corpus in corpora()}


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=lambda c: str(c.name))
def test_questions_are_distinct_and_halved(corpus: Corpus) -> None:
    questions = corpus.questions()
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.question for question in questions}) == len(questions)
    halves = Counter(question.split for question in questions)
    assert set(halves) == {"tune", "report"}
    assert abs(halves["tune"] - halves["report"]) <= 2
    assert all(bool(question.answer) == question.answerable for question in questions)


def test_the_english_corpus_has_the_size_it_claims() -> None:
    corpus = CORPORA["kestrel"]
    files = [path for path in corpus.documents.rglob("*") if path.is_file()]
    assert len(files) >= 15
    assert {path.suffix for path in files} == {".pdf", ".md", ".html", ".txt"}
    for split in ("tune", "report"):
        half = [question for question in corpus.questions() if question.split == split]
        assert (len(half), sum(question.answerable for question in half)) == (60, 30)


def test_there_are_corpora_in_four_languages() -> None:
    assert {corpus.language for corpus in CORPORA.values()} == {"en", "zh", "de", "es"}


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=lambda c: str(c.name))
def test_pairs_of_claims_stay_in_one_half(corpus: Corpus) -> None:
    claims = corpus.claims()
    assert {claim.split for claim in claims} == {"tune", "report"}
    assert {claim.supported for claim in claims} == {True, False}
    assert all((ROOT / corpus.folder.name / "claims.jsonl").exists() for _ in claims)
    assert len({claim.id for claim in claims}) == len(claims)
