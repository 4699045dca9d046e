"""Deterministic reasons against a claim, each with a name that is shown."""

from ragcite.verification.vetoes.antonym import antonym_veto
from ragcite.verification.vetoes.date import date_veto
from ragcite.verification.vetoes.denial import denial_veto
from ragcite.verification.vetoes.direction import direction_veto
from ragcite.verification.vetoes.finding import Finding, joined
from ragcite.verification.vetoes.identifier import identifier_veto
from ragcite.verification.vetoes.modality import modality_veto
from ragcite.verification.vetoes.name import name_veto
from ragcite.verification.vetoes.number import number_veto
from ragcite.verification.vetoes.polarity import polarity_veto
from ragcite.verification.vetoes.quotation import quotation_veto
from ragcite.verification.vetoes.subject import subject_veto

__all__ = [
    "Finding",
    "antonym_veto",
    "date_veto",
    "denial_veto",
    "direction_veto",
    "identifier_veto",
    "joined",
    "modality_veto",
    "name_veto",
    "number_veto",
    "polarity_veto",
    "quotation_veto",
    "subject_veto",
]
