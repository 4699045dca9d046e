"""`ragcite calibrate` on real documents with the real judge: a threshold is found, used, shown and undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Ragcite

pytestmark = pytest.mark.journey

NAMES = ("harbour", "library", "orchard", "workshop", "clinic", "archive")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six notes of twelve facts each: enough sentences for a loose bound."""
    place = tmp_path / "notes"
    place.mkdir()
    for number, name in enumerate(NAMES, start=1):
        lines = [
            f"The {name} was opened in {1900 + 7 * number} by the parish council.",
            f"Visitors pay {number + 3} pounds on weekdays, and children enter free of charge.",
            f"The keys of the {name} are kept by the warden, who lives {number * 40} metres away.",
            f"Repairs of the roof may not begin before the first week of May {2020 + number}.",
            f"In winter the {name} closes at four, because the yard has no lamps.",
            f"The insurer of the {name} asked for two more smoke alarms in the cellar.",
            f"A committee of {number + 4} members decides about the use of the large room.",
            f"The old boiler was sold to a dealer from Hull for {number * 110} pounds.",
        ]
        (place / f"{name}.md").write_text(f"# The {name}\n\n" + " ".join(lines) + "\n", "utf-8")
    return place


def test_a_library_calibrates_itself_and_goes_back(ragcite: Ragcite, folder: Path) -> None:
    assert ragcite("ingest", folder).code == 0
    before = json.loads(ragcite("status", "--json").out)["checker"]
    done = ragcite("calibrate", "--alpha", "20", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert 0 < found["threshold"] < 1
    assert found["bound"] <= 0.2
    assert found["n"] + found["vetoed"] > 20
    after = json.loads(ragcite("status", "--json").out)["checker"]
    assert after["threshold"] == f"{found['threshold']:.3f}" != before["threshold"]
    assert "this library" in after["calibrated on"]
    assert "in force again" in ragcite("calibrate", "--reset").out
    assert json.loads(ragcite("status", "--json").out)["checker"] == before


def test_labelled_pairs_set_the_threshold_and_a_dry_run_changes_nothing(ragcite: Ragcite, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    text = "The {} hall seats {} people and was painted in spring by the janitor's cousin."
    with pairs.open("w", encoding="utf-8") as out:
        for n in range(60):
            evidence = text.format(("north", "south", "east")[n % 3], 40 + n)
            true = {"claim": f"The janitor's cousin painted the hall for {40 + n}.", "label": "supported"}
            false = {"claim": f"The janitor sold the hall for {40 + n} people.", "label": "unsupported"}
            for row in (true, false):
                out.write(json.dumps({**row, "evidence": evidence}) + "\n")
    done = ragcite("calibrate", pairs, "--alpha", "10", "--dry-run")
    assert done.code == 0, done.err
    assert "threshold" in done.out
    assert "Nothing was changed" in done.out
    assert not (tmp_path / "library" / "certificate.json").exists()


def test_too_few_pairs_and_bad_lines_say_what_to_do(ragcite: Ragcite, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"claim": "A.", "evidence": "B.", "label": "maybe"}\n', "utf-8")
    done = ragcite("calibrate", pairs)
    assert done.code == 2
    assert "line 1" in done.err
    pairs.write_text('{"claim": "The hall is red.", "evidence": "The hall is old.", "label": "unsupported"}\n', "utf-8")
    done = ragcite("calibrate", pairs)
    assert done.code == 2
    assert "takes 59 at least" in done.err


def test_a_certificate_of_another_judge_is_not_used(ragcite: Ragcite, folder: Path, tmp_path: Path) -> None:
    assert ragcite("ingest", folder).code == 0
    assert ragcite("calibrate", "--alpha", "20").code == 0
    file = tmp_path / "library" / "certificate.json"
    stored = json.loads(file.read_text("utf-8"))
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(json.dumps({**stored, "judge": "another"}), "utf-8")
    facts = json.loads(ragcite("status", "--json").out)["checker"]
    assert "another judge" in facts["calibration"]
    file.write_text("{", "utf-8")
    done = ragcite("verify", "-", text='{"id": 1, "claim": "The hall is red.", "evidence": "The hall is red."}\n')
    assert "certificate.json" in done.out + done.err
    assert "--reset" in done.out + done.err
