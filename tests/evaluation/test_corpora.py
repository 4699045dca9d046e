"""The corpora keep their promises: sizes, halves, and keys that can be read."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from eval.corpora import ROOT, Corpus, corpora, folders
from eval.folder_cases import searched, sentences_of
from eval.training.folder_trees import FALSE, TRUE, folder_trees, held_enough
from ragcite.testing import HashingEmbedder

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


HALVES = ("train", "tune", "report")
FOLDERS = [(half, folder) for half in HALVES for folder in folders(half)]


@pytest.mark.parametrize(("half", "folder"), FOLDERS, ids=lambda value: getattr(value, "name", value))
def test_a_folder_is_of_one_half_and_its_keys_can_be_read(half: str, folder: Corpus) -> None:
    questions = folder.questions()
    assert {question.split for question in questions} == {half}
    assert len({question.id for question in questions}) == len({question.question for question in questions})
    assert 0.4 <= sum(question.answerable for question in questions) / len(questions) <= 0.6
    documents = {path.relative_to(folder.documents).as_posix() for path in folder.documents.rglob("*")}
    assert documents >= {reference.doc for question in questions for reference in question.references}
    written = sentences_of(folder.folder)
    assert all(bool(written[q.id].true) == (half != "tune" and q.answerable) for q in questions)
    assert all(bool(written[q.id].false) == (half != "tune") for q in questions)


def test_no_folder_is_of_two_halves_and_none_is_forgotten() -> None:
    names = [folder.name for _, folder in FOLDERS]
    assert len(names) == len(set(names))
    assert {path.parent.name for path in (ROOT / "folders").glob("*/questions.jsonl")} == set(names)


@pytest.mark.parametrize("folder", [folder for half, folder in FOLDERS if half != "train"], ids=lambda c: str(c.name))
def test_every_quote_is_in_what_the_readers_make_of_its_file(folder: Corpus) -> None:
    half = folder.questions()[0].split
    assert len(searched(folder.folder, half, HashingEmbedder(32))) == len(folder.questions())  # a wrong quote raises


def test_a_training_folder_gives_passages_that_are_asked_for_both_answers() -> None:
    folder = folders("train")[0]
    trees = folder_trees([folder.name], HashingEmbedder(64), random.Random(0))
    asked = [one for tree in trees for one in tree.asked]
    assert {target[2] for question, _, target in asked if question and target[2] == target[2]} == {0.0, 1.0}
    written = sentences_of(folder.folder)
    true = {text for one in written.values() for text in one.true}
    false = {text for one in written.values() for text in one.false}
    assert all(target in (TRUE, FALSE) and text in true | false for question, text, target in asked if not question)
    assert all(text in true for question, text, target in asked if target == TRUE)
    assert sum(target == TRUE for _, _, target in asked) >= 0.5 * len(true)


def test_half_an_answer_is_neither_one_nor_none() -> None:
    folder = folders("train")[0]
    found = searched(folder.folder, "train", HashingEmbedder(64))
    two = next(one for one in found if len(one.gold) == 2 and not one.question.any_reference)
    assert [held_enough(two, frozenset(held)) for held in ((), (0, 1))] == [0.0, 1.0]
    assert math.isnan(held_enough(two, frozenset((1,))))
