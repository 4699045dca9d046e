"""The citation checker: claims, evidence windows, vetoes, judges, repair."""

from ragcite.verification.claims import not_checkable
from ragcite.verification.judges import Blend, Calibration, ContextJudge, Exhibit, Judge, WindowJudge
from ragcite.verification.support import LexicalSupportModel
from ragcite.verification.verifier import CheckedSentence, Verifier
from ragcite.verification.vetoes.subject import speaks_of_a_rival

__all__ = [
    "Blend",
    "Calibration",
    "CheckedSentence",
    "ContextJudge",
    "Exhibit",
    "Judge",
    "LexicalSupportModel",
    "Verifier",
    "WindowJudge",
    "not_checkable",
    "speaks_of_a_rival",
]
