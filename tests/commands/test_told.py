"""What a ledger keeps is told in words: people do not read the ids by which a program knows steps, groups and rules."""

import json
import re
import shlex

import pytest

from tests.commands.workplace import Workplace, account

PLAYBOOK = """
playbook: small
locale: zh-CN
roles:
  ours:
    sales_director: {title: {zh: 销售总监, en: Sales director}}
classes:
  phase:
    title: {zh: 合作阶段, en: Phase}
    of: relationship_age
    bands: {start: 0 months, stable: 3 months}
    below: lowest
    labels: {start: {zh: 磨合期, en: Getting started}, stable: {zh: 稳定期, en: Stable}}
rules:
  complaint:
    title: {zh: 客户投诉, en: A complaint}
    each: tickets
    where: {status: {is_not: closed}}
    since: ticket.opened_at
    do: [{kind: call, title: {zh: 致电, en: Call back}, owner: account_manager, due: 2 hours, escalate: late}]
cadence:
  award: {title: {zh: 评定, en: Review}, scope: owner, on: 12-31, kind: review, owner: sales_director}
escalation:
  late:
    first: {after: 0 hours, notify: owner, repeat: 1 hour, at_most: 2}
    second: {after: 3 hours, notify: manager of owner}
    third: {after: 6 hours, notify: sales_director}
"""
TEAM = """
people:
  wang_fang: {name: 王芳, manager: li_lei, email: wang@example.com}
  sun_jie: {name: 孙洁, manager: li_lei, email: sun@example.com}
  li_lei: {name: 李雷, roles: [sales_director], email: li@example.com}
"""
LEDGER = ("--ledger", "l.db")
LATE = ("--now", "2026-11-20T20:00:00+08:00")


@pytest.fixture
def kept(at: Workplace) -> Workplace:
    """A ledger with two complaints, one of which is five hours late and one nine at eight in the evening, and a review
    of what Wang Fang has earned."""
    at.write("small/playbook.yaml", PLAYBOOK)
    at.write("team.yaml", TEAM)
    at.accounts(
        account(tickets=[{"id": "T-1", "status": "open", "opened_at": "2026-11-20T13:00:00+08:00"}]),
        account(
            "A-2", name="云海", tickets=[{"id": "T-2", "status": "open", "opened_at": "2026-11-20T09:00:00+08:00"}]
        ),
        account("A-3", name="山海", owners={"account_manager": "sun_jie"}),
    )
    planned = ("--as-of", "2026-11-20", "--team", "team.yaml", "--accounts", "accounts.jsonl")
    answer = at.run("apply", "small", *planned, *LEDGER, "--now", "2026-11-20T09:00:00+08:00")
    assert answer.exit_code == 0, answer.output
    return at


def told(at: Workplace, *arguments: str) -> str:
    """What a command prints, its lines joined."""
    answer = at.run(*arguments, *LEDGER)
    assert answer.exit_code == 0, answer.output
    return re.sub(r"\s+", " ", answer.stdout)


def test_a_group_is_named_as_in_the_plan(kept: Workplace) -> None:
    shown = kept.run("actions", "list", *LATE, *LEDGER).stdout
    assert "客户经理 王芳 评定" in re.sub(r" +", " ", shown)
    listed = json.loads(kept.run("actions", "list", *LATE, "--format", "json", *LEDGER).stdout)["actions"]
    (name, id_) = next((each["name"], each["work"]["action"]["id"]) for each in listed if each["account"][0] == "@")
    assert name in ("王芳", "孙洁")
    assert f"客户经理 {name}" in told(kept, "actions", "show", id_, *LATE)
    assert f"Account manager {name}" in told(kept, "actions", "show", id_, *LATE, "--language", "en")


def test_a_step_is_told_by_whom_it_tells(kept: Workplace) -> None:
    clocks = told(kept, "tick", *LATE)
    assert "销售总监 → 李雷：致电（A-2 云海" in clocks
    assert "负责人的上级 → 李雷：致电（A-1 " in clocks
    (late,) = json.loads(kept.run("actions", "list", "--account", "A-2", *LATE, "--format", "json", *LEDGER).stdout)[
        "actions"
    ]
    id_ = late["work"]["action"]["id"]
    told(kept, "actions", "ack", id_, "--by", "li_lei", *LATE)
    shown = told(kept, "actions", "show", id_, *LATE)
    assert "升级时点已过，未通知（负责人（第 2 次））" in shown
    assert "升级通知：销售总监 → 李雷" in shown
    assert "已确认 · 李雷" in shown
    assert "客户投诉（rules.complaint）" in shown
    assert "second" not in shown
    assert "li_lei" not in shown
    assert "Sales director → 李雷" in told(kept, "actions", "show", id_, *LATE, "--language", "en")


def test_a_reminder_can_be_answered_as_it_says(kept: Workplace) -> None:
    """Each command in it, with the words that stand for what the reader knows filled in."""
    kept.run("tick", *LATE, *LEDGER)
    listed = kept.run("messages", "list", "--content", "@escalation", "--format", "json", *LEDGER)
    notice = json.loads(listed.stdout)["messages"][0]["mail"]["message"]["body"]
    commands = re.findall(r"playbook (actions .*)", notice)
    assert len(commands) == 4
    for each in commands:
        filled = shlex.split(each.replace("YYYY-MM-DD", "2026-11-30").replace("人员编号", "wang_fang"))
        answer = kept.run(*filled, "--by", "wang_fang", *LATE, *LEDGER)
        assert "Missing option" not in answer.stderr, answer.output
        assert answer.exit_code in (0, 1)


def test_a_run_names_everybody_once(kept: Workplace) -> None:
    plan = ("run", "small", "--as-of", "2026-11-20", "--team", "team.yaml", "--accounts", "accounts.jsonl")
    assert "升级通知：李雷 2 " in told(kept, *plan, *LATE)


def test_what_people_say_is_told_in_words(kept: Workplace) -> None:
    said = ("--until", "2026-11-30", "--why", "展会", "--by", "li_lei", *LATE)
    told(kept, "silences", "set", "--rule", "complaint", "--account", "A-2", *said)
    assert "客户投诉，A-2 云海，至 2026-11-30 23:59。展会（李雷）" in told(kept, "silences", "list", *LATE)
    assert "A complaint, A-2 云海, until" in told(kept, "silences", "list", *LATE, "--language", "en")
    told(kept, "overrides", "set", "A-2", "phase", "stable", *said)
    assert "A-2 云海：合作阶段定为稳定期，至 2026-11-30。展会（李雷）" in told(kept, "overrides", "list", *LATE)
    assert "Phase is set to Stable until" in told(kept, "overrides", "list", *LATE, "--language", "en")
    assert "A-2 云海：合作阶段的人工设定已撤销" in told(kept, "overrides", "end", "A-2", "phase", *LATE)
