"""Walks through days: what people are told and may say while a complaint waits, on every store."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jsonschema import Draft202012Validator

from engine import Ledger
from engine.ledger.books import book_of
from engine.ledger.ticking import tick
from engine.lifecycle.notices import watch
from engine.reports.names import names_in
from scripts.schemas import SCHEMAS
from tests.commands.workplace import too_wide
from tests.inline import account, at
from tests.ledger.walking import id_of, run_at, said
from tests.lifecycle.working import COMPLAINTS, people, with_complaint


def told(url: str, now: str, *more: str) -> list[str]:
    """What ``tick`` says on stdout."""
    return said(url, " ".join(("tick", *more)), now).stdout.splitlines()


def test_two_hours_pass_and_it_climbs_until_somebody_acts(ledger: Ledger, url: str, tmp_path: Path) -> None:
    """H-10: the owner is reminded, the manager told; once Wang has seen it reminders stop, the director's stands."""
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    assert told(url, "2026-11-20 11:59") == []
    assert told(url, "2026-11-20 12:00") == ["负责人 → 王芳：确认投诉（A-1 蓝海科技，到期 2026-11-20 12:00）"]
    assert told(url, "2026-11-20 12:00") == []
    confirm = id_of(ledger, "confirm")
    assert "已确认收到：确认投诉" in said(url, f"actions ack {confirm[:6]}", "2026-11-20 12:20").stdout
    assert "此前已由 王芳 确认" in said(url, f"actions ack {confirm}", "2026-11-20 12:30").stdout
    assert told(url, "2026-11-20 13:00") == []
    assert [line[:11] for line in told(url, "2026-11-20 14:00")] == ["负责人的上级 → 李雷"]
    done = said(url, f"actions finish {confirm} --verdict useful", "2026-11-20 15:00").stdout.splitlines()
    assert done[0] == "已完成：确认投诉（A-1 蓝海科技）。"
    assert {line.split("：")[1].split("（")[0] for line in done[1:]} == {"提出方案", "核对工时"}
    assert "此前已由 王芳 完成" in said(url, f"actions finish {confirm}", "2026-11-20 15:01").stdout
    refused = said(url, f"actions snooze {confirm} --until 2026-11-30 --why later", "2026-11-20 15:02")
    assert (refused.exit_code, refused.stdout) == (1, "") and "已结束（已完成）" in refused.stderr
    notices = [each.mail.message for each in ledger.mail() if each.mail.message.content == "@escalation"]
    assert [each.to.person for each in notices if each.action == confirm] in (["wang", "li"], ["li", "wang"])


