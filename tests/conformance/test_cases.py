"""The cases of the spec: a rule that is said to be built and is not would make a playbook mean something else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from engine.documents.document import plain
from engine.foundation.problems import AccountFailed, PlaybookInvalid
from engine.inference.engines import EngineName
from engine.proving.scenarios import Scenario, own_playbook, plan_scenario, read_scenarios, run_scenario
from tests.engines import ENGINES, needs_durable

SPEC: Final = Path(__file__).parents[2] / "docs" / "spec"
SCENARIOS, PROBLEMS = read_scenarios(SPEC / "cases")

_RULE = re.compile(
    r"^## (?P<rule>\d(?:\.\d)?) .*\n\*(?P<status>Built in part|Built|Not yet)(?P<more>[^*]*)\*", re.MULTILINE
)
_HEADING = re.compile(r"^## (\d(?:\.\d)?) ", re.MULTILINE)
_CITED = re.compile(r"\d(?:\.\d)?")

CASES: Final = [pytest.param(each, id=f"{Path(each.place.file).stem}: {each.name}") for each in SCENARIOS]


def rules() -> dict[str, tuple[str, str]]:
    """Every numbered rule with its status, and what the status adds."""
    chapters = [path.read_text(encoding="utf-8") for path in sorted(SPEC.glob("[0-9]-*.md"))]
    found = [each for text in chapters for each in _RULE.finditer(text)]
    assert [each["rule"] for each in found] == [rule for text in chapters for rule in _HEADING.findall(text)]
    return {each["rule"]: (each["status"], each["more"]) for each in found}


def cited(scenario: Scenario) -> Iterator[str]:
    """The rules a case says it shows."""
    source = str(plain(scenario.node).get("source", ""))
    assert source.startswith("semantics "), scenario.name
    yield from _CITED.findall(source)


def test_every_file_of_cases_can_be_read() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scenario", CASES)
def test_case(scenario: Scenario, engine: EngineName) -> None:
    outcome = run_scenario(scenario, engine=engine)
    assert outcome.passed, "\n".join(str(each) for each in outcome.differences)


@needs_durable
@pytest.mark.parametrize("scenario", CASES)
def test_plans_do_not_say_which_engine_ran(scenario: Scenario) -> None:
    try:
        compiled = own_playbook(scenario)
        assert compiled is not None
        builtin = plan_scenario(scenario, compiled, "builtin")
    except (AccountFailed, PlaybookInvalid):
        return
    assert msgspec.json.encode(builtin) == msgspec.json.encode(plan_scenario(scenario, compiled, "durable"))


def test_names_of_cases_are_unique() -> None:
    names = [(each.place.file, each.name) for each in SCENARIOS]
    assert sorted(set(names)) == sorted(names)


def test_cases_cite_rules_that_are_built() -> None:
    known = {rule for rule, (status, _) in rules().items() if status != "Not yet"}
    assert {rule for each in SCENARIOS for rule in cited(each)} <= known


def test_every_rule_that_is_built_has_a_case() -> None:
    """Or names the tests that show it, where no plan can."""
    shown = {rule for each in SCENARIOS for rule in cited(each)}
    built = {rule for rule, (status, more) in rules().items() if status != "Not yet" and "shown by" not in more}
    assert built - shown == set()


def test_what_is_built_in_part_says_what_is_missing() -> None:
    assert [rule for rule, (status, more) in rules().items() if status == "Built in part" and len(more) < 10] == []
