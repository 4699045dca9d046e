"""What may be, is planned or alleged may not be told as fact."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

Run = Callable[[str, str, str], Finding]
SOLD = "It sold its Paris office in 2021."

FALSE = [
    (SOLD, "It may sell its Paris office in 2021."),
    (SOLD, "It might sell its Paris office in 2021."),
    (SOLD, "It plans to sell its Paris office in 2021."),
    (SOLD, "It considered selling its Paris office in 2021."),
    (SOLD, "It allegedly sold its Paris office in 2021."),
    (SOLD, "It reportedly sold its Paris office in 2021."),
    (SOLD, "It hoped to sell its Paris office in 2021."),
    (SOLD, "It will sell its Paris office in 2021."),
    (SOLD, "If it sold its Paris office in 2021, the bank would close the account."),
    (SOLD, "Did it sell its Paris office in 2021?"),
    (SOLD, "It almost sold its Paris office in 2021."),
    (SOLD, "According to a rumour, it sold its Paris office in 2021."),
    (SOLD, "Perhaps it sold its Paris office in 2021."),
    ("Die Versammlung findet am 13. Juni statt.", "Die Versammlung findet voraussichtlich am 13. Juni statt."),
    ("La oficina se cerró en París.", "Posiblemente la oficina se cerró en París."),
    ("8月中旬有结果。", "检验结果预计8月中旬有结果。"),
]
TRUE = [
    ("Members receive a discount.", "Members will receive a discount."),
    ("It will sell its Paris office.", "It will sell its Paris office in 2021."),
    ("The fee is 50 euros.", "The fee is 50 euros if nothing else was agreed."),
    ("Nearly 500 people came.", "Almost 500 people came."),
    ("The office was sold.", "What was sold? The office was sold."),
    (SOLD, "It sold its Paris office in 2021."),
    (SOLD, "It sold its Paris office in 2021 and may sell its Rome office."),
    (SOLD, "It sold its Paris office in May 2021."),
    (SOLD, "In 2021 it sold its Paris office. It plans to close the one in Rome."),
    ("It may sell its Paris office.", "It might sell its Paris office."),
    ("It plans to sell its Paris office.", "It intends to sell its Paris office."),
    ("Members can borrow five books.", "Members may borrow five books."),
    ("Members are allowed to borrow five books.", "Members may borrow five books."),
    ("The sale is expected in 2021.", "The sale may happen in 2021."),
    ("Die Versammlung findet am 13. Juni statt.", "Die Versammlung findet am 13. Juni statt."),
]


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_dropped_modality_is_vetoed(veto: Run, claim: str, evidence: str) -> None:
    assert [v.name for v in veto("modality", claim, evidence).vetoes] == ["modality"]


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_fact_or_a_kept_modality_passes(veto: Run, claim: str, evidence: str) -> None:
    assert veto("modality", claim, evidence).vetoes == ()
