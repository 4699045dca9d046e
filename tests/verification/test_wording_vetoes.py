"""Opposites, identifiers and quotations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcite.verification.vetoes import Finding

Run = Callable[[str, str, str], Finding]

FALSE = [
    ("antonym", "Prices rose in 2021.", "Prices fell in 2021."),
    ("antonym", "The board approved the plan.", "The board rejected the plan."),
    ("antonym", "Visitors must register before the tour.", "Visitors must register after the tour."),
    ("antonym", "The fee is higher for members.", "The fee is lower for members."),
    ("antonym", "Helmets are mandatory on site.", "Helmets are optional on site."),
    ("antonym", "It is the largest lake of the region.", "It is the smallest lake of the region."),
    ("antonym", "The shop is open on holidays.", "The shop is closed on holidays."),
    ("antonym", "Der Antrag wurde im Juni genehmigt.", "Der Antrag wurde im Juni abgelehnt."),
    ("antonym", "会议批准了计划。", "会议拒绝了计划。"),
    ("identifier", "The PX-220 weighs 5 kg.", "The PX-221 weighs 5 kg."),
    ("identifier", "The PX-220 weighs 5 kg.", "The pump weighs 5 kg."),
    ("identifier", "Version v2.1.3 is out.", "Version v2.1.4 is out."),
    ("identifier", "Write to info@example.org.", "Write to help@example.org."),
    ("identifier", "Room B12 is free.", "Room B21 is free."),
    ("identifier", "The part is called AB12C.", "The part is called AB12D."),
    ("name", "The court sat in Oslo.", "The court sat in Bergen."),
    ("name", "The freezer belongs to Ruth and Gwen.", "The freezer belongs to Ruth and Bram."),
    ("name", "It was founded by Harald Moen.", "It was founded by Ingrid Moen."),
    ("name", "La empresa abrió en Sevilla.", "La empresa abrió en Granada el año pasado."),
    ("quotation", "He said “we will never close it”.", "He said “we will close it”."),
    ("quotation", 'The report calls it "a very serious failure".', "The report calls it a failure, a serious one."),
    ("quotation", "Er sagte: „Wir schließen das Werk nie.“", "Er sagte: „Wir schließen das Werk.“"),
    ("quotation", "Il a dit « nous ne fermerons jamais ».", "Il a dit « nous fermerons »."),
    ("quotation", "他说“我们永远不会关闭”。", "他说“我们会关闭”。"),
    ("quotation", "He said “we will … sell it all”.", "He said “sell it all, we will”."),
]
TRUE = [
    ("antonym", "Prices rose in 2021.", "Prices increased in 2021."),
    ("antonym", "Prices rose in 2021.", "Prices did not fall in 2021."),
    ("antonym", "Prices rose in 2021.", "Prices rose in 2021 and fell in 2022."),
    ("antonym", "The board approved the plan.", "The plan was approved after the first vote."),
    ("antonym", "The fee is higher for members.", "For members, the fee is higher; guests pay a lower one."),
    ("antonym", "Die Firma hat mehr Mitarbeiter.", "Die Firma hat mehr Mitarbeiter und weniger Büros."),
    ("identifier", "The PX-220 weighs 5 kg.", "PX-220: 5 kg"),
    ("identifier", "The PX 220 weighs 5 kg.", "The PX-220 weighs 5 kg."),
    ("identifier", "The px-220 weighs 5 kg.", "The PX-220 weighs 5 kg."),
    ("identifier", "Version v2.1.3 is out.", "We released v2.1.3 today."),
    ("identifier", "It cost EUR500.", "It cost 500 euros."),
    ("identifier", "It closed on 03.03.2021.", "It closed on 3 March 2021."),
    ("identifier", "Room B12 is free.", "Rooms B12 and B13 are free."),
    ("name", "The court sat in Oslo.", "The OSLO court sat."),
    ("name", "The report came from the WHO.", "The World Health Organization published the report."),
    ("name", "The report came from the World Health Organization.", "The WHO published the report."),
    ("name", "The ship sailed to Norway.", "The ship sailed to a Norwegian port."),
    ("name", "Bergen was chosen.", "The city was chosen."),
    ("quotation", "He said “we will never close it”.", "He said: ‘we will never\nclose it’, twice."),
    ("quotation", "He said “We will never close it.”", "And we will never close it, he said."),
    ("quotation", "The so-called “smart meter” failed.", "The meter failed."),
    ("quotation", "He said “we will … sell it all”.", "He said “we will wait and then sell it all”."),
    ("quotation", "He said “we [the firm] will never close it”.", "He said “we will never close it”."),
    ("quotation", "Er sagte: „Wir schließen das Werk nie.“", "„Wir schließen das Werk nie“, sagte er."),
    ("quotation", "It says “see note (1) below for details”.", "It says see note [1] below for details."),
    ("quotation", "他说“我们永远不会关闭”。", "他说：「我们永远不会关闭」。"),
    ("quotation", "It’s the dogs’ park, isn’t it, he’d say.", "It is a park."),
]


@pytest.mark.parametrize(("name", "claim", "evidence"), FALSE)
def test_a_changed_word_is_vetoed(veto: Run, name: str, claim: str, evidence: str) -> None:
    assert veto(name, claim, evidence).vetoes


@pytest.mark.parametrize(("name", "claim", "evidence"), TRUE)
def test_the_same_in_other_words_passes(veto: Run, name: str, claim: str, evidence: str) -> None:
    assert veto(name, claim, evidence).vetoes == ()
