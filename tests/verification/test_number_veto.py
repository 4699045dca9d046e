"""Numbers: the same however written, and never another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

Run = Callable[[str, str, str], Finding]

TRUE = [
    ("The firm has 1,200 employees.", "The firm has 1.2 thousand employees."),
    ("The firm has 1,200 employees.", "The firm has twelve hundred employees."),
    ("The firm has 1 200 employees.", "The firm has 1,200 employees."),
    ("Die Firma hat 1.200 Mitarbeiter.", "Die Firma hat zwölfhundert Mitarbeiter, die in Köln arbeiten."),
    ("La empresa tiene 1.200 empleados.", "La empresa tiene mil doscientos empleados en la ciudad."),
    ("L'entreprise a 1 200 employés.", "L'entreprise a mille deux cents employés dans la ville."),
    ("公司有1200名员工。", "公司有一千二百名员工。"),
    ("Prices rose by 5 %.", "Prices rose by five percent."),
    ("Prices rose by 5 percent.", "Prices rose by 5%."),
    ("利率是5%。", "利率是百分之五。"),
    ("Half of the members voted.", "50 % of the members voted."),
    ("Two thirds of the members voted.", "66.7% of the members voted."),
    ("A third of the members voted.", "33 % of the members voted."),
    ("It weighs 1.5 kg.", "It weighs 1,500 g."),
    ("The trip takes 90 minutes.", "The trip takes 1.5 hours."),
    ("It cost 3 million euros.", "It cost €3,000,000."),
    ("It cost $5M.", "It cost five million dollars."),
    ("The meeting is at 2:30 p.m.", "The meeting is at 14:30."),
    ("Sitzung um 15 Uhr.", "Die Sitzung ist um 15.00 Uhr im Saal."),
    ("It is on the third floor.", "It is on the 3rd floor."),
    ("The total is 30 euros.", "The ticket costs 10 euros and the meal 20 euros."),
    ("Sales rose by 20 units.", "Sales went from 100 units to 120 units."),
    ("About 12,000 people came.", "12,345 people came."),
    ("The contract ran for 3 years.", "The contract ran from 2018 to 2021."),
    ("It has three offices.", "It has offices in Paris, Rome and Oslo."),
    ("Between 10 and 12 kg are allowed.", "10–12 kg are allowed."),
    ("More than 500 people came.", "Exactly 512 people came."),
    ("The fee is 25 euros.", "The fee is twenty-five euros, and 3 euros for children."),
    ("Es kamen fünfundzwanzig Leute.", "Es kamen 25 Leute zu dem Fest."),
    ("One of the offices was sold.", "An office was sold."),
    ("Second, the office was sold.", "The office was sold."),
    ("It was sold in 2021.", "It was sold on 3 March 2021."),
    ("The rise is limited to no more than 4%.", "The rise may not exceed 4% in any year."),
    ("Ice of no less than 12 cm is needed.", "Ice must be at least 12 cm thick."),
    ("Es kostet 3,50 €.", "Der Preis ist 3.50 € und wird nicht erhöht."),
    ("面积是3.5万平方米。", "面积是35000平方米。"),
]

FALSE = [
    ("The firm has 1,200 employees.", "The firm has 1,300 employees."),
    ("The firm has 1,200 employees.", "The firm has 120 employees."),
    ("The firm has 12 employees.", "The firm has 1,200 employees."),
    ("Prices rose by 5 %.", "Prices rose by 6 %."),
    ("Prices rose by 5 percent.", "Prices rose by 5 percentage points."),
    ("It weighs 5 kg.", "It weighs 5 g."),
    ("It weighs 5 kg.", "It is 5 km away."),
    ("The fee is 500 euros.", "The fee is 500 dollars."),
    ("The fee is 500 euros.", "There are 500 members."),
    ("It cost 3 million euros.", "It cost 3 billion euros."),
    ("The meeting is at 2:30 p.m.", "The meeting is at 2:30 a.m."),
    ("It is on the third floor.", "It is on the fourth floor."),
    ("At least 50 members must vote.", "At most 50 members must vote."),
    ("The firm has 3 managers and 5 drivers.", "The firm has 5 managers and 3 drivers."),
    ("Half of the members voted.", "A third of the members voted."),
    ("It was sold in 2020.", "It was sold in 2021."),
    ("It was sold in 2021.", "It was sold."),
    ("Es kamen fünfundzwanzig Leute.", "Es kamen zweiundfünfzig Leute zu dem Fest."),
    ("La empresa tiene 1.200 empleados.", "La empresa tiene mil trescientos empleados."),
    ("L'entreprise a 80 employés.", "L'entreprise a quatre-vingt-dix employés."),
    ("公司有1200名员工。", "公司有一千三百名员工。"),
    ("每月加班不得超过46小时。", "每月加班不得超过三十六小时。"),
    ("报销单应在六十日内提交。", "报销单应在费用发生后三十日内提交。"),
    ("It has four offices.", "It has offices in Paris, Rome and Oslo."),
    ("It has five offices.", "It has three offices and two shops."),
    ("The temperature was -5 °C.", "The temperature was 5 °C."),
    ("It lasts 2 weeks.", "It lasts 2 months."),
    ("Sitzung um 15 Uhr.", "Die Sitzung ist um 16.00 Uhr im Saal."),
    ("About 13,000 people came.", "12,345 people came."),
    ("The rise is limited to no more than 6%.", "The rise may not exceed 4% in any year."),
    ("The level is 9.0 µg/L.", "The level is 9.0 mg/L at all sites."),
    ("The poet lived from 1770 to 1851.", "The poet (1770-1850) lived in the north."),
]


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_number_that_is_there_passes_however_it_is_written(veto: Run, claim: str, evidence: str) -> None:
    assert veto("number", claim, evidence).vetoes == ()


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_a_number_that_is_not_there_is_vetoed(veto: Run, claim: str, evidence: str) -> None:
    assert veto("number", claim, evidence).vetoes


@pytest.mark.parametrize(
    ("claim", "evidence", "name"),
    [
        ("The total is 30 euros.", "The ticket costs 10 euros and the meal 20 euros.", "sum"),
        ("Sales rose by 20 units.", "Sales went from 100 units to 120 units.", "difference"),
        ("About 12,000 people came.", "12,345 people came.", "rounded"),
        ("It has three offices.", "It has offices in Paris, Rome and Oslo.", "listed"),
    ],
)
def test_a_derivation_is_named(veto: Run, claim: str, evidence: str, name: str) -> None:
    (derivation,) = veto("number", claim, evidence).derivations
    assert name in derivation


def test_another_figure_for_the_same_thing_is_a_contradiction(veto: Run) -> None:
    finding = veto("number", "The firm has 1,200 employees.", "The firm has 1,300 employees.")
    assert finding.contradicts
    assert finding.vetoes[0].detail == "1,200 employees is not in the source, which says 1,300 employees"
    assert not veto("number", "The firm has 1,200 employees.", "The firm has employees.").contradicts
