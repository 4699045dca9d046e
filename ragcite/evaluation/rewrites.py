"""True restatements of a sentence: what a rule can drop or turn without changing what is said. English."""

from __future__ import annotations

import random
import re

_PARENTHESES = re.compile(r"\s*\([^()]{2,120}\)")
_RELATIVE = re.compile(r",\s*(?:which|who|where|whose)\b[^,.;]{4,}(?=[,.;])(?:,)?")
_TRAILING = re.compile(
    r",?\s+(?:although|though|while|whereas|because|since|after|before|including|such as|in order to)\b[^.;]{8,}(?=\.$)"
)
_LEADING = re.compile(r"^(?:In|On|At|During|After|Before|Since|By|For|From)\s[^,]{3,50},\s+(?=\w)")
_SECOND = re.compile(r",\s+(?:and|but)\s+[^.]{12,}(?=\.$)")
_LINK = re.compile(r"^(?:However|Moreover|Furthermore|Therefore|Thus|Also|In addition|For example|Finally|Overall),\s+")
_CONTRACTIONS = (
    ("it is", "it's"),
    ("is not", "isn't"),
    ("are not", "aren't"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("cannot", "can't"),
    ("did not", "didn't"),
    ("was not", "wasn't"),
    ("will not", "won't"),
)
_SYNONYMS = (
    ("began", "started"), ("begins", "starts"), ("begin", "start"), ("ended", "finished"), ("must", "has to"),
    ("approximately", "about"), ("about", "roughly"), ("because", "since"), ("many", "a lot of"), ("however", "but"),
    ("large", "big"), ("bought", "purchased"), ("use", "employ"), ("used", "employed"), ("shows", "indicates"),
    ("showed", "found"), ("increase", "rise"), ("increased", "rose"), ("decreased", "fell"), ("obtain", "get"),
    ("required", "needed"), ("require", "need"), ("requires", "needs"), ("assist", "help"), ("helps", "aids"),
    ("created", "made"), ("allows", "lets"), ("allow", "let"), ("also", "as well"), ("several", "a number of"),
    ("usually", "normally"), ("often", "frequently"), ("children", "kids"), ("film", "movie"), ("begin", "commence"),
    ("at least", "no fewer than"), ("may not", "must not"), ("permitted", "allowed"), ("prohibited", "forbidden"),
    ("twelve months", "a year"), ("12 months", "one year"), ("per cent", "percent"), ("chosen", "selected"),
)  # fmt: skip
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()


def rewrites(sentence: str, rng: random.Random) -> list[tuple[str, str]]:
    """(kind, text) of each rule that applies; shortened ones first."""
    made: list[tuple[str, str]] = []
    for kind, pattern in (
        ("parentheses", _PARENTHESES), ("relative", _RELATIVE), ("trailing", _TRAILING), ("leading", _LEADING),
        ("second", _SECOND), ("link", _LINK),
    ):  # fmt: skip
        shorter = pattern.sub("", sentence, count=1).strip()
        if shorter != sentence and len(shorter.split()) >= 5:
            made.append((kind, shorter[0].upper() + shorter[1:]))
    moved = _LEADING.match(sentence)
    if moved and sentence.endswith("."):
        head, rest = moved.group().rstrip(", "), sentence[moved.end() : -1]
        made.append(("order", f"{rest[0].upper()}{rest[1:]} {head[0].lower()}{head[1:]}."))
    reworded = _reworded(sentence, rng)
    if reworded != sentence:
        made.append(("wording", reworded))
    return made


def _reworded(sentence: str, rng: random.Random) -> str:
    text = sentence
    for one, other in rng.sample(_SYNONYMS + _CONTRACTIONS, len(_SYNONYMS) + len(_CONTRACTIONS)):
        if rng.random() < 0.8:
            text = re.sub(rf"\b{one}\b", other, text, count=1)
    for match in re.finditer(r"(?<![\w.,])(\d{1,2})(?= [a-z])", text):
        if int(match.group()) <= 12:
            return text[: match.start()] + _SMALL[int(match.group())] + text[match.end() :]
    return text
