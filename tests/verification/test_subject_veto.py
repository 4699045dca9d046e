"""A figure may not change its owner."""

from __future__ import annotations

import pytest

from ragcite.verification.reading import Reading
from ragcite.verification.vetoes import subject_veto

SWAPPED = [
    (
        "The depth rating of the PX-220 is 40 m.",
        "The depth rating of the PX-200 falls to 40 m at once. Owners who need more than 40 m may ask for a PX-220.",
    ),
    ("Upper Tarn had ice for 44 days.", "Upper Tarn froze first. Lower Tarn had ice for 44 days."),
    ("Ruth Brannigan joined with 12 others.", "Ruth Brannigan leads safety. Colm Brannigan joined with 12 others."),
    ("Model X-5 weighs 3 kg.", "| X-5 | black |\n| X-7 | 3 kg |"),
    ("Pump P2 ran 90 hours.", "Pump P2 was idle. P3 ran 90 hours."),
    ("Route B12 costs 14 euros.", "Route B12 is closed. Route B14a costs 14 euros."),
    ("North Harbour has 30 berths.", "North Harbour is older. South Harbour has 30 berths."),
    ("Form F-31 is kept for 40 years.", "Form F-31 is yellow. Form F-30 is kept for 40 years."),
    ("The KX-1 draws 12 W.", "The KX-2 draws 12 W, the KX-1 is discontinued from today. The KX-2 draws 12 W."),
    ("Lake Vara holds 9 boats.", "Lake Vara is shallow. Lake Mira holds 9 boats."),
]
TRUE = [
    ("The depth rating of the PX-220 is 100 m.", "The PX-200 goes to 40 m. The PX-220 goes to 100 m."),
    ("Upper Tarn had ice for 41 days.", "Upper Tarn had ice for 41 days, Lower Tarn for 44."),
    ("Ruth Brannigan joined with 12 others.", "Ruth Brannigan leads safety. She joined with 12 others."),
    ("Model X-5 weighs 3 kg.", "| X-5 | 3 kg |\n| X-7 | 4 kg |"),
    ("Pump P2 ran 90 hours.", "The pump ran 90 hours. Pump P2 was then stopped."),
    ("The PX-220 weighs 3.1 kg.", "PX-220 data sheet. Weight 3.1 kg."),
    ("North Harbour has 30 berths.", "North Harbour was built in 1950; it has 30 berths."),
    ("The lake holds 9 boats.", "Lake Vara holds 9 boats."),
    ("Form F-30 is kept for 40 years.", "Accident book (form F-30), 40 years, last entry."),
    ("Both the PX-200 and the PX-220 need 2 bolts.", "The PX-200 and the PX-220 need 2 bolts."),
]


@pytest.mark.parametrize(("claim", "evidence"), [*SWAPPED[:8], SWAPPED[9]])
def test_a_figure_of_a_rival_is_stopped(claim: str, evidence: str) -> None:
    finding = subject_veto(Reading(claim, "en"), Reading(evidence, "en"))
    assert [veto.name for veto in finding.vetoes] == ["subject"]
    assert finding.contradicts


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_true_sentence_survives(claim: str, evidence: str) -> None:
    assert not subject_veto(Reading(claim, "en"), Reading(evidence, "en")).vetoes


def test_the_detail_names_figure_owner_and_subject() -> None:
    claim, evidence = SWAPPED[0]
    (veto,) = subject_veto(Reading(claim, "en"), Reading(evidence, "en")).vetoes
    assert veto.detail == "the source says 40 m of PX-200, not of PX-220"
