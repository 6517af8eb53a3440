"""The table of plans: everything in it, in columns, at 100 columns, in both languages, and harmless to look at."""

import pytest

from tests.commands.workplace import Workplace, account, too_wide

LONG = "华北区域数字化转型与智能制造联合实验室（二期）" * 3


def block(table: str, account_id: str = "A-1") -> str:
    """The lines of one account."""
    return next(each for each in table.split("\n\n") if account_id in each.splitlines()[0])


def test_a_block_says_who_how_it_stands_and_what_to_do(at: Workplace) -> None:
    title, classes, *rest = block(at.plan().stdout).splitlines()
    assert title == "● 黄灯   A-1 蓝海科技有限公司"
    assert classes.split() == ["分级", "合作阶段：磨合期"]
    assert rest[0] == "  ● 黄灯   满意度低于 70 分（H-09）"
    assert rest[1] == "  ● 黄灯   合同 90 天内到期（框架协议）"
    assert rest[2].split() == [
        "2026-11-24~",
        "高",
        "电话沟通",
        "了解不满的原因",
        "wang_fang",
        "H-09",
        "satisfaction_low",
    ]
    assert rest[3].split() == ["2026-11-02!", "普通", "业务复盘", "每月业务复盘", "wang_fang", "monthly_review"]
    assert rest[-1].split() == ["消息", "1", "条消息", "·", "1", "条待审批"]


def test_what_is_missing_and_what_is_held_back_is_said(at: Workplace) -> None:
    frozen = account("A-1", fields={"budget_status": "frozen"})
    unknown = {key: value for key, value in account("A-2").items() if key != "surveys"}
    at.accounts(frozen, unknown)
    table = at.plan().stdout
    assert "  ● 黄灯   满意度低于 70 分（H-09 · 已静音）\n" in block(table, "A-1")
    assert "  暂缓      满意度低于 70 分（静音）" in block(table, "A-1")
    assert "  缺数据    满意度调查（满意度低于 70 分）" in block(table, "A-2")


def test_the_worst_warning_is_read_first_whatever_the_order_in_the_playbook(at: Workplace) -> None:
    at.accounts(account("A-1", fields={"budget_status": "frozen"}))
    marks = [line.split()[1] for line in block(at.plan().stdout).splitlines() if line.startswith("  ●")]
    assert marks == ["红灯", "黄灯", "黄灯"]


def test_an_account_with_nothing_to_do_says_so(at: Workplace) -> None:
    at.accounts({"id": "A-1", "name": "x", "relationship": {}, "surveys": [], "contracts": [], "interactions": [],
                 "purchases": [], "fields": {"budget_status": "free"}})  # fmt: skip
    assert "无需行动" in block(at.plan().stdout)


def test_work_nobody_is_named_for_shows_the_role(at: Workplace) -> None:
    at.accounts(account(owners={}))
    assert "(客户经理)" in at.plan().stdout
    assert "(Account" in at.plan("--language", "en").stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_fits_in_100_columns(at: Workplace, language: str) -> None:
    contracts = [{"id": f"合同-{number}-{'x' * 40}", "name": LONG, "ends_on": "2026-12-31"} for number in range(12)]
    at.accounts(
        account("甲" * 60, name=LONG, contracts=contracts, owners={"account_manager": "a_person_with_a_long_id"})
    )
    table = at.plan("--language", language).stdout
    assert too_wide(table) == []


def test_columns_stand_below_each_other_whatever_the_script(at: Workplace) -> None:
    """Chinese characters take two columns: a table aligned by their number would be unreadable."""
    from wcwidth import wcswidth

    at.accounts(account(), account("A-2", owners={"account_manager": "emma"}, contracts=[
        {"id": "K-1", "name": "Frame contract 框架协议", "ends_on": "2026-12-31"}]))  # fmt: skip
    rows = [line for line in at.plan().stdout.splitlines() if line.startswith("  2026-")]
    starts = {wcswidth(line[: line.index(owner)]) for line in rows for owner in ("wang_fang", "emma") if owner in line}
    assert len(rows) == 6
    assert len(starts) == 1


def test_a_long_title_is_broken_not_cut(at: Workplace) -> None:
    at.accounts(account(contracts=[{"id": "K-1", "name": LONG, "ends_on": "2026-12-31"}]))
    lines = at.plan().stdout.splitlines()
    column = "".join(line[line.index("续约") :][:14] if "续约" in line else line.strip() for line in lines)
    assert LONG[-8:] in column


def test_many_records_of_one_warning_are_one_line(at: Workplace) -> None:
    at.accounts(account(contracts=[{"id": f"K-{n}", "name": "x", "ends_on": "2026-12-31"} for n in range(1, 9)]))
    assert "  ● 黄灯   合同 90 天内到期（K-1 x、K-2 x、K-3 x、K-4 x、K-5 x、另有 3 项）" in at.plan().stdout


EVIL = "\x1b[31m\x1b]0;owned\x07\x9b2J\u202e\r\nA-9 ● 绿灯"


@pytest.mark.parametrize("form", ["table", "json", "ndjson"])
def test_no_escape_sequence_of_the_data_reaches_the_terminal(at: Workplace, form: str) -> None:
    """A name that clears the screen, sets the title or writes a line of its own must be seen as what it is."""
    evil = account(f"A-1{EVIL}", name=EVIL, contracts=[{"id": EVIL, "name": EVIL, "ends_on": "2026-12-31"}],
                   owners={"account_manager": EVIL})  # fmt: skip
    at.accounts(evil, '{"id": "A-2", "name": "x", "surveys": "\\u001b[2J\\u009b"}')
    answer = at.plan("--format", form)
    allowed = {"\n"}
    assert {sign for sign in answer.output if sign < " " or "\x7f" <= sign <= "\x9f" or sign == "\u202e"} <= allowed
    if form == "table":
        assert "A-1\\x1b[31m\\x1b]0;owned\\x07\\x9b2J\\u202e A-9 ● 绿灯" in answer.stdout.replace("\n         ", "")


def test_a_terminal_gets_colours_unless_it_does_not_want_them(at: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from engine.commands.main import main

    arguments = ["plan", "small", "--accounts", "accounts.jsonl", "--as-of", "2026-11-20"]
    coloured = CliRunner().invoke(main, arguments, color=True).stdout
    assert "\x1b[33m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    plain = CliRunner().invoke(main, arguments, color=True).stdout
    assert "\x1b[" not in plain
    assert plain == at.plan().stdout
