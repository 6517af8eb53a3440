"""``playbook test``: every scenario with what differs, and an exit code that CI can trust."""

from xml.etree import ElementTree

import pytest

from tests.commands.workplace import SCENARIOS, Workplace
from tests.engines import ENGINES

FAILING = """\
scenario: "a name with <signs> & “quotes”"
as_of: 2026-11-20
account: {surveys: [{id: S-1, on: 2026-11-01, kind: overall, score: 69}]}
expect:
  light: green
  warnings: {satisfaction_low: none}
"""


def test_each_scenario_is_marked_and_counted(at: Workplace) -> None:
    answer = at.run("test", "small")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "✓ below the floor the light is yellow  small/tests/satisfaction.yaml:2",
        "✓ on the floor it is not  small/tests/satisfaction.yaml:6",
    ]
    assert answer.stderr == "\n2 passed\n"


def test_a_failed_one_shows_every_difference_with_its_place(at: Workplace) -> None:
    at.write("small/tests/wrong.yaml", FAILING)
    answer = at.run("test", "small")
    assert answer.exit_code == 1
    assert "✗ a name with <signs> & “quotes”  small/tests/wrong.yaml:1" in answer.stdout
    assert "    small/tests/wrong.yaml:5:10: PB806 light: expected `green`, found `yellow`" in answer.stdout
    assert "    small/tests/wrong.yaml:6:" in answer.stdout
    assert answer.stderr == "\n2 passed, 1 failed\n"


def test_a_mistyped_name_does_not_pass_as_none(at: Workplace) -> None:
    at.write("small/tests/wrong.yaml", FAILING.replace("satisfaction_low", "satisfaction_lo"))
    answer = at.run("test", "small", "--run", "name")
    assert "    small/tests/wrong.yaml:6:14: PB201 the playbook has no warning `satisfaction_lo`" in answer.stdout
    assert "hint: did you mean `satisfaction_low`?" in answer.stdout


def test_quiet_shows_only_what_failed(at: Workplace) -> None:
    at.write("small/tests/wrong.yaml", FAILING)
    answer = at.run("test", "small", "--quiet")
    assert answer.stdout.startswith("✗")
    assert (answer.stdout.count("✓"), answer.stderr) == (0, "")


def test_an_expression_chooses_among_names(at: Workplace) -> None:
    answer = at.run("test", "small", "--run", "^on .* floor")
    assert answer.stdout.startswith("✓ on the floor")
    assert answer.stderr == "\n1 passed\n"


def test_no_scenarios_at_all_is_said_and_no_failure(at: Workplace) -> None:
    (at.folder / "small/tests/satisfaction.yaml").unlink()
    answer = at.run("test", "small", "--quiet")
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert answer.stderr == "no scenarios: nothing was tested (small)\n"


def test_several_playbooks_are_tested_in_one_go(at: Workplace) -> None:
    at.write("other/playbook.yaml", (at.folder / "small/playbook.yaml").read_text())
    for language in ("zh", "en"):
        at.write(f"other/templates/renewal.{language}.md", "x")
    at.write("other/tests/one.yaml", SCENARIOS)
    assert at.run("test", "small", "other").stderr == "\n4 passed\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_can_be_asked(at: Workplace, engine: str) -> None:
    assert at.run("test", "small", "--engine", engine).exit_code == 0


def test_junit_says_the_same_in_xml(at: Workplace) -> None:
    at.write("small/tests/wrong.yaml", FAILING)
    answer = at.run("test", "small", "--junit", "reports/junit.xml")
    assert answer.exit_code == 1
    (suite,) = ElementTree.parse(at.folder / "reports/junit.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("small", "3", "1")
    failed = [each for each in suite if len(each)]
    assert [each.get("name") for each in failed] == ["a name with <signs> & “quotes”"]
    assert "small/tests/wrong.yaml:5:10: PB806 light: expected `green`, found `yellow`" in (failed[0][0].text or "")


def test_required_figures_take_their_examples(at: Workplace) -> None:
    playbook = (at.folder / "small/playbook.yaml").read_text()
    at.write("small/playbook.yaml", playbook + "parameters: {share: {required: true, example: 20%}}\n")
    assert at.run("test", "small").exit_code == 0