def test_who_is_away_is_covered_by_the_team_of_the_run_or_the_one_given(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    now = at("2026-11-20 14:00")
    found = tick(ledger, "inline", watch(book_of(ledger, "inline").compiled, people("2026-11-20"), now, names_in))
    assert [each.event.notice.to.name for each in found if each.event.notice] == ["周云"]


def test_putting_off_moves_what_needs_it_and_the_next_run_keeps_it(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    confirm = id_of(ledger, "confirm")
    lines = said(url, f"actions snooze {confirm} --until 2026-11-23 --why 客户出差", "2026-11-20 11:00").stdout
    assert lines.splitlines()[0] == "已推迟至 2026-11-23 18:00：确认投诉（A-1 蓝海科技）。"
    assert [line.split("：")[0].strip() for line in lines.splitlines()[1:]] == [
        "随之推迟至 2026-11-24 14:30", "随之推迟至 2026-11-24 16:00", "随之推迟至 2026-11-26 18:00",
    ]  # fmt: skip
    again = said(url, f"actions snooze {confirm} --until 2026-11-23 --why 客户出差", "2026-11-20 11:01")
    assert "没有变化" in again.stdout
    kept = {each.work.action.id: each.work.action.due_at for each in ledger.work()}
    run_at(ledger, tmp_path, "2026-11-21 23:59")
    assert {each.work.action.id: each.work.action.due_at for each in ledger.work()} == kept
    assert told(url, "2026-11-23 17:59") == []
    assert len(told(url, "2026-11-23 18:00")) == 1


def test_a_playbook_upgraded_in_between_moves_no_date_that_was_said(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    confirm = id_of(ledger, "confirm")
    said(url, f"actions snooze {confirm} --until 2026-11-24T10:00:00+08:00 --why wait", "2026-11-20 11:00")
    later = COMPLAINTS.replace("manager: {after: 2 hours", "manager: {after: 1 hour")
    run_at(ledger, tmp_path, "2026-11-21 23:59", playbook=later)
    assert [line[:5] for line in told(url, "2026-11-24 10:00")] == ["负责人 →"]
    assert [line[:6] for line in told(url, "2026-11-24 11:00")] == ["负责人的上级"]


def test_a_thing_said_is_tried_again_when_another_was_faster(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    confirm = id_of(ledger, "confirm")
    with ThreadPoolExecutor(4) as pool:
        lines = [f"actions {word} {confirm}" for word in ("ack", "start", "ack", "start")]
        results = list(pool.map(lambda line: said(url, line, "2026-11-20 12:00").exit_code, lines))
    assert results == [0, 0, 0, 0]
    assert next(each.work.status for each in ledger.work(id_prefix=confirm)) == "started"


def test_two_processes_tell_everything_once(ledger: Ledger, tmp_path: Path) -> None:
    accounts = [
        account(id=f"A-{number}", owners={"account_manager": "wang"}, tickets=[{
            "id": "T-1", "kind": "complaint", "status": "open", "opened_at": "2026-11-20T10:00:00+08:00"}])
        for number in range(8)
    ]  # fmt: skip
    run_at(ledger, tmp_path, "2026-11-20 10:00", *accounts)
    at_two = watch(book_of(ledger, "inline").compiled, people(), at("2026-11-20 14:00"), names_in)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: list(tick(ledger, "inline", at_two)), range(3)))
    rungs = [(each.account, each.event.step, each.event.number) for some in found for each in some]
    assert len(rungs) == len(set(rungs)) == 8 * 4
    assert len(ledger.mail()) == 8


def test_what_is_listed_fits_and_is_as_its_schema_says(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    now = "2026-11-20 14:00"
    tick_json = json.loads(said(url, "tick --format json", now).stdout)
    table = said(url, "actions list", now).stdout
    assert too_wide(table) == []
    assert [line.split()[4:6] for line in table.splitlines()[1:2]] == [["A-1", "蓝海科技"]]
    assert "2026-11-20 12:00!" in table
    assert said(url, "actions list --overdue", now).stdout.count("A-1") == 1
    assert said(url, "actions list --due-before 2026-11-20", now).stdout.count("A-1") == 2
    assert "nobody `nobody`" in said(url, "actions list --owner nobody", now).stderr
    confirm = id_of(ledger, "confirm")
    told_of = said(url, f"actions show {confirm}", now).stdout
    assert too_wide(told_of) == []
    for words in (
        "确认投诉",
        "类型 等于 投诉",
        "王芳 · 客户经理",
        "✓ 2026-11-20 12:00",
        "升级通知：负责人的上级 → 李雷",
        "草稿",
    ):
        assert words in told_of, told_of
    for name, document in (
        ("tick", tick_json),
        ("actions", json.loads(said(url, "actions list --format json", now).stdout)),
        ("action", json.loads(said(url, f"actions show {confirm} --format json", now).stdout)),
    ):
        Draft202012Validator(SCHEMAS[f"{name}.schema.json"]()).validate(document)


def test_ids_may_be_shortened_and_what_is_unclear_is_listed(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    ids = [each.work.action.id for each in ledger.work()]
    unclear = said(url, "actions ack %", "2026-11-20 12:00")
    assert unclear.exit_code == 2 and "no action's id begins with" in unclear.stderr
    wanted = next(letter for letter in "abcdefghijklmnopqrstuvwxyz234567" if sum(i[0] == letter for i in ids) == 1)
    assert said(url, f"actions show {wanted}", "2026-11-20 12:00").exit_code == 0
    assert said(url, "actions reassign nosuch --to wang", "2026-11-20 12:00").exit_code == 2


def test_work_is_handed_to_people_of_the_team(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    confirm = id_of(ledger, "confirm")
    wrong = said(url, f"actions reassign {confirm} --to zhuo", "2026-11-20 11:00")
    assert wrong.exit_code == 2 and "did you mean `zhou`" in wrong.stderr
    assert "已改派给 周云" in said(url, f"actions reassign {confirm} --to zhou", "2026-11-20 11:00").stdout
    assert [line[:8] for line in told(url, "2026-11-20 12:00")] == ["负责人 → 周云"]
    run_at(ledger, tmp_path, "2026-11-20 23:59", with_complaint())
    assert next(each.work.action.owner.person for each in ledger.work(id_prefix=confirm)) == "zhou"


def test_silences_are_set_listed_ended_and_told_when_they_are_over(ledger: Ledger, url: str, tmp_path: Path) -> None:
    run_at(ledger, tmp_path, "2026-11-20 10:00")
    now = "2026-11-20 10:30"
    wrong = said(url, "silences set --rule complain --until 2026-11-21 --why 展会", now)
    assert wrong.exit_code == 2 and "did you mean `complaint`" in wrong.stderr
    assert said(url, "silences set --account A-2 --until 2026-11-21 --why 展会", now).exit_code == 2
    for _ in range(2):
        said(url, "silences set --rule complaint --account A-1 --until 2026-11-20 --why 展会", now)
    listed = said(url, "silences list", now).stdout.splitlines()
    assert len(listed) == 1 and "complaint，A-1 蓝海科技，至 2026-11-20 23:59。展会（王芳）" in listed[0]
    assert ["静默" in line and "已结束" in line for line in told(url, "2026-11-21 00:00")][-1:] == [True]
    assert not any("静默" in line for line in told(url, "2026-11-21 00:01"))
    said(url, "silences set --rule complaint --until 2026-12-01 --why 展会", "2026-11-21 00:02")
    (holding,) = ledger.silences(at("2026-11-21 00:02"))
    said(url, f"silences end {holding.id[:6]}", "2026-11-21 00:03")
    assert ledger.silences(at("2026-11-21 00:03")) == []


def test_overrides_are_checked_against_the_playbook(ledger: Ledger, url: str, tmp_path: Path) -> None:
    tiers = COMPLAINTS + "    classes: {tier: {of: relationship_age, bands: {low: 0 months, high: 3 months}}}\n"
    run_at(ledger, tmp_path, "2026-11-20 10:00", playbook=tiers)
    now = "2026-11-20 10:30"
    for line, hint in (("A-1 teir high", "`tier`"), ("A-1 tier hgih", "`high`"), ("A-9 tier high", "`A-1`")):
        wrong = said(url, f"overrides set {line} --until 2026-12-31 --why 总裁", now)
        assert wrong.exit_code == 2 and hint in wrong.stderr
    for _ in range(2):
        assert said(url, "overrides set A-1 tier high --until 2026-12-31 --why 总裁", now).exit_code == 0
    assert len(ledger.states("inline", ["A-1"])["A-1"].history.overrides) == 1
    assert "tier定为高，至 2026-12-31。总裁（王芳）" in said(url, "overrides list", now).stdout
    said(url, "overrides end A-1 tier", now)
    assert ledger.states("inline", ["A-1"])["A-1"].history.overrides == ()
