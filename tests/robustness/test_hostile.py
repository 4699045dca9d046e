"""The files made to hurt: 150, the same for a seed; each of the small ones costs only itself."""

from __future__ import annotations

from eval.robustness.hostile import GOAL, WRONG, read
from eval.robustness.hostile_files import hostile_files

FEW = 4


def test_there_are_150_with_names_of_their_own_and_they_replay() -> None:
    made = hostile_files(7)
    assert len({name for name, _, _ in made}) == len(made) == GOAL
    assert made == hostile_files(7)
    assert made != hostile_files(8)


def test_small_ones_are_read_or_refused_with_a_named_state_and_good_files_go_on() -> None:
    small = [file for file in hostile_files(7) if len(file[2]) < 2_000][:FEW]
    statuses, good, _ = read(small)
    assert good == 1
    found = [state for counts in statuses.values() for state in counts.elements()]
    assert len(found) == FEW
    assert not set(found) & set(WRONG)
