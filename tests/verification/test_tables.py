"""Each veto against its table: false sentences that it must stop, true ones that every veto must let through.

The part `held` was written before the vetoes were tried on it and is only counted, so that nobody mends a veto for it.
"""

from __future__ import annotations

from collections import Counter

import pytest

from eval.vetoes import Case, cases, stopped_by

CASES = cases()
# What the tables show and no rule knows yet; a case that passes after all fails here, and is taken out.
KNOWN_MISSES = frozenset(
    {
        ("modality", "The trustees extended the lease in June."),
        ("subject", "Line 4A takes 40 minutes."),
        ("subject", "Lunch is served at 7:30."),
        ("subject", "Room A measures 22 square metres."),
        ("subject", "The AV-20 weighs 6 kg."),
    }
)
LEAST_HELD_STOPPED, LEAST_HELD_SURVIVING = 0.9, 0.9


def is_right(case: Case) -> bool:
    return bool(stopped_by(case.claim, case.evidence, case.language)) == case.stop


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.held], ids=lambda case: f"{case.veto}: {case.claim}"
)
def test_false_sentences_are_stopped_and_true_ones_survive(case: Case) -> None:
    assert is_right(case) == ((case.veto, case.claim) not in KNOWN_MISSES)


def test_the_held_part_is_stopped_and_survives_nearly_as_often() -> None:
    held = [(case, is_right(case)) for case in CASES if case.held]
    missed = Counter(f"{case.veto} {'stop' if case.stop else 'keep'}" for case, right in held if not right)
    print("held cases missed, by veto:", dict(missed))
    for stop, least in ((True, LEAST_HELD_STOPPED), (False, LEAST_HELD_SURVIVING)):
        right = [found for case, found in held if case.stop == stop]
        assert sum(right) >= least * len(right), dict(missed)


def test_every_table_is_large_and_half_of_it_true() -> None:
    sizes = Counter(case.veto for case in CASES)
    true = Counter(case.veto for case in CASES if not case.stop)
    held = Counter(case.veto for case in CASES if case.held)
    assert min(sizes.values()) >= 40
    assert all(0.4 <= true[name] / size <= 0.6 and held[name] / size >= 0.3 for name, size in sizes.items())


@pytest.mark.parametrize("veto", ["number", "date", "polarity"])
@pytest.mark.parametrize("language", ["de", "es", "fr", "zh"])
def test_other_languages_have_ten_pairs_each(veto: str, language: str) -> None:
    assert sum(case.veto == veto and case.language == language for case in CASES) >= 10
