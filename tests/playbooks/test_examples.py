"""The plans of the example accounts are what their stories say (examples/README.md), figure by figure."""

import re
from typing import Any

import pytest
import yaml

from engine import ActionPlan
from tests.playbooks.shelf import ROOT, example_plans, written_accounts

with (ROOT / "tests" / "playbooks" / "expected.yaml").open(encoding="utf-8") as _file:
    EXPECTED: dict[str, dict[str, Any]] = yaml.load(_file, Loader=yaml.BaseLoader)


@pytest.fixture(params=EXPECTED, ids=EXPECTED)
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], ActionPlan]:
    """One account: what is expected of it, and its plan."""
    return EXPECTED[request.param], example_plans()[request.param]


def test_every_example_has_its_expectation_and_its_story() -> None:
    ids = [each["id"] for each in written_accounts()]
    told = re.findall(r"^\| (A-\d+) \|", (ROOT / "examples" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert ids == list(EXPECTED) == told == list(example_plans())
    assert len(ids) >= 30


def test_every_mail_address_is_marked_as_made_up() -> None:
    addresses = [contact["email"] for account in written_accounts() for contact in account.get("contacts", ())]
    assert addresses
    assert all(each.endswith(".example") for each in addresses)


def test_light(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    assert plan.light == expected["light"]
    assert plan.light_at_worst == expected.get("light_at_worst", expected["light"])
    assert plan.watch == (expected.get("watch") == "true")


def test_classes(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    for name in ("tier", "phase"):
        assert (plan.classes[name].value or "undecided") == expected[name]


def test_warnings(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    firing = [f"{each.id}/{each.item}" if each.item else each.id for each in plan.warnings if each.state == "firing"]
    assert sorted(firing) == sorted(expected.get("warnings", []))


def test_actions(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    found = {_step(each.address): f"{each.owner.person}{', overdue' if each.overdue else ''}" for each in plan.actions}
    wanted = {step: text.split(", ", 1) for step, text in expected.get("actions", {}).items()}
    assert found == {step: who for step, (_, who) in wanted.items()}
    for each in plan.actions:
        due = wanted[_step(each.address)][0]
        assert str(each.due_at).replace(" ", "T")[: len(due)] == due, each.address


def _step(address: str) -> str:
    _, rule, step, _, item, _ = address.split("/")
    return f"{rule}/{step}/{item}" if item else f"{rule}/{step}"


def test_messages(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    readers: dict[str, list[str]] = {}
    for each in plan.messages:
        readers.setdefault(each.content, []).append(each.to.contact or each.to.person or "")
    assert {content: " ".join(sorted(each)) for content, each in readers.items()} == expected.get("messages", {})


def test_gaps(case: tuple[dict[str, Any], ActionPlan]) -> None:
    expected, plan = case
    found = {each.rule for each in plan.gaps}
    assert found >= set(expected.get("gaps", []))
    assert bool(found) == ("gaps" in expected)
