"""What the source denies may not be affirmed, and the other way round; true paraphrases pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

Run = Callable[[str, str, str], Finding]
SOLD = "It sold its Paris office in 2021."

FALSE = [
    (SOLD, "It is false that it sold its Paris office in 2021."),
    (SOLD, "It is not true that it sold its Paris office in 2021."),
    (SOLD, "The company denies that it sold its Paris office in 2021."),
    (SOLD, "The company denied having sold its Paris office in 2021."),
    (SOLD, "That it sold its Paris office in 2021 was denied."),
    (SOLD, "The sale of its Paris office in 2021 was denied."),
    (SOLD, "It sold its Paris office in 2021, the paper wrote. This was later denied."),
    (SOLD, "The claim that it sold its Paris office in 2021 is false."),
    (SOLD, "It did not sell its Paris office in 2021."),
    (SOLD, "It didn’t sell its Paris office in 2021."),
    (SOLD, "It will not sell its Paris office in 2021."),
    (SOLD, "It never sold its Paris office in 2021."),
    (SOLD, "It failed to sell its Paris office in 2021."),
    (SOLD, "In 2021 it was unable to sell its Paris office."),
    (SOLD, "It sold all of its offices in 2021 except Paris."),
    (SOLD, "The sale of its Paris office in 2021 fell through."),
    (SOLD, "The sale of its Paris office in 2021 was cancelled."),
    (SOLD, "He lied that it sold its Paris office in 2021."),
    (SOLD, "It was falsely reported that it sold its Paris office in 2021."),
    ("It did not sell its Paris office in 2021.", SOLD),
    ("The pump works with electricity.", "The pump works without electricity."),
    ("Employees received a bonus.", "No employee received a bonus."),
    ("The bridge is open to lorries.", "The bridge is no longer open to lorries."),
    ("Das Büro in Paris wurde 2021 verkauft.", "Das Büro in Paris wurde 2021 nicht verkauft."),
    ("Das Büro in Paris wurde 2021 verkauft.", "Es ist falsch, dass das Büro in Paris 2021 verkauft wurde."),
    ("Die Firma hat einen Hund.", "Die Firma hat keinen Hund."),
    ("La oficina de París se vendió en 2021.", "La oficina de París no se vendió en 2021."),
    ("La oficina de París se vendió en 2021.", "Es falso que la oficina de París se vendió en 2021."),
    ("Le bureau de Paris a été vendu en 2021.", "Le bureau de Paris n'a pas été vendu en 2021."),
    ("公司在2021年出售了巴黎办公室。", "公司在2021年没有出售巴黎办公室。"),
    ("公司在2021年出售了巴黎办公室。", "公司否认在2021年出售了巴黎办公室。"),
]

TRUE = [
    ("The board cancelled the sale of its Paris office.", "The sale of its Paris office was cancelled by the board."),
    ("The minister denied the report.", "The report was denied by the minister."),
    (SOLD, "In 2021, the company sold its office in Paris."),
    (SOLD, "It sold its Paris office in 2021, not its Rome office."),
    (SOLD, "It sold its Paris office in 2021 but did not sell its Rome office."),
    (SOLD, "It is true that it sold its Paris office in 2021. It never opened one in Oslo."),
    ("It sold its Rome office.", "It did not sell its Paris office, but it sold its Rome office."),
    ("Employees did not receive a bonus.", "No employee received a bonus."),
    ("It did not sell its Paris office.", "It failed to sell its Paris office."),
    ("It never sold its Paris office.", "It did not sell its Paris office."),
    ("It denied the sale of its Paris office.", "The company denied that it sold its Paris office."),
    ("Smoking is forbidden in the hall.", "Smoking is not allowed in the hall."),
    ("The pump works without electricity.", "The pump does not need electricity to work."),
    ("The device weighs 5 kg.", "The device weighs 5 kg without its battery case."),
    ("The fee covers food and lodging.", "The fee covers not only food but also lodging."),
    ("Dogs are allowed in the park.", "There is no doubt that dogs are allowed in the park."),
    ("He stayed at home.", "He stayed at home because he did not feel well."),
    ("The midday rest was abolished in 2024.", "There is no longer a midday rest since 2024."),
    ("At most five nights in a row are allowed.", "Nobody may work more than five nights in a row."),
    ("Das Büro in Paris wurde verkauft.", "Das Büro in Paris wurde verkauft, das in Rom nicht."),
    ("La oficina de París se vendió.", "Sin embargo, la oficina de París se vendió."),
    ("Le bureau de Paris a été vendu.", "Le bureau de Paris a été vendu, celui de Rome ne l'a pas été."),
    ("升温速度最多每分钟3℃。", "升温速度不应超过每分钟3℃。"),
    ("公司出售了巴黎办公室。", "公司不仅出售了巴黎办公室,还出售了罗马办公室。"),
]


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_turned_polarity_is_vetoed_as_a_contradiction(veto: Run, claim: str, evidence: str) -> None:
    finding = veto("polarity", claim, evidence)
    assert [v.name for v in finding.vetoes] == ["polarity"]
    assert finding.contradicts


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_true_paraphrase_is_not_vetoed(veto: Run, claim: str, evidence: str) -> None:
    assert veto("polarity", claim, evidence).vetoes == ()
