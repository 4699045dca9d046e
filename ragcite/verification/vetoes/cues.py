"""Words that turn a statement round or weaken it, and how far they reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ragcite.types import Span
from ragcite.verification.reading import IRREGULAR as _IRREGULAR_BASE
from ragcite.verification.reading import Reading


@dataclass(frozen=True, slots=True)
class Scope:
    """`cue` as written; its reach is `span`."""

    cue: str
    span: Span


# Cues that reach forward to the end of their clause.
_FORWARD = {
    "en": r"not(?! only\b| just\b| until\b| later than\b| less than\b| more than\b| fewer than\b| exceed|"
    r" necessarily only)|n['’]t(?! only\b)|cannot|never|no(?! later| more than| less than| fewer than| doubt|"
    r"\. ?\d)|"
    r"nobody|no one|none(?! the)|nothing(?! but)|neither|nor|nowhere|without(?! doubt)|hardly|barely|scarcely|"
    r"fail(?:s|ed|ing)? to|failure to|refus(?:es?|ed|ing) to|declin(?:es?|ed|ing) to|unable to|unwilling to|"
    r"lack(?:s|ed|ing)?(?: of)?|absence of|"
    r"except(?:ing)?(?: for)?|exclud(?:es?|ed|ing)|other than|prevent(?:s|ed|ing)?|prohibit(?:s|ed|ing)?|"
    r"forbid(?:s|den)?|forbade|ban(?:s|ned)|"
    r"rul(?:es?|ed|ing) out|stopp?(?:s|ed)? short of|instead of|rather than|far from|anything but|den(?:y|ies|ied|"
    r"ying)|refut(?:es?|ed|ing)|disput(?:es?|ed|ing)",
    "de": r"nicht(?! nur\b| zuletzt)|kein(?:e[nmrs]?)?|nie|niemals|niemand|nichts|weder|noch nie|ohne|außer|"
    r"ausgenommen|nirgends|kaum|"
    r"bestreitet|bestritt(?:en)?|bestreiten|dementiert(?:e|en)?|verneint(?:e)?|weigert(?:e)? sich|verbietet|"
    r"verboten|untersagt|anstatt|statt",
    "es": r"no(?! solo\b| sólo\b| obstante)|nunca|jamás|ningún|ningun[oa]s?|nadie|nada|sin(?! embargo)|tampoco|ni|"
    r"salvo|excepto|"
    r"niega[n]?|negó|negaron|desmiente|desmintió|prohíbe|prohibido|en lugar de|en vez de",
    "fr": r"ne(?! \w+ que\b)|n['’](?!\w+ que\b)|jamais|aucune?|personne ne|sans(?! doute)|sauf|excepté|"
    r"non(?! seulement)|"
    r"nie|nient|a nié|dément(?:i)?|interdit|interdite|au lieu de|plutôt que",
    "it": r"non(?! solo)|mai|nessun[oa]?|senza|né|nega|negato|tranne|eccetto",
    "pt": r"não(?! só| apenas)|nunca|jamais|nenhum[a]?|ninguém|sem|nem|nega|negou|exceto",
    "nl": r"niet(?! alleen)|geen|nooit|niemand|zonder|behalve|ontkent|ontkende",
    "zh": r"不(?![仅但过断同久少只]|得不|可或缺|超过)|没有|没(?!收)|未(?![来])|无(?![论锡])"
    r"|非(?![常洲])|从不|从未|并非|否认|禁止|除了|除外|别|勿",
}  # fmt: skip
# Cues that reach over everything behind them in the sentence.
_CLAIMED = {
    "en": r"(?:false|untrue|not true|incorrect|wrong|inaccurate|a myth|a hoax|no truth|a rumou?r|not the case|"
    r"unlikely|doubtful) (?:that|to say)|"
    r"(?:den(?:y|ies|ied|ying)|refut(?:es?|ed)|disput(?:es?|ed)|reject(?:s|ed)|dismiss(?:es|ed)|contradict(?:s|"
    r"ed)) (?:that|having|the claims?|any|reports?|rumou?rs|suggestions|allegations|ever)|contrary to|(?:lied|lies|"
    r"lying|pretend(?:s|ed)?) that|"
    r"(?:falsely|wrongly|mistakenly) (?:claim|stat|sa(?:id|ys)|report|alleg|believ|assum)\w*|"
    r"(?:false|untrue|unfounded|baseless|debunked|disproved) (?:claims?|rumou?rs?|reports?|statements?|allegations?)",
    "de": (
        r"(?:falsch|unwahr|unzutreffend|nicht wahr|nicht richtig|ein gerücht|nicht zutreffend),? dass|"
        r"(?:bestreitet|bestritt|dementiert|dementierte|verneint|verneinte),?"
    ),
    "es": (
        r"(?:falso|mentira|incorrecto|inexacto|no es cierto|no es verdad) que|(?:niega|negó|niegan|negaron|"
        r"desmiente|desmintió)(?: que)?"
    ),
    "fr": (
        r"(?:faux|inexact|pas vrai|pas exact) (?:que|qu['’])|(?:nie|nient|a nié|dément|a démenti)(?: que| qu['’]|"
        r" avoir)?"
    ),
    "zh": r"(?:不是真的|不属实|谎称|否认|并非|谣传)",
}  # fmt: skip
# Cues that reach back over everything before them in the sentence (or over the sentence before, after "this …").
_BACKWARD = {
    "en": r"(?:is|was|are|were|be|been|as|proved|turned out to be|found to be|being)(?: (?:completely|simply|"
    r"entirely|later|since|firmly|strongly|categorically|officially|explicitly|vehemently|subsequently|"
    r"repeatedly))? "
    r"(?:false|untrue|denied|refuted|disproved|debunked|unfounded|baseless|incorrect|inaccurate|wrong|a myth|"
    r"a hoax|fabricated|retracted|contradicted|disputed|rejected as false|not true|not the case)(?! about)|"
    r"(?:has|have) (?:since )?been (?:denied|refuted|disproved|debunked|retracted)|never happened|fell through|"
    r"(?:was|were|been|is|are) (?:cancell?ed|called off|abandoned|reversed|annulled|withdrawn|blocked|prevented|halted|"
    r"revoked)|did not happen|"
    r"did not take place",
    "de": (
        r"(?:ist|sind|war|waren|wurde|wurden)\s(?:\w+ )?(?:falsch|unwahr|unzutreffend|dementiert|bestritten|"
        r"widerlegt|erfunden)|stimmt nicht|trifft nicht zu|traf nicht zu"
    ),
    "es": (
        r"(?:es|son|era|fue|fueron) (?:falsos?|falsas?|negad[oa]s?|desmentid[oa]s?|mentira|incorrect[oa]s?)|"
        r"no es (?:cierto|verdad)"
    ),
    "fr": r"(?:est|sont|était|a été|ont été) (?:fau(?:x|sse)s?|démenti[es]*|nié[es]*|inexacte?s?|réfuté[es]*)",
    "zh": r"(?:是假的|不属实|是谣言|被否认|不是真的|是错误的)",
}  # fmt: skip
# "No one may carry more than five" sets a bound, it denies nothing.
_BOUND = re.compile(
    r"\s*(?:\w+\s+){0,3}?(?:more than|exceed\w*|over \d|above \d|later than|mehr als|länger als|über \d|más de|"
    r"exced\w*|superar|"
    r"plus de|dépass\w*|excéd\w*|più di|mais de|meer dan)|.{0,3}(?:超过|多于|超出|晚于)",
    re.IGNORECASE,
)
LITOTES = re.compile(r"(?:\bnot|n.t)\s+un\w{4,}")  # "not uncommon" is common
# Verbs and adjectives that deny by themselves: against a negation they may mean the same.
_LEXICAL = re.compile(
    r"\b(?:abolish\w*|turn(?:ed|s)? down|thrown out|end(?:ed|s)?|laps\w*|void|expir\w*|cancel\w*|discontinu\w*|"
    r"remov\w*|clos(?:ed|es?)|omit\w*|"
    r"miss(?:ed|ing)|stop\w*|ceas\w*|"
    r"drop(?:ped|s)?|scrap\w*|reject\w*|revok\w*|withdr[ae]w\w*|unchanged|unpaid|unlike\w*|un\w{5,}|in(?:valid|"
    r"eligible|sufficient|complete)\w*|impossible|illegal|exempt\w*|free|"
    r"only|alone|exclusive\w*|weggefallen|entfäll\w*|entfallen|abgeschafft|aufgehoben|gestrichen|beendet|nur|"
    r"allein|erloschen|verfäll\w*|"
    r"suprim\w*|elimin\w*|cancel\w*|anul\w*|solo|sólo|únicamente|supprim\w*|annul\w*|seul\w*|uniquement)\b|作废|取消|"
    r"废止|停止|只|仅",
    re.IGNORECASE,
)
# Prepositions deny only what stands next to them.
_NARROW = re.compile(
    r"without|except(?:ing)?(?: for)?|exclud\w+|other than|instead of|rather than|lack(?:s|ed|ing)?(?: of)?|"
    r"absence of|ohne|außer|ausgenommen|"
    r"anstatt|statt|sin|salvo|excepto|en lugar de|en vez de|sans|sauf|excepté|au lieu de|plutôt que|除了|除外",
    re.IGNORECASE,
)
_NARROW_WORDS = 3
_AND = re.compile(r"\b(?:and|und|y|et)\b")
_POINTING = re.compile(
    r"\s*(?:this|that|it|these|the (?:claim|report|rumou?r|statement|story|news)|both|das|dies|diese|esto|eso|"
    r"ceci|cela|c['’]|这|该|此)\b",
    re.IGNORECASE,
)
_HEDGES = {
    "en": r"will|shall|should|ought to|is to|are to|(?:is|are) going to|if|unless|"
    r"(?:almost|nearly)(?= \w+(?:ed|old|ought)\b)|"
    r"(?:a |the )?rumou?rs?|may(?! \d)|might|could|would(?! like)|possibly|perhaps|potentially|plan(?:s|ned|"
    r"ning)? (?:to|on)|"
    r"intend(?:s|ed|ing)? to|consider(?:s|ed|ing)|"
    r"propos(?:es?|ed|ing|al)(?: to)?|alleg(?:es?|ed|edly|ation)|reportedly|rumou?red|hop(?:es?|ed|ing) to|aim(?:s|"
    r"ed|ing)? to|want(?:s|ed|ing)? to|expect(?:s|ed)? to|"
    r"seek(?:s|ing)? to|sought to|likely to|is said to|are said to|supposed(?:ly)?|purported(?:ly)?|"
    r"tentative(?:ly)?|under discussion|in the event that|hypothetically|threaten(?:s|ed)? to|promis(?:es?|ed) to|"
    r"scheduled to|due to be|discuss(?:es|ed|ing) whether|whether|tr(?:y|ies|ied|ying) to|attempt(?:s|ed|ing)? to|"
    r"accus(?:es?|ed) of|suspected of|charged with",
    "de": (
        r"könnten?|dürften?|möglicherweise|vielleicht|eventuell|womöglich|plan(?:t|te|en) |beabsichtig\w*|"
        r"erwäg\w*|angeblich|mutmaßlich\w*|erwart(?:et|en|ete)|soll(?:en)? angeblich|hofft|möchte|würden?|"
        r"voraussichtlich|vorgeschlagen|ob"
    ),
    "es": (
        r"podría[n]?|puede que|quizás?|tal vez|posiblemente|planea[n]?|prevé[n]?|tiene la intención de|presunt\w*|"
        r"supuest\w*|considera|propone|propuso|espera|pretende|si bien"
    ),
    "fr": (
        r"pourrai(?:t|ent)|peut-être|éventuellement|envisage(?:nt|ait)?|prévoi(?:t|ent)|compte(?:nt)? |aurai(?:t|"
        r"ent)|serai(?:t|ent)|présumé\w*|prétendu\w*|propose|espère|a l'intention de"
    ),
    "zh": r"如果|若|可能|也许|或许|计划|打算|拟|据称|涉嫌|考虑|希望|预计|据说|传言",
}  # fmt: skip
_CONDITION = re.compile(r"if|unless|falls|si|如果|若", re.IGNORECASE)
# What may still come, what is owed and what holds under a condition stop only a claim about the past.
_FUTURE = re.compile(
    r"(?:will|shall|should|ought to|is to|are to|(?:is|are) going to|wird|werden|va a|van a|if|unless)", re.IGNORECASE
)
_SETTLED = re.compile(
    r"\b(?:confirmed|did so|carried out|came true|went ahead|bestätigt|confirmad[oa]|confirmée?s?)\b|证实",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|did|had|has|have|\w{3,}ed|wurden?|war|waren|hat|haben|fue|fueron|se \w+ó)\b", re.IGNORECASE
)
_CLAIM_HEDGES = (
    r"if|when|unless|wenn|falls|si|can|able to|allow\w*|permit\w*|entitle\w*|plan\w*|likely|suggest\w*|appear\w*|"
    r"seem\w*|possib\w*|potential\w*|promis\w*|hop(?:es?|ed|ing)|attempt\w*|tr(?:y|ies|ied)|want\w*|rumou?r\w*|"
    r"suspect\w*|probabl\w*|must not|mustn['’]t|unless|"
    r"propos\w*|option\w*|alleg\w*|expect\w*|intend\w*|consider\w*|accus\w*|says?|said|claim\w*|report\w*|kann|"
    r"können|darf|dürfen|puede[n]?|peut|peuvent|可以|能"
)


@cache
def _compiled(kind: str, language: str) -> re.Pattern[str]:
    table = {"forward": _FORWARD, "claimed": _CLAIMED, "backward": _BACKWARD, "hedge": _HEDGES}[kind]
    names = [language] if language in table else list(table) if language == "" else []
    if "en" not in names and kind != "forward":
        names.append("en")
    patterns = "|".join(_bounded(table[name], name) for name in names) or "(?!)"
    patterns += r"|(?<=\w)n['’]t(?!\w)" if kind == "forward" and language == "en" else ""
    return re.compile(patterns, re.IGNORECASE)


def _bounded(pattern: str, language: str) -> str:
    return f"(?:{pattern})" if language == "zh" else rf"(?<!\w)(?:{pattern})(?:(?<=['’])|(?!\w))"


def negations(reading: Reading) -> list[Scope]:
    """The reach of every negation cue; one that stands inside another's words is not counted again."""
    scopes: list[Scope] = []
    language = _language(reading)
    for number, sentence in enumerate(reading.sentences):
        taken: list[Span] = []
        for kind in ("claimed", "backward", "forward"):
            for match in _compiled(kind, language).finditer(reading.text, sentence.start, sentence.end):
                cue = Span(match.start(), match.end())
                if kind == "forward" and (
                    LITOTES.match(reading.text, cue.start) or _BOUND.match(reading.text, cue.end, sentence.end)
                ):
                    continue
                if any(cue.overlap(other) for other in taken) or _concord(reading, taken, cue, language):
                    continue
                taken.append(cue)
                scopes.append(Scope(match.group(), _reach(reading, kind, cue, number)))
    return scopes


