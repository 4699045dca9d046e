"""The citation checker: claims, evidence windows, vetoes, the first support score, repair."""

from ragcite.verification.calibrated import CalibratedSupportModel, Calibration
from ragcite.verification.claims import not_checkable
from ragcite.verification.support import LexicalSupportModel
from ragcite.verification.verifier import CheckedSentence, Verifier
from ragcite.verification.vetoes.subject import speaks_of_a_rival

__all__ = [
    "CalibratedSupportModel",
    "Calibration",
    "CheckedSentence",
    "LexicalSupportModel",
    "Verifier",
    "not_checkable",
    "speaks_of_a_rival",
]
