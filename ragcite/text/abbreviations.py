"""Full stops that end no sentence although a rule-based segmenter may think so."""

from __future__ import annotations

import re
from functools import cache

# Capitalised and never the last word of a sentence.
_TITLES = """
mr mrs ms dr prof st mt messrs hon rev gen col lt sgt capt gov pres sen rep hr fr frl dipl ing phil sr sra srta
sres dña dn lic mme mlle mgr sig sig.ra dott avv spett dhr mevr drs jhr ud uds vd mag
"""
# Never the last word either: "for example", "compare".
_ALWAYS = """
e.g i.e eg ie vs cf viz resp bzw zzgl inkl exkl ggf evtl sog vgl insb bspw d.h z.b u.u i.d.r m.e lfd geb hrsg
p.ej p.ex d.ª aprox bijv d.w.z tzn np tj např t.j örn vb habil
"""
# Abbreviations only where a number follows.
_NUMBERED = """
no nos nr nrn n núm num nº art arts abs abb fig figs tab tbl eq eqs ch chap kap cap sec sect secs § para paras p
pp pág págs s ss seq vol vols bd bde ed ser ref refs ver v rev approx ca c circa lit ziff rn rz anm aufl hs lib
núms apdo párr inc iss pt pts ex app apt ste blz nro č str poz ust rys tel fax ext min max approx. est jan feb
mar apr jun jul aug sep sept oct okt nov dec dez ene abr ago dic janv févr avr juil déc mär dated dt
"""
# Abbreviations where the sentence goes on in lower case or with a number.
_GOING_ON = """
approx ca circa etc usw usf u.a o.ä u.ä z.t z.zt u.dgl dgl al incl excl misc max min avg est dept corp inc ltd
co bros gmbh jr sr art str tel no nr abs fig bzw allg ehem entspr mind mio mrd tsd std sek jh jhd v.chr n.chr
a.m p.m am pm ff f ibid op cit et ed eds trans ad lb lbs oz ft yd mi hr hrs kg km cm mm sec pág núm máx mín etc.
ltda cía
"""
# After these a full stop may end the sentence; it does where the next word usually starts one.
_MAY_END = (
    r"(?:\b(?:etc|Inc|Ltd|Co|Corp|Jr|Sr|usw|al)|\b[^\W\d_]|\b\w\.\w"
    r"|\d\s?(?:m|km|cm|mm|kg|g|t|h|l|s|ft|hr|hrs|min|sec|mio))\.\s+"
)
_STARTERS = """
the he she it they we i you this that these those there in on at a an but and however then for if when after as
his her its our their both all some most many der die das ein eine er sie es wir ich im am dies diese dieser
danach el los las un una en ella este esta le les une il elle ils nous ce cette ces
"""
_NOT_INITIALS = (
    "vitamin vitamine hepatitis plan type typ class klasse appendix anhang section option group gruppe schedule annex"
)
_MONTHS = r"(?:jan|feb|mär|mar|apr|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-zäé]*\.?\b"
_ORDINAL = (
    r"(?:^|\s)(?:der|die|das|dem|den|des|am|im|vom|zum|zur|beim|bis|ab|seit|und|ein|eine|einem|einen|einer|jede[rnms]?)"
    r"\s\d{1,3}\.$"
)


@cache
def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def goes_on(before: str, after: str) -> bool:
    """Whether the sentence of `before`, which ends in a full stop, goes on with `after`; both without outer blanks."""
    match = _compiled(r"(?:^|[\s(\[{“\"'«„/|*])([^\s(\[{“\"'«„/|*]+)\.$").search(before[-60:])
    if not match:
        return False
    key = match[1].casefold()
    if re.fullmatch(r"\d+", key):
        return _is_ordinal(before, after)
    if key in _set(_ALWAYS) or (key in _set(_TITLES) and match[1][0].isupper()):
        return True
    if key in _set(_NUMBERED) and _compiled(r"[\d§]|[IVXLC]+\b|[(\[]?\d").match(after):
        return True
    if key in _set(_GOING_ON) and (after[0].islower() or after[0].isdigit()):
        return True
    return _is_initial(match[1], before[: len(before) - len(match[1]) - 1], after)


def may_end(text: str) -> list[int]:
    """Where sentences of `text` end in an abbreviation: the position after the white space that follows."""
    ends = (match.end() for match in re.finditer(_MAY_END, text, re.IGNORECASE))
    return [end for end in ends if starts_sentence(text[end : end + 20])]


def starts_sentence(after: str) -> bool:
    word = re.match(r"[^\W\d_]+", after)
    return bool(word and word[0][0].isupper() and word[0].casefold() in _set(_STARTERS))


def _is_ordinal(before: str, after: str) -> bool:
    """German and its neighbours: "am 3. März", "der 2. Weltkrieg"."""
    return bool(_compiled(_MONTHS).match(after) or (_compiled(_ORDINAL).search(before[-40:]) and after[0].isalpha()))


def _is_initial(word: str, before: str, after: str) -> bool:
    """ "J. Smith", "z. B.", "U.S. troops", "EE. UU."."""
    if re.match(r"([A-Z])\1\.", after) and re.fullmatch(r"([A-Z])\1", word):
        return True
    if re.fullmatch(r"[^\W\d_](?:\.[^\W\d_])+", word):
        return not starts_sentence(after)
    if len(word) != 1 or not word.isalpha():
        return False
    last = before.split()[-1:]
    if last and last[0].casefold() in _set(_NOT_INITIALS):
        return False
    if re.match(r"[^\W\d_]\.", after):
        return True
    return word.isupper() and after[0].isalpha() and not starts_sentence(after)
