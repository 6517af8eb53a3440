"""Whatever is handed in: a clear word with its place, the right exit code, no traceback, nothing half-written."""

import json
from typing import Final

import pytest

from engine.commands import ExitCode
from tests.commands.workplace import Workplace, account

PLAN: Final = ("--accounts", "accounts.jsonl", "--as-of", "2026-11-20")
EXPLAIN: Final = (*PLAN, "--account", "A-1")

PLAYBOOKS: Final = {
    "invalid UTF-8": (b"playbook: \xff\n", "PB001"),
    "too large": (b"#" * 2_000_000, "PB002"),
    "nested": (b"playbook: x\nmetrics: " + b"[" * 100_000, "PB003"),
    "broken YAML": (b"playbook: [\n", "PB004"),
    "a key that stands twice": (b"playbook: x\nplaybook: y\n", "PB005"),
    "an alias bomb": ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 10)), "PB006"),
    "no playbook": (b"- a list\n", "PB010"),
    "an unknown key": (b"playbook: x\nlocale: zh-CN\nwarnigns: {}\n", "PB101"),
    "an unknown name": (b"playbook: x\nlocale: zh-CN\nrules:\n  r: {when: {satisfacton: {below: 70}}}\n", "PB201"),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAYBOOKS)
@pytest.mark.parametrize(
    "command", [("check",), ("test",), ("plan", *PLAN), ("explain", *EXPLAIN)], ids=lambda each: each[0]
)
def test_a_broken_playbook_is_said_to_be_broken(at: Workplace, case: str, command: tuple[str, ...]) -> None:
    text, code = PLAYBOOKS[case]
    at.write("bad.yaml", text)
    answer = at.run(command[0], "bad.yaml", *command[1:])
    assert answer.exit_code == ExitCode.NOT_FINE
    said = answer.stdout if command[0] == "check" else answer.stderr
    assert f"error    {code}" in said
    assert said.startswith("bad.yaml\n")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("check", "nowhere"), "PB009"),
        (("test", "nowhere"), "PB009"),
        (("plan", "nowhere", *PLAN), "PB009"),
        (("explain", "nowhere", *EXPLAIN), "PB009"),
        (("check", "small/templates"), "PB010"),
        (("check",), "Missing argument 'PLAYBOOK...'"),
        (("check", "small", "--format", "xml"), "'xml' is not one of"),
        (("plan", "small", "--as-of", "2026-11-20"), "Missing option '--accounts'"),
        (("plan", "small", "--accounts", "accounts.jsonl"), "Missing option '--as-of'"),
        (("plan", "small", "--accounts", "nowhere.jsonl", "--as-of", "2026-11-20"), "PB009"),
        (("plan", "small", "--accounts", "small", "--as-of", "2026-11-20"), "the folder holds no .json file"),
        (("plan", "small", "--accounts", "utf16.jsonl", "--as-of", "2026-11-20"), "the file is UTF-16 text"),
        (("plan", "small", *PLAN, "--team", "nowhere.yaml"), "PB009"),
        (("plan", "small", *PLAN, "--team", "team.yaml"), "did you mean `name`?"),
        (("plan", "small", *PLAN, "--rates", "nowhere.csv"), "PB009"),
        (("plan", "small", *PLAN, "--rates", "rates.csv"), "PB807"),
        (("plan", "small", *PLAN, "--language", "fr"), "'fr' is not one of"),
        (("plan", "small", *PLAN, "--engine", "drools"), "'drools' is not one of"),
        (("plan", "small", *PLAN, "--account", "A-2"), "PB709"),
        (("plan", "small", *PLAN, "--out", "accounts.jsonl/x"), "accounts.jsonl/x: Not a directory"),
        (("explain", "small", *PLAN), "say which account, with `--account ID`, or which group, with `--group GROUP`"),
        (("explain", "small", *PLAN, "--account", "A-2"), "PB709"),
        (("explain", "small", *EXPLAIN, "satisfaction_lo"), "did you mean `warnings.satisfaction_low`?"),
        (("snapshot", "nowhere.yaml", "--as-of", "2026-11-20"), "PB009"),
        (("snapshot", "team.yaml", "--as-of", "2026-11-20"), "unknown key `people`"),
        (("test", "small", "--run", "["), "'[' is no regular expression"),
        (("test", "small", "--run", "no such"), "no scenario matches"),
    ],
    ids=lambda each: " ".join(each[:6]) if isinstance(each, tuple) else "",
)  # fmt: skip
def test_wrong_usage_and_unreadable_input_are_exit_2(at: Workplace, command: tuple[str, ...], says: str) -> None:
    at.write("utf16.jsonl", json.dumps(account()).encode("utf-16"))
    at.write("team.yaml", "people: {a: {nam: x}}\n")
    at.write("rates.csv", "date,from,to,rate\n2026-01-01,USD,CNY,seven\n")
    answer = at.run(*command)
    assert answer.exit_code == ExitCode.UNUSABLE
    assert says in answer.output


