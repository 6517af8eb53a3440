"""``playbook schema``: the vocabulary at hand, and a schema that editors can use."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from engine.checking.editing import playbook_editor_schema
from engine.checking.vocabulary import topics
from engine.documents.document import plain
from engine.documents.reader import read_file
from engine.foundation.resources import data_folder
from tests.commands.workplace import Workplace, too_wide
from tests.playbooks.shelf import ROOT

FILES = sorted((ROOT / "playbooks").glob("*/*.yaml"))


def test_every_topic_can_be_shown_and_is_found_from_the_overview(at: Workplace) -> None:
    overview = at.run("schema").stdout
    for topic in topics().values():
        if "." not in topic.address:
            assert f"\n  {topic.address} " in overview
        assert topic.summary
    shown = at.run("schema", "metrics.latest").stdout
    assert shown.startswith("metrics.latest\n")
    assert "undecided" in shown
    assert too_wide(overview + shown) == []


def test_a_last_word_is_enough_and_an_unknown_one_gets_the_nearest(at: Workplace) -> None:
    assert "conditions.below" in at.run("schema", "below").stdout
    assert "problems.PB101" in at.run("schema", "PB101").stdout
    answer = at.run("schema", "warnings.lihgt")
    assert (answer.exit_code, "did you mean `warnings.light`?" in answer.stderr) == (2, True)


def test_a_kind_of_file_prints_its_schema(at: Workplace) -> None:
    assert json.loads(at.run("schema", "team").stdout)["title"] == "Team"
    for kind in sorted(each.name.removesuffix(".schema.json") for each in data_folder("schemas").iterdir()):
        Draft7Validator.check_schema(json.loads(at.run("schema", kind, "--editor").stdout))
    assert at.run("schema", "below", "--editor").exit_code == 2


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_an_editor_underlines_nothing_in_shipped_files(file: Path) -> None:
    document = read_file(file)[0]
    assert document is not None
    value = json.loads(json.dumps(plain(document), default=float))
    assert [each.message for each in Draft7Validator(playbook_editor_schema()).iter_errors(value)] == []


def test_an_editor_knows_overlays_and_underlines_slips() -> None:
    validator = Draft7Validator(playbook_editor_schema())
    overlay = {"extends": "handbook@1", "warnings": {"late": {"remove": True}, "low": {"do+": ["x"], "mutes-": "late"}}}
    assert list(validator.iter_errors(overlay)) == []
    assert len(list(validator.iter_errors({"warnings": {"low": {"lihgt": "red"}, "late": {"light": "blue"}}}))) == 2
    keys = playbook_editor_schema()["definitions"]["WarningRule"]["properties"]
    assert all(each.get("description") for each in keys.values())
