"""The portfolio of 200 generated accounts: reproducible, planned whole, and rich enough to show all of the handbook."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from engine import ActionPlan, explain_account, explain_group, load_snapshots, plan_portfolio, read_context
from engine.commands.plan_files import as_ndjson
from engine.inference.engines import EngineName
from engine.messages.portfolio import rankings
from engine.planning.schema import explanation_schema, plan_schema
from engine.snapshots.schema import snapshot_schema
from scripts.portfolio.__main__ import AS_OF, COUNT, FOLDER, files
from scripts.portfolio.edges import EDGES, edge_of
from tests.engines import needs_durable
from tests.playbooks.shelf import compiled


@cache
def plans(engine: EngineName = "builtin") -> tuple[ActionPlan, ...]:
    """The plans of all accounts under the handbook; none may fail."""
    context = read_context(team=FOLDER / "team.yaml", exceptions=FOLDER / "exceptions.yaml", rates=FOLDER / "rates.csv")
    found = plan_portfolio(
        compiled(), lambda: load_snapshots(FOLDER / "accounts.jsonl"), as_of=AS_OF, context=context, engine=engine
    )
    planned = tuple(found)
    assert [str(each) for each in planned if not isinstance(each, ActionPlan)] == []
    return tuple(each for each in planned if isinstance(each, ActionPlan))


@cache
def ndjson(engine: EngineName = "builtin") -> tuple[bytes, ...]:
    return tuple(as_ndjson(plans(engine)))


def written() -> Iterator[dict[str, Any]]:
    for line in (FOLDER / "accounts.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def test_the_files_are_what_the_generator_writes() -> None:
    made = files()
    kept = {each.name: each.read_text("utf-8") for each in FOLDER.iterdir() if each.name != "README.md"}
    assert sorted(kept) == sorted(made)
    different = [name for name in made if made[name] != kept[name]]
    assert different == [], "write them anew: python -m scripts.portfolio"


def test_equal_seeds_give_equal_accounts_and_a_bigger_portfolio_begins_with_the_smaller() -> None:
    few, more = (files(seed=3, count=count)["accounts.jsonl"] for count in (40, 60))
    assert files(seed=3, count=40)["accounts.jsonl"] == few
    assert more.startswith(few)
    assert files(seed=4, count=40)["accounts.jsonl"] != few


def test_every_account_is_a_valid_snapshot_and_no_mail_can_arrive() -> None:
    valid = Draft202012Validator(snapshot_schema())
    ids = []
    for account in written():
        assert [error.message for error in valid.iter_errors(account)] == []
        assert all(each.get("email", ".example").endswith(".example") for each in account.get("contacts", ()))
        ids.append(account["id"])
    assert len(set(ids)) == COUNT


def test_every_special_case_is_there() -> None:
    there = {edge_of(number).id for number in range(1, COUNT + 1)}
    assert there == {each.id for each in EDGES} | {"none"}


@needs_durable
def test_both_engines_give_equal_bytes() -> None:
    assert ndjson("durable") == ndjson()


def test_every_plan_is_valid() -> None:
    valid = Draft202012Validator(plan_schema())
    assert [error.message for line in ndjson() for error in valid.iter_errors(json.loads(line))] == []


def test_every_explanation_is_valid() -> None:
    """Of a group, and of some of the accounts; the laws look at any."""
    valid, context = Draft202012Validator(explanation_schema()), read_context(team=FOLDER / "team.yaml")
    accounts = tuple(load_snapshots(FOLDER / "accounts.jsonl"))
    context = replace(context, rankings=rankings(compiled(), lambda: accounts, as_of=AS_OF, context=context))
    known = [explain_account(compiled(), each, as_of=AS_OF, context=context) for each in accounts[::25]]
    groups = [plan.group.name for plan in plans() if plan.group][:2]
    known += [explain_group(compiled(), lambda: accounts, each, as_of=AS_OF, context=context) for each in groups]
    for each in known:
        document = json.loads(msgspec.json.Encoder(decimal_format="number").encode(each))
        assert [error.message for error in valid.iter_errors(document)] == []


def test_every_light_and_every_value_of_a_class_is_to_be_seen() -> None:
    assert {each.light for each in plans()} == {each.light_at_worst for each in plans()} == {"red", "yellow", "green"}
    assert any(each.watch for each in plans())
    for name, entry in compiled().playbook.classes.items():
        found = [each.classes[name] for each in plans() if each.account]
        values = {item.value for each in found for item in (each.items or {"": each}).values()}
        assert set(entry.values) <= values, f"classes.{name}: give some account in scripts/portfolio the missing value"
    for name, score in compiled().playbook.scores.items():
        bands = {plan.scores[name].band for plan in plans() if name in plan.scores}
        assert set(score.bands or ()) <= bands, (
            f"scores.{name}: give some account in scripts/portfolio the missing band"
        )


def test_every_warning_and_every_rule_acts_somewhere() -> None:
    playbook = compiled().playbook
    on = {"firing", "pending"}  # in a first run what has to hold for a while is pending
    lit = {f"warnings.{each.id}" for plan in plans() for each in plan.warnings if each.state in on}
    acting = {each.rule for plan in plans() for each in (*plan.actions, *plan.grants)}
    wanted = {f"{kind}.{name}" for kind in ("warnings", "cadence", "rules") for name in getattr(playbook, kind)}
    silent = {rule for rule in wanted if rule not in (lit if rule.startswith("warnings.") else acting)}
    assert silent == set(), "let some account in scripts/portfolio show what these wait for"


APART = {
    ("warnings.renewal_unclear", "rules.renewal_letter"): "who is asked whether he goes on has not agreed to it",
    ("warnings.termination_threatened", "warnings.renewal_unclear"): "the apology asks for a chance, not for a renewal",
    ("warnings.termination_threatened", "rules.renewal_letter"): "who wants to leave has agreed to no renewal",
    ("warnings.termination_threatened", "rules.confirmation_letter"): "who wants to leave signs nothing meanwhile",
    ("warnings.termination_threatened", "rules.proposal_briefing"): "nobody sells beside an apology",
    ("warnings.termination_threatened", "warnings.satisfaction_low"): "what is wrong the customer has said",
    ("warnings.termination_threatened", "cadence.industry_report"): "who wants to leave reads no report of ours",
}
"""Rules whose letters one person must not get in one plan, and why."""


def test_nobody_gets_two_letters_that_do_not_go_together() -> None:
    for plan in plans():
        rules = {each.id: each.rule for each in plan.actions}
        for reader in {each.to.contact for each in plan.messages} - {None}:
            got = {rules[each.action] for each in plan.messages if each.to.contact == reader}
            both = [f"{pair}: {why}" for pair, why in APART.items() if got >= {*pair}]
            assert both == [], f"{plan.account}, {reader}"


def test_exceptions_hold_something_back() -> None:
    assert any("exception" in each.by for plan in plans() for each in plan.suppressed)


def test_no_message_leaves_a_blank_or_a_raw_variable() -> None:
    messages = [(plan.account.name if plan.account else "", each) for plan in plans() for each in plan.messages]
    assert {each.locale[:2] for _, each in messages} == {"zh", "en"}
    for name, each in messages:
        text = f"{each.subject} {each.body}".replace(name, "")  # there are odd ones: `{{ 工坊 }}`
        raw = [word for word in ("{{", "{%", "None", "UNSET", "“”") if word in text]
        assert raw == [], each
