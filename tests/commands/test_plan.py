"""``playbook plan``: the right plans, as data that programs can rely on, from wherever the accounts come."""

import json
from typing import Any

import pytest

from tests.commands.workplace import PLAYBOOK, Workplace, account
from tests.engines import needs_durable

RANKED = """
metrics:
  revenue_top: {top_percent: revenue}
classes:
  size:
    choose:
      big: {revenue_top: {below: 50%}}
      small: {revenue_top: {at_least: 50%}}
"""


def bought(account_id: str, amount: int) -> dict[str, Any]:
    return account(account_id, purchases=[{"id": "P-1", "on": "2026-11-01", "amount": f"{amount} CNY"}])


def test_json_is_one_array_and_ndjson_the_same_plans_line_by_line(at: Workplace) -> None:
    at.accounts(account("A-1"), account("A-2"))
    array = json.loads(at.plan("--format", "json").stdout)
    lines = [json.loads(line) for line in at.plan("--format", "ndjson").stdout.splitlines()]
    assert array == lines
    assert [each["account"]["id"] for each in array] == ["A-1", "A-2"]
    assert {each["format"] for each in array} == {"playbook-plan/1"}


def test_json_of_no_accounts_is_an_empty_array(at: Workplace) -> None:
    at.write("accounts.jsonl", "")
    answer = at.plan("--format", "json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (0, [])


def test_figures_stay_exact_numbers(at: Workplace) -> None:
    (plan,) = json.loads(at.plan("--format", "json").stdout, parse_float=str)
    assert plan["warnings"][0]["because"]["observed"] == "69.9"


def test_what_people_read_is_on_stderr_and_quiet_leaves_it_out(at: Workplace) -> None:
    loud, quiet = at.plan("--format", "ndjson"), at.plan("--format", "ndjson", "--quiet")
    assert loud.stdout == quiet.stdout
    assert quiet.stderr == ""
    assert "1 个客户：红灯 0 · 黄灯 1 · 绿灯 0 | 3 项行动 · 1 项逾期 | 1 条消息" in loud.stderr


def test_problems_are_told_even_where_quiet_is_wanted(at: Workplace) -> None:
    at.accounts("not json")
    assert "PB701" in at.plan("--quiet").stderr


def test_the_moment_is_the_end_of_a_day_in_the_playbooks_zone(at: Workplace) -> None:
    (plan,) = json.loads(at.plan("--format", "json").stdout)
    assert plan["as_of"] == "2026-11-20T23:59:59+08:00"
    (same,) = json.loads(at.plan("--format", "json", as_of="2026-11-20T15:59:59Z").stdout)
    assert same["actions"] == plan["actions"]


def test_one_account_is_planned_with_figures_over_all(at: Workplace) -> None:
    at.write("small/more.yaml", RANKED)
    at.accounts(bought("A-1", 10), bought("A-2", 30), bought("A-3", 20))
    whole = {each["account"]["id"]: each for each in json.loads(at.plan("--format", "json").stdout)}
    assert {name: each["classes"]["size"]["value"] for name, each in whole.items()} == {
        "A-1": "small", "A-2": "big", "A-3": "big"}  # fmt: skip
    (one,) = json.loads(at.plan("--format", "json", "--account", "A-1").stdout)
    assert one == whole["A-1"]


@pytest.mark.parametrize("ranked", [False, True], ids=["one pass", "two passes"])
def test_stdin_is_as_good_as_a_file(at: Workplace, ranked: bool) -> None:
    if ranked:
        at.write("small/more.yaml", RANKED)
    at.accounts(bought("A-1", 10), bought("A-2", 30), "not json")
    options = ("plan", "small", "--as-of", "2026-11-20", "--format", "ndjson", "--accounts")
    file = at.run(*options, "accounts.jsonl")
    stdin = at.run(*options, "-", stdin=(at.folder / "accounts.jsonl").read_bytes())
    assert (stdin.stdout, stdin.exit_code) == (file.stdout, 3)
    assert stdin.stderr == file.stderr.replace("accounts.jsonl", "<stdin>")


@pytest.mark.parametrize("ranked", [False, True], ids=["one pass", "two passes"])
def test_json_files_and_folders_are_read_like_lines(at: Workplace, ranked: bool) -> None:
    if ranked:
        at.write("small/more.yaml", RANKED)
    accounts = [bought("A-1", 10), bought("A-2", 30)]
    at.accounts(*accounts)
    at.write("all.json", json.dumps(accounts, indent=2))
    for each in accounts:
        at.write(f"folder/{each['id']}.json", json.dumps(each))
    lines = at.plan("--format", "ndjson").stdout
    assert at.plan("--format", "ndjson", accounts="all.json").stdout == lines
    assert at.plan("--format", "ndjson", accounts="folder").stdout == lines


def test_the_language_of_titles_and_words_can_be_chosen(at: Workplace) -> None:
    chinese, english = at.plan(), at.plan("--language", "en")
    assert "了解不满的原因" in chinese.stdout
    assert "待审批" in chinese.stdout
    assert "Ask why" in english.stdout
    assert "1 to approve" in english.stdout
    assert english.stderr.startswith("\n1 account: red 0 · yellow 1 · green 0 | 3 actions · 1 overdue | 1 message")


def test_people_come_from_the_team_file(at: Workplace) -> None:
    at.write("team.yaml", "people: {wang_fang: {name: 王芳, roles: [account_manager]}}\n")
    (plan,) = json.loads(at.plan("--format", "json", "--team", "team.yaml").stdout)
    assert {each["owner"]["name"] for each in plan["actions"]} == {"王芳"}


def test_money_of_another_currency_is_converted_by_the_rates(at: Workplace) -> None:
    at.write("small/more.yaml", "rules:\n  rich: {when: {revenue: {at_least: 700 CNY}}, grants: [gift]}\n")
    at.write("rates.csv", "date,from,to,rate\n2026-01-01,USD,CNY,7\n")
    at.accounts(account(purchases=[{"id": "P-1", "on": "2026-11-01", "amount": "100 USD"}]))
    (without,) = json.loads(at.plan("--format", "json").stdout)
    assert without["gaps"] == [
        {"rule": "rules.rich", "item": None, "name": None, "needs": ["rate USD→CNY on 2026-11-01"]}
    ]
    (known,) = json.loads(at.plan("--format", "json", "--rates", "rates.csv").stdout)
    assert [each["rule"] for each in known["grants"]] == ["rules.rich"]


@needs_durable
@pytest.mark.parametrize("form", ["table", "json", "ndjson"])
def test_both_engines_say_the_same(at: Workplace, form: str) -> None:
    at.accounts(account(), account("A-2", fields={"budget_status": "frozen"}), account("A-3", fields={}))
    answers = [at.plan("--format", form, "--engine", engine).stdout for engine in ("durable", "builtin")]
    assert answers[0] == answers[1] != ""


def test_a_playbook_that_lacks_a_required_figure_is_not_planned_with(at: Workplace) -> None:
    at.write("small/playbook.yaml", PLAYBOOK + "parameters: {share: {required: true, example: 20%}}\n")
    answer = at.plan()
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "PB404" in answer.stderr
