"""Every identifier of the claim (PX-220, COVID-19, v2.1.3, an e-mail address) stands in the evidence."""

from __future__ import annotations

import re

from ragcite.types import Veto
from ragcite.verification.quantities import unit_named
from ragcite.verification.reading import Reading
from ragcite.verification.vetoes.finding import Finding

NAME = "identifier"

_IDENTIFIER = re.compile(
    r"(?<![\w@/.-])(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s)\]]+|www\.[^\s)\]]+"
    r"|\w+(?:_\w+)+(?:\.\w+)*|[\w-]+\.(?:txt|pdf|csv|json|toml|ya?ml|py|docx?|xlsx?|md|html?|jpe?g|png|log|conf|ini)"
    r"|\d{1,2}[A-Z]{2}(?=\W|$)"
    r"|(?=[\w/-]*[A-Z])[A-Za-z]+(?:[-/]?\d[\w]*)(?:[-/.]\w+)*|\d+(?:\.\d+){2,}|v\d+(?:\.\d+)*)(?!\w)"
)
_AMOUNT = re.compile(r"(?:usd|eur|gbp|chf|us|fy|q[1-4]$)", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}\.\d{1,2}\.\d{1,2}|\d{1,3}(?:\.\d{3})+")
_FOLD = re.compile(r"[^\w@]+")


def identifier_veto(claim: Reading, evidence: Reading) -> Finding:
    """Compares without case, hyphens and blanks: "PX 220" is "PX-220"; "PX-221" is not."""
    folded = f" {_FOLD.sub(' ', evidence.text.casefold())} "
    tight = folded.replace(" ", "")
    missing = [name for name in identifiers(claim.text) if not _present(name, folded, tight)]
    others = {_stem(name) for name in identifiers(evidence.text)}
    rival = any(_stem(name) in others for name in missing)
    return Finding(tuple(Veto(NAME, f"{name} is not in the source") for name in missing), contradicts=rival)


def identifiers(text: str) -> list[str]:
    """Identifiers as written, in order."""
    found = [match.group().rstrip(".") for match in _IDENTIFIER.finditer(text)]
    return [name for name in found if not (_AMOUNT.match(name) or _DATE.fullmatch(name) or _is_measure(name))]


def _is_measure(name: str) -> bool:
    """40GB and 10AM are figures, 4RT is none."""
    letters = name.lstrip("0123456789")
    return letters != name and (unit_named(letters) is not None or letters in ("AM", "PM", "BC", "AD"))


def _present(name: str, folded: str, tight: str) -> bool:
    parts = _FOLD.sub(" ", name.casefold()).strip()
    if f" {parts} " in folded:
        return True
    return re.search(rf"{re.escape(parts.replace(' ', ''))}(?!\d)", tight) is not None


def _stem(name: str) -> str:
    return re.sub(r"\d.*", "", name).casefold()
