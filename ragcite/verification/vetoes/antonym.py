"""The claim says "rose" where the evidence says "fell": one word replaced by its opposite."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from ragcite.text import words
from ragcite.types import Veto
from ragcite.verification.alignment import Aligned, align, alike, weight
from ragcite.verification.reading import Reading, root
from ragcite.verification.vetoes.cues import LITOTES, negations
from ragcite.verification.vetoes.finding import NOTHING, Finding

NAME = "antonym"
_LEAST_COVERAGE = 0.6
_LEAST_ALIGNED = 0.3
_LEAST_PREFIXED = defaultdict(lambda: 99, {"un": 6, "in": 9})  # letters: "until" and "inform" are no opposites

_PAIRS = {
    "en": "increase rise grow gain climb|decrease fall decline drop shrink reduce;higher|lower;more|"
    "less fewer;above|below;before|after;"
    "earlier|later;open|closed close shut;approve accept grant adopt|"
    "reject deny refuse decline;allow permit authorise authorize|forbid prohibit ban;"
    "mandatory compulsory obligatory required|optional voluntary;include|exclude;minimum least|"
    "maximum most;largest biggest|smallest;"
    "highest|lowest;oldest|youngest newest;longest|shortest;longer|shorter;win|lose;buy purchase acquire|"
    "sell;start begin|end finish stop;"
    "north northern|south southern;east eastern|west western;left|right;always|never;first|last;success succeed "
    "succeeded|failure fail;"
    "import|export;income revenue profit|expense cost loss;credit|debit;hire appoint employ|dismiss fire;true|"
    "false;legal|illegal;"
    "possible|impossible;valid|invalid;safe|dangerous unsafe;hot|cold;strong|weak;positive|negative;majority|minority;"
    "public|private;internal|external;temporary|permanent;enable|disable;add|remove;arrive|depart leave;inside|outside;"
    "upper|lower;advantage|disadvantage;male men man|female woman women;father|mother;son|daughter;husband|"
    "wife;brother|sister;"
    "morning|evening afternoon;winter|summer;spring|autumn;"
    "best|worst;better|worse;same identical|different;agree|disagree;exceed|undercut;early|late;black|"
    "white;fast quick|slow;cheap|expensive dear;cheaper|dearer;stronger|weaker;newer younger|older;"
    "taller|shorter;full|empty;wider|narrower;heavier|lighter",
    "de": "steigen stieg gestiegen erhöhen erhöht zunehmen|sinken sank gesunken senken gesenkt verringern abnehmen;"
    "höher|niedriger tiefer;mehr|weniger;"
    "vor|nach;früher|später;offen geöffnet|geschlossen;genehmigt angenommen bewilligt|abgelehnt;erlaubt zulässig|"
    "verboten unzulässig untersagt;"
    "größte|kleinste;höchste|niedrigste;minimal mindestens|maximal höchstens;gewonnen gewann|"
    "verloren verlor;gekauft kaufte|verkauft verkaufte;"
    "nördlich norden|südlich süden;östlich osten|westlich westen;intern|extern;immer|nie;links|"
    "rechts;verpflichtend|freiwillig",
    "es": "aumentó aumentar subió subir creció|disminuyó disminuir bajó bajar cayó redujo;mayor|menor;más|"
    "menos;antes|después;abierto|cerrado;"
    "aprobado aprobó aceptó|rechazado rechazó;permitido|prohibido;máximo|mínimo;ganó|perdió;compró|vendió;norte|"
    "sur;este|oeste;siempre|nunca;"
    "obligatorio|voluntario opcional;primero|último",
    "fr": "augmenté augmente hausse|baissé baisse diminué réduit;supérieur|inférieur;plus|moins;avant|après;ouvert|"
    "fermé;approuvé accepté adopté|rejeté refusé;"
    "autorisé permis|interdit;maximum|minimum;gagné|perdu;acheté|vendu;nord|sud;ouest|est;toujours|"
    "jamais;obligatoire|facultatif;premier|dernier",
    "zh": "增加 上升 增长 提高|减少 下降 降低;高于|低于;最大|最小;最高|最低;"
    "批准 通过|拒绝 否决;允许|禁止;购买 收购|出售;之前|之后;开放|关闭",
}  # fmt: skip


# Opposites that say the same when their two sides change places: "A is older than B", "B is younger than A".
_CONVERSE = frozenset(
    "buy purchase acquire sell higher lower more less fewer above below before after earlier later longer shorter "
    "better worse older younger newer taller cheaper dearer stronger weaker wider narrower heavier lighter north south "
    "east west left right northern southern eastern western".split()
)
_BY = re.compile(r"\s*by\b", re.IGNORECASE)


@cache
def _converse() -> frozenset[str]:
    return frozenset(root(word, "en") for word in _CONVERSE)


@cache
def _opposites(language: str) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in _PAIRS[language].split(";"):
        left, right = ([root(word, language) for word in side.split()] for side in pair.split("|"))
        for word in left:
            table.setdefault(word, set()).update(right)
        for word in right:
            table.setdefault(word, set()).update(left)
    return {word: frozenset(others) for word, others in table.items()}


def says_the_opposite(claim: Reading, evidence: str) -> bool:
    """Whether `evidence` holds the opposite of some word of the claim, as a restatement from the other side does."""
    table, stems = _opposites("en"), Reading(evidence, "en").stems
    return any(table.get(word, frozenset()) & stems for word in claim.stems)


def antonym_veto(claim: Reading, evidence: Reading) -> Finding:
    """Fires when the sentences about the rest of the claim hold the opposite of one of its words, not the word."""
    aligned = align(claim, evidence, _LEAST_ALIGNED)
    language = evidence.language if evidence.language in _PAIRS else "en"
    texts = [claim.text, *(a.sentence.of(evidence.text) for a in aligned)]
    denied = negations(claim) or any(s.span.overlap(a.sentence) for s in negations(evidence) for a in aligned)
    if denied or any(LITOTES.search(text) for text in texts):
        return NOTHING  # "did not fall" may be "rose": polarity's business
    if language == "zh":
        return _characters(claim, evidence, aligned)
    table = _opposites(language)
    total = sum(map(weight, claim.tokens)) or 1.0
    opposites = {word: table.get(word, frozenset()) | _prefixed(word) for word in claim.stems}
    for word in sorted(word for word, others in opposites.items() if others & evidence.stems):
        rest = total - sum(weight(token) for token in claim.tokens if token.stem == word)
        close = [sentence for sentence in aligned if sentence.coverage * total >= _LEAST_COVERAGE * rest]
        found = [_opposite(word, opposites[word], sentence, evidence) for sentence in close]
        found = ["" if opposite and _turned(word, opposite, claim, evidence) else opposite for opposite in found]
        if found and all(found):
            said = next((t.text for t in claim.tokens if t.stem == word), word)
            return Finding((Veto(NAME, f"“{said}” is the opposite of the source's “{found[0]}”"),), contradicts=True)
    return NOTHING


def _prefixed(word: str) -> frozenset[str]:
    """Lawful and unlawful, complete and incomplete."""
    bare = [word[2:]] if len(word) >= _LEAST_PREFIXED[word[:2]] else []
    longer = [prefix + word for prefix, least in _LEAST_PREFIXED.items() if len(word) + 2 >= least]
    return frozenset([*bare, *longer])


def _opposite(word: str, opposites: frozenset[str], sentence: Aligned, evidence: Reading) -> str:
    if any(alike(word, token.stem) for token, _ in sentence.pairs):
        return ""
    around = Reading(sentence.sentence.of(evidence.text), evidence.language).stems
    if word in around:
        return ""
    return next(iter(sorted(opposites & around)), "")


def _turned(word: str, opposite: str, claim: Reading, evidence: Reading) -> bool:
    """Whether both sides have changed places with the word, "by" after a verb turning them once more."""
    if word not in _converse() or opposite not in _converse():
        return False
    ours, our_by = _sides(word, claim)
    theirs, their_by = _sides(opposite, evidence)
    straight = bool(ours[0] & theirs[0]) and bool(ours[1] & theirs[1])
    crossed = bool(ours[0] & theirs[1]) and bool(ours[1] & theirs[0])
    return straight != crossed and crossed != (our_by != their_by)


def _sides(word: str, reading: Reading) -> tuple[tuple[set[str], set[str]], bool]:
    """The content words that stand only before and only after `word`, and whether "by" follows it."""
    place = next((w.span for w in words(reading.text) if root(w.text, reading.language) == word), None)
    if place is None:
        return (set(), set()), False
    before = {token.stem for token in reading.tokens if token.span.end <= place.start}
    after = {token.stem for token in reading.tokens if token.span.start >= place.end}
    return (before - after, after - before), _BY.match(reading.text, place.end) is not None


def _characters(claim: Reading, evidence: Reading, aligned: Sequence[Aligned]) -> Finding:
    text = aligned[0].sentence.of(evidence.text) if aligned else ""
    for pair in _PAIRS["zh"].split(";"):
        sides = [side.split() for side in pair.split("|")]
        for ours, theirs in (sides, sides[::-1]):
            said = [word for word in ours if word in claim.text]
            other = [word for word in theirs if word in text]
            if said and other and not any(w in text for w in ours) and not any(w in claim.text for w in theirs):
                veto = Veto(NAME, f"“{said[0]}” is the opposite of the source's “{other[0]}”")
                return Finding((veto,), contradicts=True)
    return NOTHING