def denies_by_word(text: str) -> bool:
    """Whether a word of `text` may deny without a negation: abolished, void, only."""
    return _LEXICAL.search(text) is not None


def speaks_of_the_past(reading: Reading) -> bool:
    if re.search(r"\b(?:will|shall|(?:is|are) going to)\b", reading.text, re.IGNORECASE):
        return False
    forms = {token.text for token in reading.tokens}
    return _PAST.search(reading.text) is not None or any(_IRREGULAR_BASE.get(form, form) != form for form in forms)


def hedges(reading: Reading, future: bool = False) -> list[Scope]:
    """The reach of every word that makes a statement less than a fact; with `future`, of "will" as well."""
    pattern = _compiled("hedge", _language(reading))
    scopes = []
    for sentence in reading.sentences:
        if _SETTLED.search(reading.text, sentence.start, sentence.end):
            continue
        if reading.text[: sentence.end].rstrip("\"'”’»").endswith(("?", "？")):
            scopes.append(Scope("?", sentence))
        for match in pattern.finditer(reading.text, sentence.start, sentence.end):
            if match.group() == "May" or (_FUTURE.fullmatch(match.group()) and not future):  # "May" is the month
                continue
            whole = re.search(
                r"edly$|^alleg|^angeblich|^据|perhaps|possibly|vielleicht|peut-être|quiz|rumou?r", match.group(), re.I
            )
            start = next((c.start for c in reading.clauses if c.start <= match.start() < c.end), match.start())
            start = match.end() if _CONDITION.fullmatch(match.group()) else start
            start = max([start, *(found.end() for found in _AND.finditer(reading.text, start, match.start()))])
            span = sentence if whole else Span(start, max(start, _clause_end(reading, match.end(), sentence)))
            scopes.append(Scope(match.group(), span))
    return scopes


