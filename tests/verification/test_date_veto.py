"""Dates: the same in every writing, and never another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

Run = Callable[[str, str, str], Finding]

TRUE = [
    ("It closed on 3 March 2021.", "It closed on 2021-03-03."),
    ("It closed on 3 March 2021.", "It closed on 03/03/2021."),
    ("It closed on March 3, 2021.", "It closed on 3 March 2021."),
    ("It closed on 4 March 2021.", "It closed on 04/03/2021."),
    ("It closed on 3 April 2021.", "It closed on 04/03/2021."),
    ("It closed on the 3rd of March.", "It closed on March 3, 2021."),
    ("It closed in March 2021.", "It closed on 3 March 2021."),
    ("It closed in March.", "It closed on 3 March 2021."),
    ("Es schloss am 3. März 2021.", "Es schloss am 03.03.2021 für immer."),
    ("Cerró el 3 de marzo de 2021.", "Cerró el 2021-03-03 para siempre."),
    ("Il a fermé le 3 mars 2021.", "Il a fermé le 03/03/2021 pour toujours."),
    ("它于2021年3月3日关闭。", "它于2021-03-03关闭。"),
    ("It closed on 3 March 2021.", "In 2021 it closed twice: on 3 March and on 4 May."),
    ("It closed on Monday.", "It closed on Mondays."),
    ("Samstags ist geschlossen.", "An Samstagen ist das Büro geschlossen."),
    ("It is open on 5 May.", "It is open from 3 to 5 May 2021."),
    ("It may close.", "It closed."),
    ("They march in spring.", "They march."),
    ("It closed on Sept. 9, 2020.", "It closed on 9 September 2020."),
]

FALSE = [
    ("It closed on 3 March 2021.", "It closed on 4 March 2021."),
    ("It closed on 3 March 2021.", "It closed on 3 May 2021."),
    ("It closed on 3 March 2021.", "It closed on 3 March 2020."),
    ("It closed on 3 March 2021.", "It closed in March 2021."),
    ("It closed on 3 March 2021.", "It closed."),
    ("It closed in March.", "It closed in April."),
    ("It closed on Monday.", "It closed on Tuesday."),
    ("It closed on 5 March 2021.", "It closed on 04/03/2021."),
    ("Es schloss am 3. März 2021.", "Es schloss am 04.03.2021 für immer."),
    ("Cerró el 3 de marzo de 2021.", "Cerró el 3 de mayo de 2021 para siempre."),
    ("Il a fermé le 3 mars 2021.", "Il a fermé le 3 mai 2021 pour toujours."),
    ("它于2021年3月3日关闭。", "它于2021年3月4日关闭。"),
    ("Samstags ist geschlossen.", "An Sonntagen ist das Büro geschlossen."),
]


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_date_that_is_there_passes_however_it_is_written(veto: Run, claim: str, evidence: str) -> None:
    assert veto("date", claim, evidence).vetoes == ()


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_a_date_that_is_not_there_is_vetoed(veto: Run, claim: str, evidence: str) -> None:
    assert veto("date", claim, evidence).vetoes
