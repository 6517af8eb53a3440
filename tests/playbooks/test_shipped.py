"""What ships must be beyond reproach: clean, proven at its figures, and fit to be sent in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import Struct
from msgspec.structs import astuple

from engine import ActionPlan, check_playbook, load_playbook
from engine.documents.document import plain
from engine.language.entry import Entry
from engine.language.playbook import Playbook
from engine.language.values import LANGUAGES, Text, Texts
from engine.messages.layout import html_of, mail_of
from engine.proving.scenarios import Scenario, read_scenarios, run_scenario
from tests.playbooks.shelf import HANDBOOK, RAVENSTACK, ROOT, all_example_plans, compiled, example_plans

ROWS = {f"H-{number:02}" for number in range(1, 19)}
"""The rows of the handbook."""

SHIPPED = [*sorted(each for each in (ROOT / "playbooks").iterdir() if each.is_dir()), RAVENSTACK / "playbook"]
PROVED = ("warnings", "cadence", "rules", "classes", "plays", "content")
CJK = re.compile(r"[\u3000-\u9fff]")
RAW = re.compile(r"\{\{|\}\}|\{%|%\}|\$\w|\b[a-z]+_[a-z_]+\b|\bNone\b|\bnull\b|\bUNSET\b")


def entries(playbook: Playbook) -> Iterator[tuple[str, Entry]]:
    for section in PROVED:
        for name, entry in getattr(playbook, section).items():
            yield f"{section}.{name}", entry


def scenarios(playbook: Path) -> list[Scenario]:
    folder = playbook if playbook.is_dir() else playbook.parent
    found, problems = read_scenarios(folder / "tests")
    assert not problems, "\n".join(map(str, problems))
    return found


def expectations(playbook: Path, part: str) -> Iterator[tuple[str, Any]]:
    """What the scenarios expect of each entry named in a part of ``expect``."""
    for each in scenarios(playbook):
        yield from (plain(each.node)["expect"].get(part) or {}).items()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_shipped_playbook_has_no_problem(path: Path) -> None:
    found = [each for each in check_playbook(path) if each.severity in ("error", "warning")]
    assert not found, "\n".join(map(str, found))


ALL_SCENARIOS = [(path, each) for path in SHIPPED for each in scenarios(path)]


@pytest.mark.parametrize(
    ("path", "scenario"), ALL_SCENARIOS, ids=[f"{path.stem}: {each.name}" for path, each in ALL_SCENARIOS]
)
def test_a_scenario_comes_out_as_written(path: Path, scenario: Scenario) -> None:
    outcome = run_scenario(scenario, compiled(path))
    assert outcome.passed, "\n".join(map(str, outcome.differences))


def test_every_entry_of_the_handbook_is_stable_and_cites_its_row() -> None:
    for address, entry in entries(load_playbook(HANDBOOK)):
        assert entry.status == "stable", address
        assert entry.source in ROWS, address


def test_every_row_is_encoded_and_every_figure_has_a_source() -> None:
    playbook = load_playbook(HANDBOOK)
    assert {entry.source for _, entry in entries(playbook)} == ROWS
    assert all(each.source in ROWS for each in playbook.parameters.values())


def test_every_rule_has_a_scenario_where_it_fires_and_one_where_it_stays_quiet() -> None:
    fires, quiet = set(), set()
    for name, state in expectations(HANDBOOK, "warnings"):
        states = state.values() if isinstance(state, dict) else [state]
        (fires if set(states) - {"none"} else quiet).add(f"warnings.{name}")
    for part in ("actions", "grants"):
        for key, expected in expectations(HANDBOOK, part):
            (quiet if expected == "none" else fires).add(key.split("/")[0])
    playbook = load_playbook(HANDBOOK)
    rules = {address for address, _ in entries(playbook) if address.split(".")[0] in ("warnings", "cadence", "rules")}
    assert rules <= fires, rules - fires
    assert rules <= quiet, rules - quiet


def test_every_value_of_a_class_is_shown_by_a_scenario() -> None:
    shown = {
        (name, value)
        for name, expected in expectations(HANDBOOK, "classes")
        for value in (expected.values() if isinstance(expected, dict) else [expected])
        if isinstance(value, str)
    }
    for name, entry in load_playbook(HANDBOOK).classes.items():
        assert not [value for value in entry.values if (name, value) not in shown], name


def test_every_play_and_message_is_shown_by_a_scenario() -> None:
    playbook = load_playbook(HANDBOOK)
    started = {key.split("/")[1].split(".")[0] for key, _ in expectations(HANDBOOK, "actions") if "/" in key}
    assert set(playbook.plays) <= started
    sent = {(name, expected == "none") for name, expected in expectations(HANDBOOK, "messages")}
    assert sent >= {(name, quiet) for name in playbook.messages for quiet in (True, False)}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_is_there_in_both_languages(path: Path) -> None:
    for text in texts(load_playbook(path)):
        languages = {language for language, _ in text.by_language}
        assert languages == set(LANGUAGES), f"{text.place}: only {languages}"
        assert all(written for _, written in text.by_language), f"{text.place}: empty"


def texts(value: object) -> Iterator[Text | Texts]:
    """Every text for people that stands anywhere in a typed playbook."""
    if isinstance(value, Text | Texts):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, Struct):
        yield from texts(astuple(value))


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_message_of_the_examples_makes_its_sender_blush(language: str) -> None:
    found = [each for plan in all_example_plans(language, language) for each in plan.messages]
    assert {each.content for each in found} == set(load_playbook(HANDBOOK).messages)
    for each in found:
        assert each.locale == language
        for text in (each.subject or "", each.body):
            assert text.strip(), f"{each.content}: empty"
            assert not RAW.search(text), f"{each.content} shows `{RAW.search(text)}`:\n{text}"
        assert "\n\n\n" not in each.body, each.body
        assert not re.search(r"[ \t]+$|^ (?! )|(?<=\S)  ", each.body, re.MULTILINE), each.body
        assert not RAW.search(re.sub(r"<[^>]*>", "", html_of(each).partition("<body")[2])), html_of(each)
        assert "[[" not in html_of(each)
        assert mail_of(each)
        assert each.body.split("\n\n")[-1].count("\n") <= 2, f"the signature is glued to the text:\n{each.body}"


def test_who_reads_english_reads_no_chinese() -> None:
    plans = [plan for plan in example_plans("en-US").values() if plan.account and not CJK.search(plan.account.name)]
    assert plans
    for text in shown(plans):
        assert not CJK.search(OUR_NAMES.sub("", text)), text


with (ROOT / "examples" / "team.yaml").open(encoding="utf-8") as _team:
    OUR_NAMES = re.compile("|".join(each["name"] for each in yaml.safe_load(_team)["people"].values()))


def shown(plans: list[ActionPlan]) -> Iterator[str]:
    """Every text that a plan shows to a person, names of our own people left out."""
    for plan in plans:
        for action in plan.actions:
            yield from (action.title, *action.checklist, *(each.text for each in action.options))
        yield from (each.title for each in plan.warnings)
        yield from (each.label or "" for each in plan.classes.values())
        for message in plan.messages:
            yield from (message.subject or "", message.body)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_every_task_says_what_to_do(language: str) -> None:
    for name, plan in example_plans(language).items():
        for action in plan.actions:
            assert action.title, f"{name}: {action.address}"
            assert not RAW.search(action.title), f"{name}: {action.title}"
            assert action.due_at is not None, f"{name}: {action.address} has no due date"
            assert action.owner.person is not None, f"{name}: {action.address} has no owner"