def is_hedged(reading: Reading) -> bool:
    """Whether the claim itself says less than a fact."""
    return (
        bool(hedges(reading))
        or re.search(rf"(?<!\w)(?:{_CLAIM_HEDGES})(?!\w)|可以|能", reading.text, re.IGNORECASE) is not None
    )


def _language(reading: Reading) -> str:
    return reading.language or ""


def _concord(reading: Reading, taken: list[Span], cue: Span, language: str) -> bool:
    """ "no … nunca", "ne … jamais", "neither … nor": one negation in two words, within one clause."""
    if language not in ("es", "fr", "it", "pt"):
        pair = cue.of(reading.text).casefold() in ("nor", "noch") and bool(taken)
        return pair and taken[-1].of(reading.text).casefold() in ("neither", "weder")
    return any(
        clause.contains(cue) and any(clause.contains(other) and other.start < cue.start for other in taken)
        for clause in reading.clauses
    )


def _clause_end(reading: Reading, position: int, sentence: Span) -> int:
    return next((c.end for c in reading.clauses if c.start <= position <= c.end and c.end > position), sentence.end)


def _reach(reading: Reading, kind: str, cue: Span, number: int) -> Span:
    sentence = reading.sentences[number]
    if kind == "claimed":
        return Span(cue.end, sentence.end)
    if kind == "backward":
        before = Span(sentence.start, cue.start)
        points = _POINTING.match(reading.text, sentence.start, cue.start)
        few = sum(before.contains(token.span) for token in reading.tokens) <= 1
        return reading.sentences[number - 1] if points and few and number else before
    end = _clause_end(reading, cue.end, sentence)
    if _NARROW.fullmatch(cue.of(reading.text)):
        near = [token.span.end for token in reading.tokens if cue.end <= token.span.start < end][:_NARROW_WORDS]
        return Span(cue.end, near[-1] if near else cue.end)
    forward = Span(cue.end, max(cue.end, end))
    if any(forward.contains(token.span) for token in reading.tokens):
        return forward
    start = next((c.start for c in reading.clauses if c.start <= cue.start <= c.end), sentence.start)
    return Span(min(start, cue.start), forward.end)
