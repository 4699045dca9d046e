"""Claims with evidence: public labelled pairs, and pairs made from passages by changing or restating a sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from eval.qa_data import chunking, clapnq, xquad
from eval.support_data import data_folder, lines_of
from eval.training.examples import Example, Task, window
from ragcite.evaluation.corruptions import corruptions, names_in
from ragcite.evaluation.rewrites import rewrites
from ragcite.text import content_words, sentences, words

# Rows of each set in one epoch. Image captions and templates are held low (the data's README), check_covid and
# contract_nli are left out: they are what "unseen" means in the reports.
CAPS = {
    "fever_dev": 4500, "fever_symmetric": 1400, "fool_me_twice": 2600, "summedits": 1900, "infotabs": 2600,
    "tabfact_pairs": 1600, "scitab": 700, "scifact": 771, "q2_dialogue": 1078, "negation_nli": 2600, "conj_nli": 400,
    "med": 700, "scone": 600, "breaking_nli": 700, "snli_dev_test": 1200, "help_conj": 200,
}  # fmt: skip
HELD_OUT = ("check_covid", "contract_nli")


def labelled(name: str, most: int | None, rng: random.Random) -> list[Example]:
    rows = list(lines_of(data_folder() / "train_support" / name / "pairs.jsonl"))
    if most is not None and len(rows) > most:
        rows = rng.sample(rows, most)
    return [
        Example(
            Task.SUPPORT,
            window(row["evidence"], row["claim"]),
            row["claim"],
            int(row["label"] == "supported"),
            example_group(name, row["group"], row["claim"]),
            name,
            {"contradicted": True, "neutral": False, "supported": False}.get(row["label"]),
        )
        for row in rows
    ]


def example_group(name: str, group: str, claim: str) -> str:
    """What may not be split: a set's own groups, but one family where sets share claims."""
    if name.startswith("fever"):
        return f"fever:{claim}"
    return f"{'snli' if name in ('negation_nli', 'snli_dev_test') else name}:{group}"


def passages() -> list[tuple[str, str, str]]:
    """(group, title, text) of every passage that pairs are made from; long texts are cut every 12 sentences."""
    folder = data_folder()
    sets = [xquad(folder, "en"), clapnq(folder), chunking(folder)]
    found = [(d.title or d.id, d.title or "", d.text) for questions in sets for d in questions.documents]
    for path in sorted([*folder.glob("docs_*/**/*.md"), *folder.glob("html_nodejs_docs/*.md")]):
        found.append((path.name, path.stem, path.read_text("utf-8", "replace")))
    return [(group, title, piece) for group, title, text in found for piece in _pieces(text)]


def _pieces(text: str, most: int = 12) -> Iterator[str]:
    spans = [span for span in sentences(text) if 5 <= len(words(span.of(text))) <= 60]
    for start in range(0, len(spans), most):
        yield "\n".join(span.of(text).strip() for span in spans[start : start + most])


def made_pairs(count: int, rng: random.Random) -> list[Example]:
    """`count` or a few more: of each chosen sentence a restatement, a corruption, and a near miss without it."""
    pieces = [(group, piece.split("\n")) for group, _, piece in passages()]
    pieces = [(group, lines) for group, lines in pieces if len(lines) >= 4]
    names = {group: names_in(" x ".join(lines)) for group, lines in pieces}
    everyone = [name for found in names.values() for name in found]
    out: list[Example] = []
    while len(out) < count:
        group, lines = rng.choice(pieces)
        place = rng.randrange(len(lines))
        near = names[group] if len(names[group]) > 8 else names[group] + rng.sample(everyone, 20)
        out += _of_sentence(group, lines, place, near, rng)
    return out


def _of_sentence(
    group: str, lines: Sequence[str], place: int, names: Sequence[str], rng: random.Random
) -> Iterator[Example]:
    sentence = lines[place]
    if not 6 <= len(sentence.split()) <= 45 or not sentence[0].isupper() or "|" in sentence:
        return
    evidence = _around(lines, place, rng)
    restated = rewrites(sentence, rng)
    kind, true = rng.choice(restated) if restated else ("verbatim", sentence)
    if kind == "verbatim" and rng.random() < 0.7:
        return
    yield Example(Task.SUPPORT, evidence, true, 1, group, f"made/{kind}", False)
    changed = corruptions(true, names, rng)
    for one in rng.sample(changed, min(2, len(changed))):
        yield Example(Task.SUPPORT, evidence, one.text, 0, group, f"made/{one.kind}", None)
    if rng.random() < 0.5:
        yield Example(Task.SUPPORT, _without(lines, place), true, 0, group, "made/near miss", False)


def _around(lines: Sequence[str], place: int, rng: random.Random) -> str:
    before, after = rng.choice(((0, 0), (1, 0), (0, 1), (1, 1)))
    return " ".join(lines[max(0, place - before) : place + after + 1])


def _without(lines: Sequence[str], place: int) -> str:
    """The two sentences of the rest that share most with sentence `place`."""
    wanted = {word.text for word in content_words(lines[place])}
    rest = [i for i in range(len(lines)) if i != place]
    shared = {i: len({word.text for word in content_words(lines[i])} & wanted) for i in rest}
    best = sorted(sorted(rest, key=lambda i: -shared[i])[:2])
    return " ".join(lines[i] for i in best)


def answers_as_claims(rng: random.Random) -> list[Example]:
    """clapnq's long answers are written from the passage: each sentence is supported by it, and not by another one."""
    out = []
    for row in lines_of(data_folder() / "clapnq" / "clapnq_dev_answerable.jsonl"):
        text, answer = row["passages"][0]["text"], row["output"][0]["answer"]
        names = names_in(text)
        for span in sentences(answer):
            claim = span.of(answer)
            if len(claim.split()) < 5:
                continue
            group = row["passages"][0]["title"]
            out.append(Example(Task.SUPPORT, window(text, claim, 80), claim, 1, group, "clapnq answer", False))
            changed = corruptions(claim, names, rng)
            if changed:
                one = rng.choice(changed)
                out.append(Example(Task.SUPPORT, window(text, claim, 80), one.text, 0, group, "clapnq changed"))
    return out


def support_examples(made: int, rng: random.Random) -> list[Example]:
    """Every pair of the support task, shuffled."""
    out = [example for name, most in CAPS.items() for example in labelled(name, most, rng)]
    out += made_pairs(made, rng) + answers_as_claims(rng)
    rng.shuffle(out)
    return out
