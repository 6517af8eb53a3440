"""``playbook show``: what is in force after all overlays, and where each value was written."""

import json

import pytest

from engine.documents.document import plain
from engine.documents.reader import read_document
from tests.commands.workplace import Workplace, too_wide

OVERLAY = """\
playbook: ours
extends: ./small
parameters:
  floor: {value: 70 points, dated: {2026-07-01: 75 points, 2027-01-01: 80 points}}
warnings:
  budget_frozen: {remove: true}
  satisfaction_low: {light: red, when: {satisfaction: {below: $floor}}}
"""


@pytest.fixture
def ours(at: Workplace) -> Workplace:
    at.write("ours.yaml", OVERLAY)
    return at


def test_each_line_says_where_it_was_written(ours: Workplace) -> None:
    lines = ours.run("show", "ours.yaml", "satisfaction_low").stdout.splitlines()
    assert [line.split("  # ")[1] for line in lines if line.strip().startswith(("light:", "source:", "when:"))] == [
        "ours.yaml:7",
        "small/playbook.yaml:23",
        "small/playbook.yaml:27",
    ]
    assert lines[0].startswith("warnings:")


def test_what_is_shown_is_the_playbook_itself_and_fits_the_page(ours: Workplace) -> None:
    shown = ours.run("show", "ours.yaml").stdout
    again, problems = read_document(shown.encode(), "again.yaml")
    assert again is not None and problems == []
    assert plain(again) == json.loads(ours.run("show", "ours.yaml", "--format", "json").stdout)["document"]
    assert too_wide(shown) == []
    assert "budget_frozen" not in shown


def test_a_dated_figure_is_shown_as_of_a_day(ours: Workplace) -> None:
    answer = ours.run("show", "ours.yaml", "floor", "--as-of", "2026-11-20", "--format", "json")
    document = json.loads(answer.stdout)
    assert document["document"]["parameters"]["floor"] == {"value": "75 points"}
    assert document["origins"] == {"parameters.floor.value": "ours.yaml:4:49"}
    before = ours.run("show", "ours.yaml", "floor", "--as-of", "2026-01-01", "--format", "json")
    assert json.loads(before.stdout)["document"]["parameters"]["floor"] == {"value": "70 points"}


def test_an_unknown_entry_gets_the_nearest_name(ours: Workplace) -> None:
    answer = ours.run("show", "ours.yaml", "satisfacton_low")
    assert answer.exit_code == 2
    assert "did you mean `satisfaction_low`?" in answer.stderr


def test_a_broken_playbook_is_not_shown_but_told(ours: Workplace) -> None:
    ours.write("ours.yaml", OVERLAY.replace("floor}", "flor}").replace("light: red", "light: pink"))
    answer = ours.run("show", "ours.yaml")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "PB104" in answer.stderr
