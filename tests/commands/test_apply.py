"""``apply`` and ``plan --ledger``: what would change, and changing it; once, and only if all is as it was seen."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from engine.ledger.schema import applied_schema, changes_schema
from tests.commands.workplace import PLAYBOOK, Workplace, account

INPUT = ("--accounts", "accounts.jsonl", "--as-of", "2026-11-20")
CASES = Path(__file__).parent.parent / "cases" / "applying"
NOW = ("--now", "2026-11-20T18:00:00+08:00")


def apply(at: Workplace, *more: str, day: str = "2026-11-20") -> Result:
    return at.run("apply", "small", "--accounts", "accounts.jsonl", "--as-of", day, "--ledger", "l.db", *NOW, *more)


def changes(at: Workplace, *more: str, day: str = "2026-11-23") -> Result:
    return at.plan("--ledger", "l.db", *more, as_of=day)


def better(at: Workplace) -> None:
    """The account's survey is a good one now."""
    known: dict[str, Any] = account()
    known["surveys"][0]["score"] = 90
    at.accounts(known)


def test_a_run_is_told_in_a_line_and_where_the_chain_has_come_to(at: Workplace) -> None:
    answer = apply(at, "--language", "en")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.startswith("1 account: 3 new actions · 0 updated · 0 closed · 0 unchanged | ")
    assert "head: sha256:" in answer.stderr
    report = json.loads(apply(at, "--language", "en", "--format", "json").stdout)
    assert (report["outcome"], report["counts"]["unchanged"], report["refused"]) == ("fine", 3, None)


def test_changes_have_marks_and_what_stays_is_counted(at: Workplace) -> None:
    apply(at, "--language", "en")
    better(at)
    answer = changes(at, "--language", "en")
    assert answer.exit_code == 0, answer.stderr
    assert "- 2026-11-24" in answer.stdout
    assert "(cause is" in answer.stdout
    assert "= 2 unchanged" in answer.stdout
    assert "got better" in answer.stdout
    (plan,) = json.loads(changes(at, "--format", "json").stdout)
    assert [each["closing"] for each in plan["actions"] if each["state"] == "closing"] == ["cause_ended"]
    assert [each["reason"] for each in plan["ended"]] == ["cause_ended"]


def test_saved_changes_are_applied_once_and_not_after_an_input_moved(at: Workplace) -> None:
    apply(at)
    assert changes(at, "--out", "c.plan").exit_code == 0
    better(at)
    answer = at.run("apply", "c.plan", "--ledger", "l.db", *NOW)
    assert (answer.exit_code, answer.stderr) == (1, (CASES / "input_moved" / "problems.txt").read_text("utf-8"))
    assert changes(at, "--out", "c.plan").exit_code == 0
    assert at.run("apply", "c.plan", "--ledger", "l.db", *NOW).exit_code == 0
    answer = at.run("apply", "c.plan", "--ledger", "l.db", *NOW)
    assert (answer.exit_code, "written to the ledger since" in answer.stderr) == (1, True)


def test_a_changed_playbook_is_named(at: Workplace) -> None:
    apply(at)
    changes(at, "--out", "c.plan")
    at.write("small/playbook.yaml", PLAYBOOK.replace("below: 70", "below: 71"))
    answer = at.run("apply", "c.plan", "--ledger", "l.db", *NOW)
    assert answer.exit_code == 1
    assert "the playbook has changed since" in answer.stderr


def test_a_large_change_is_refused_with_the_accounts_it_is_about(at: Workplace) -> None:
    many = [account() | {"id": f"A-{number}"} for number in range(12)]
    at.accounts(*many)
    apply(at)
    at.accounts(
        *(each | {"surveys": [{"id": "S-1", "on": "2026-11-01", "score": 90}], "contracts": []} for each in many)
    )
    assert "--allow-large" in changes(at).stderr
    answer = apply(at, "--format", "json", day="2026-11-23")
    assert answer.exit_code == 1
    valid(applied_schema(), answer.stdout)
    assert json.loads(answer.stdout)["refused"]["closing"] == [f"A-{number}" for number in range(12)]
    assert apply(at, "--allow-large", day="2026-11-23").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("apply", "small", "--ledger", "l.db"), "needs `--accounts` and `--as-of`"),
        (("apply", "c.plan", "--as-of", "2026-11-20", "--ledger", "l.db"), "give `--ledger` alone"),
        (("plan", "small", *INPUT, "--ledger", "no.db"), "no ledger here"),
        (("plan", "small", *INPUT, "--out", "c.plan"), "give `--ledger`"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told(at: Workplace, arguments: tuple[str, ...], told: str) -> None:
    apply(at)
    changes(at, "--out", "c.plan") if "c.plan" in arguments and arguments[0] == "apply" else None
    answer = at.run(*arguments)
    assert answer.exit_code == 2
    assert told in answer.stderr


def test_programs_read_what_their_schemas_say(at: Workplace) -> None:
    apply(at)
    better(at)
    assert changes(at, "--out", "c.plan").exit_code == 0
    valid(changes_schema(), (at.folder / "c.plan").read_text("utf-8"))
    valid(applied_schema(), at.run("apply", "c.plan", "--ledger", "l.db", *NOW, "--format", "json").stdout)
    at.write("accounts.jsonl", "{}")
    failed = apply(at, "--format", "json")
    assert failed.exit_code == 3
    valid(applied_schema(), failed.stdout)


def valid(schema: dict[str, Any], written: str) -> None:
    Draft202012Validator(schema).validate(json.loads(written))


def test_why_an_action_is_planned_has_the_digits_of_the_plan(at: Workplace) -> None:
    """Another warning's threshold stands between the score and what it would be rounded to."""
    at.write(
        "small/playbook.yaml", PLAYBOOK.replace("when: {budget_status: frozen}", "when: {satisfaction: {below: 50.14}}")
    )
    at.accounts(account(surveys=[{"id": "S-1", "on": "2026-11-01", "kind": "overall", "score": 50.1412}]))
    apply(at)
    listed = at.run("actions", "list", "--ledger", "l.db", *NOW, "--format", "json")
    work = [each["work"]["action"] for each in json.loads(listed.stdout)["actions"]]
    (call,) = [each["id"] for each in work if "satisfaction_low" in each["address"]]
    told = at.run("actions", "show", call, "--ledger", "l.db", *NOW, "--language", "en").stdout
    assert "found 50.141 points" in told


def test_whose_work_is_asked_for_by_id_or_name(at: Workplace) -> None:
    at.write("team.yaml", "people: {wang_fang: {name: 王芳, roles: [account_manager]}, li: {name: 李雷}}\n")
    apply(at, "--team", "team.yaml")

    def listed(*asked: str) -> Result:
        return at.run("actions", "list", "--ledger", "l.db", *NOW, "--format", "json", *asked)

    found = [json.loads(listed("--owner", each).stdout)["actions"] for each in ("wang_fang", "王芳", "李雷")]
    assert found[0] == found[1] and [len(each) for each in found] == [3, 3, 0]
    for asked, said in (
        (("--owner", "王方"), "the ledger knows nobody `王方`: known: li, wang_fang, 李雷, 王芳"),
        (("--account", "A-9"), "the ledger has no account `A-9`: did you mean `A-1`?"),
    ):
        told = listed(*asked)
        assert told.exit_code == 2 and said in told.stderr
