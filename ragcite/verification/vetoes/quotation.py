"""Words in quotation marks stand in the evidence as they are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcite.text import find_quote, words
from ragcite.types import Veto
from ragcite.verification.vetoes.finding import Finding

NAME = "quotation"
LEAST_WORDS = 3

_QUOTED = re.compile(
    r"“([^“”]+)[”“]|„([^“”„]+)[“”]|«\s*([^«»]+?)\s*»|»([^«»]+)«|「([^「」]+)」|『([^『』]+)』|(?<!\w)\"([^\"]+)\"(?!\w)"
    r"|(?<![\w'])‘([^‘’]+(?:’\w[^‘’]*)*)’(?!\w)"
)
_GAP = re.compile(r"\[\s*(?:…|\.{3})\s*\]|…|\.{3,}")
_EDGES = " \t\n.,;:!?。，；！？"
_INSERTED = re.compile(r"\[[^\]]{0,40}\]")


def quotation_veto(claim: str, evidence: Sequence[str]) -> Finding:
    """Fires for each quotation of three words or more that is in none of the `evidence` texts, white space apart.

    Gaps ("…") and insertions ("[the firm]") divide a quotation; its pieces must follow each other in one text.
    """
    bad = [quote for quote in quotations(claim) if not any(_occurs(quote, _plain(text)) for text in evidence)]
    return Finding(tuple(Veto(NAME, f"“{quote}” is not in the source word for word") for quote in bad))


def quotations(claim: str) -> list[str]:
    found = ["".join(filter(None, groups)).strip() for groups in _QUOTED.findall(claim)]
    return [quote for quote in found if len(words(quote)) >= LEAST_WORDS]


def _occurs(quote: str, text: str) -> bool:
    """Pieces in order; the first letter of the quotation may have changed case."""
    position = 0
    for piece in _GAP.split(_INSERTED.sub("…", _plain(quote))):
        piece = piece.strip(_EDGES)
        if not piece:
            continue
        place = find_quote(piece, text[position:]) or find_quote(_other_case(piece), text[position:])
        if place is None:
            return False
        position += place.end
    return True


def _other_case(piece: str) -> str:
    return (piece[0].lower() if piece[0].isupper() else piece[0].upper()) + piece[1:]


def _plain(text: str) -> str:
    """Source numbers that a document itself contains were shown as "(1)"."""
    return re.sub(r"[\[【](\^?\d[\d, –-]*)[\]】]", r"(\1)", text)