@pytest.mark.parametrize(
    "moment", ["tomorrow", "2026-13-01", "2026-11-20T10:00", "２０２６-11-20", "", "2026-11-20 +8"]
)
@pytest.mark.parametrize("command", ["plan", "explain", "snapshot"])
def test_a_moment_nobody_can_tell_is_refused_with_how_to_write_one(at: Workplace, command: str, moment: str) -> None:
    answer = at.run(command, "small", "--as-of", moment)
    assert answer.exit_code == ExitCode.UNUSABLE
    assert "Invalid value for '--as-of'" in answer.stderr


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_are_no_crash(at: Workplace, moment: str) -> None:
    assert at.plan(as_of=moment).exit_code in set(ExitCode)


ACCOUNTS: Final = {
    "no JSON": ("not json", "PB701"),
    "a list": ("[1]", "PB702"),
    "no id": ("{}", "PB702"),
    "a wrong type": (json.dumps(account("A-2", surveys=3)), "PB702"),
    "an unknown key": (json.dumps(account("A-2", survyes=[])), "PB702"),
    "nested": ("{" + "[" * 100_000, "PB701"),
    "half a character": ('{"id": "\\ud800", "name": "x"}', "PB701"),
    "huge": ('{"id": "A-2", "name": "' + "x" * 5_000_000 + '"}', "PB002"),
    "twice the same": (json.dumps(account()), "PB703"),
    "from the future": (json.dumps(account("A-2", as_of="2027-01-01T00:00:00Z")), "PB704"),
    "a figure too large": (json.dumps(account("A-2", surveys=[{"id": "S", "score": 10**30}])), "PB705"),
    "declared data of a wrong type": (json.dumps(account("A-2", fields={"budget_status": 7})), "PB708"),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCOUNTS)
def test_a_bad_account_is_named_and_the_others_are_planned(at: Workplace, case: str) -> None:
    text, code = ACCOUNTS[case]
    at.accounts(account(), text, account("A-3"))
    answer = at.plan("--format", "ndjson")
    assert answer.exit_code == ExitCode.SOME_FAILED
    assert code in answer.stderr
    assert "accounts.jsonl:2" in answer.stderr or "A-2" in answer.stderr
    assert [json.loads(line)["account"]["id"] for line in answer.stdout.splitlines()] == ["A-1", "A-3"]


def test_if_all_accounts_fail_it_is_still_the_accounts(at: Workplace) -> None:
    at.accounts("not json")
    assert at.plan().exit_code == ExitCode.SOME_FAILED


def test_a_broken_account_that_is_asked_for_is_not_called_missing(at: Workplace) -> None:
    at.accounts(json.dumps(account("A-2", surveys=3)))
    for answer in (at.plan("--account", "A-2"), at.explain(account="A-2")):
        assert answer.exit_code == ExitCode.SOME_FAILED
        assert "expected a list of records" in answer.stderr


def test_what_is_wrong_with_others_does_not_spoil_the_plan_of_one(at: Workplace) -> None:
    at.accounts(json.dumps(account("A-2", surveys=3)), "not json", account())
    answer = at.plan("--account", "A-1", "--quiet")
    assert (answer.exit_code, answer.stderr) == (ExitCode.FINE, "")


def test_an_account_that_is_missing_may_stand_in_a_line_nobody_can_read(at: Workplace) -> None:
    at.accounts("not json", account())
    answer = at.plan("--account", "A-2")
    assert answer.exit_code == ExitCode.UNUSABLE
    assert "PB709 [A-2]: the input has no such account" in answer.stderr
    assert "not valid JSON" in answer.stderr


def test_a_broken_scenario_is_a_failed_one(at: Workplace) -> None:
    at.write("small/tests/broken.yaml", "scenario: x\nas_of: tomorrow\nexpect: {lihgt: red}\n")
    answer = at.run("test", "small")
    assert answer.exit_code == ExitCode.NOT_FINE
    assert "did you mean `light`?" in answer.stdout
