"""The day's job is what people read of the whole program each morning: it has to say what happened, and go on."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

import engine
from engine.daily.report import run_schema
from engine.daily.status import status_schema
from tests.commands.workplace import PLAYBOOK, Workplace, account

MAPPING = """\
mapping: 1
timezone: Asia/Shanghai
tables: {accounts: {file: accounts.csv, account: id}}
account: {table: accounts, record: {name: name}}
"""
MORNING = "2026-11-20T07:30:00+08:00"


def run(at: Workplace, *more: str, day: str = "2026-11-20", accounts: str = "accounts.jsonl") -> tuple[int, list[str]]:
    """The exit code, and what is printed."""
    fixed = ("--ledger", "ledger.db", "--accounts", accounts, "--now", f"{day}T07:30:00+08:00")
    found = at.run("run", "small", *fixed, *more)
    return found.exit_code, found.stdout.splitlines()


def report(at: Workplace, *more: str, day: str = "2026-11-20") -> dict[str, Any]:
    """The report as programs read it."""
    found = json.loads("\n".join(run(at, "--format", "json", *more, day=day)[1]))
    Draft202012Validator(run_schema()).validate(found)
    return dict(found)


def status(at: Workplace, *more: str, now: str = "2026-11-20T09:00:00+08:00") -> tuple[int, str]:
    found = at.run("status", "--ledger", "ledger.db", "--now", now, *more)
    return found.exit_code, found.stdout


def head_of(at: Workplace) -> str:
    with engine.open_ledger(at.folder / "ledger.db") as ledger:
        return ledger.head


def test_a_day_in_a_few_lines(at: Workplace) -> None:
    assert run(at) == (0, [
        "small 0.0.0 · 2026-11-20：1 个客户", "红灯 0 · 黄灯 1 · 绿灯 0", "新增 3 | 待办 3 · 逾期 1",
        f"账本 {head_of(at)}",
    ])  # fmt: skip
    at.accounts(account(fields={"budget_status": "frozen"}))
    assert run(at, "--language", "en", day="2026-11-24")[1][:3] == [
        "small 0.0.0 · 2026-11-24: 1 account", "red 1 (+1) · yellow 0 (-1) · green 0",
        "newly red: 蓝海科技有限公司 (A-1)",
    ]  # fmt: skip
    assert "better: 蓝海科技有限公司 (A-1)" in better(at)


def better(at: Workplace) -> list[str]:
    """A day later everything is well again."""
    at.accounts(account(surveys=[], contracts=[]))
    return run(at, "--language", "en", day="2026-11-25")[1]


def test_a_day_twice_changes_nothing_the_second_time(at: Workplace) -> None:
    first, second = report(at), report(at)
    assert first["work"] == {"opened": 3, "updated": 0, "closed": 0, "open": 3, "overdue": 1}
    assert second["work"] == {"opened": 0, "updated": 0, "closed": 0, "open": 3, "overdue": 1}
    assert (second["turned"], second["told"], second["messages"]["sent"]) == ([], [], 0)


def test_a_bad_account_is_told_and_the_others_are_complete(at: Workplace) -> None:
    at.accounts(account(), '{"id": "A-2", "name": 7}', "{")
    code, lines = run(at)
    assert (code, lines[0]) == (3, "small 0.0.0 · 2026-11-20：1 个客户 · 2 个失败")
    assert [line for line in lines if line.startswith("未能计划：A-2、")]
    code, text = status(at)
    assert code == 1 and "! small：上次运行有 2 个客户未能计划" in text


def test_the_guard_refuses_and_the_rest_is_done_all_the_same(at: Workplace) -> None:
    many = [account(f"A-{number}") for number in range(12)]
    at.accounts(*many)
    run(at)
    at.accounts(*(each | {"surveys": [], "contracts": []} for each in many))
    code, lines = run(at, day="2026-11-27")
    assert code == 1
    assert lines[0] == "small 0.0.0 · 2026-11-27：0 个客户"
    assert lines[1] == (
        "没有写入任何计划：12 个客户中有 12 个会关闭工作、0 个会转为红灯（最多 10 个）。"
        "请核对数据，确认无误后加 --allow-large"
    )
    assert "! small：上次运行被拦下" in status(at, now="2026-11-27T09:00:00+08:00")[1]
    assert run(at, "--allow-large", day="2026-11-27")[0] == 0
    assert status(at, now="2026-11-27T09:00:00+08:00")[0] == 0


@pytest.mark.parametrize(
    ("more", "code", "line"),
    [
        (["--delivery", "nowhere.yaml"], 2, "发送未能完成："),
        (["--team", "nowhere.yaml"], 2, "计划未能完成："),
    ],
)
def test_a_part_that_fails_hides_no_other(at: Workplace, more: list[str], code: int, line: str) -> None:
    found, lines = run(at, *more, "--language", "zh")
    assert found == code
    assert [each for each in lines if each.startswith(line)]
    assert lines[-1].startswith("账本 sha256:")


def test_a_broken_playbook_does_not_stop_clocks_and_messages(at: Workplace) -> None:
    at.write("small/playbook.yaml", PLAYBOOK.replace("channel: email", "channel: email\n    approval: none"))
    assert report(at)["messages"]["sent"] == 0
    at.write("small/playbook.yaml", "playbook: small\nwarnings: 3\n")
    code, lines = run(at, day="2026-11-28")
    assert code == 1
    assert lines[0] == "small：今天没有计划"
    assert "消息：已发送 1" in lines
    assert status(at, now="2026-11-28T09:00:00+08:00")[0] == 1, "no run of this day has ended"


def test_people_find_their_appointments_in_their_calendars(at: Workplace) -> None:
    at.write("delivery.yaml", "calendars: calendars\nchannels: {email: {by: folder, folder: outbox}}\n")
    assert run(at, "--delivery", "delivery.yaml")[0] == 0
    calendar = at.folder / "calendars" / "appointments-wang_fang.ics"
    assert "SUMMARY:每月业务复盘 · 蓝海科技有限公司" in calendar.read_text("utf-8")
    assert "DTSTART;VALUE=DATE:20261221" not in calendar.read_text("utf-8")
    held = {"id": "I-1", "kind": "business_review", "on": "2026-11-20"}
    at.accounts(account(interactions=[held]))
    assert run(at, "--delivery", "delivery.yaml", day="2026-11-21")[0] == 0
    assert "DTSTART;VALUE=DATE:20261221" in calendar.read_text("utf-8"), "the next one, a month after the one held"


def test_a_feed_that_dries_up_is_told(at: Workplace) -> None:
    for day in ("2026-11-18", "2026-11-19"):
        run(at, day=day)
    gone = account()
    del gone["surveys"]
    at.accounts(gone)
    assert "数据：满意度调查只有 0/1 个客户提供，不到以往的一半" in run(at)[1]
    code, text = status(at)
    assert code == 1 and "! small：满意度调查只有 0/1 个客户提供，不到以往的一半" in text


def test_tables_instead_of_accounts(at: Workplace) -> None:
    at.write("data/accounts.csv", "id,name\nA-1,蓝海\nA-2,远山\n")
    at.write("mapping.yaml", MAPPING)
    fixed = ("--ledger", "ledger.db", "--mapping", "mapping.yaml", "--data", "data", "--now", MORNING)
    found = at.run("run", "small", *fixed)
    assert found.stdout.splitlines()[0] == "small 0.0.0 · 2026-11-20：2 个客户", found.output
    assert "PB809" not in found.output


def test_what_is_odd_in_tables_is_told_every_day(at: Workplace) -> None:
    at.write("data/accounts.csv", "id,name\nA-1,蓝海\n合计,\n")
    at.write("mapping.yaml", MAPPING)
    fixed = ("--ledger", "ledger.db", "--mapping", "mapping.yaml", "--data", "data", "--now", MORNING)
    assert "PB809: column `id`: the account `合计` has no name" in at.run("run", "small", *fixed).stderr


def test_accounts_or_tables(at: Workplace) -> None:
    assert at.run("run", "small", "--ledger", "l.db").exit_code == 2
    assert not Path("l.db").exists()


def test_status_for_programs(at: Workplace) -> None:
    assert at.run("status", "--ledger", "nowhere.db").exit_code == 2
    run(at)
    code, text = status(at, "--format", "json")
    Draft202012Validator(status_schema()).validate(json.loads(text))
    assert (code, json.loads(text)["well"]) == (0, True)
    assert status(at, "--max-age", "1 hour", "-q") == (1, "")
    assert at.run("status", "--ledger", "ledger.db", "--max-age", "soon").exit_code == 2


def test_the_report_is_read_back_as_it_was_written(at: Workplace) -> None:
    found = report(at)
    assert msgspec.convert(found, engine.daily.report.RunReport).head == head_of(at)
