"""Light stemming: strips the commonest endings so that "reactors" meets "reactor". For matching, never for showing."""

from __future__ import annotations

_SUFFIXES = {  # from long to short
    "de": """erinnen heiten keiten ungen innen ern ung est end en em er es et st e s n t""",
    "fr": """issements issement ements ations ement ation euses antes aient euse ante ants ant ait ées ent ée és
        er ez es é e s x""",
    "es": """amientos aciones amiento adoras adores ación adora iendo ieron ador ando aron adas ados idas idos
        ada ado ida ido aba ía ar er ir es as os ó a o e s""",
    "pt": """amentos amento ações ação ando endo indo aram eram adas ados idas idos ada ado ida ido ões ar er ir
        es as os ou a o e s""",
    "it": """azioni azione amenti amento arono ando endo ate ati ata ato ite iti ita ito are ere ire a e i o""",
    "nl": """heden ingen ing en es er e s t""",
    "sv": """heterna heten arna erna orna ande ende het ade are ar er or en et na a e t s""",
    "ko": """에서는 으로는 에게서 이라는
        에서 에게 으로 부터 까지 하고 이나 이다 은 는 이 가 을 를 에 의 도 로 와 과 만""",
}
_SUFFIXES["da"] = _SUFFIXES["no"] = _SUFFIXES["sv"]
_LEAST = {"ko": 2}  # letters of a stem; elsewhere 3
_VOWELS = frozenset("aeiouy")


def stem(word: str, language: str | None) -> str:
    """`word` (casefolded) without its inflection; words of unknown languages and with digits come back unchanged."""
    if any(map(str.isdigit, word)):
        return word
    if language == "en":
        return _english(word)
    least = _LEAST.get(language or "", 3)
    for suffix in _SUFFIXES.get(language or "", "").split():
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)]
    return word


def _english(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    word = _singular(word)
    for suffix in ("ing", "ed"):
        rest = word.removesuffix(suffix)
        if rest != word and len(rest) > 2 and _VOWELS & set(rest):
            return _undoubled(rest)
    if word.endswith("ly") and len(word) > 5:
        return word[:-2]
    return word.removesuffix("e") if len(word) > 3 else word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _undoubled(stem_: str) -> str:
    """ "stopp" → "stop", "monitor" unchanged, "mov" as "move" becomes."""
    doubled = len(stem_) > 3 and stem_[-1] == stem_[-2] and stem_[-1] not in "lsz"
    return (stem_[:-1] if doubled else stem_).removesuffix("e")
