"""``playbook explain``: why, and why not, with what each test expects and what was found."""

import json

from tests.commands.test_plan import RANKED, bought
from tests.commands.workplace import Workplace, account, too_wide


def section(text: str, address: str) -> list[str]:
    """The lines of one rule."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if address in line)
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if not line.startswith("    ")), len(rest))
    return [lines[start], *rest[:end]]


def test_a_rule_that_fires_shows_the_test_the_figure_the_place_and_the_work(at: Workplace) -> None:
    head, _, test, places, *rest = section(at.explain().stdout, "warnings.satisfaction_low")
    assert head.startswith(" ✓ 满意度低于 70 分 warnings.satisfaction_low  ● 黄灯 · H-09 · playbook.yaml:")
    assert test.strip() == "✓ 满意度 (satisfaction) 低于 70 分 · 实际 69.9 分（满意度调查 S-1, 2026-11-01）"
    assert places.strip().startswith("playbook.yaml:")
    assert places.endswith("· metrics.satisfaction (内置)")
    assert any(line.strip() == "→ 了解不满的原因 · 2026-11-24~ · wang_fang" for line in rest)


def test_a_rule_that_does_not_fire_says_what_was_found(at: Workplace) -> None:
    head, test = section(at.explain("budget_frozen").stdout, "warnings.budget_frozen")
    assert head.startswith(" ✗")
    assert test.strip().startswith("✗ budget_status 等于 frozen · 实际 free  playbook.yaml:")


def test_a_rule_nobody_can_decide_says_what_is_missing(at: Workplace) -> None:
    at.accounts({key: value for key, value in account().items() if key not in ("surveys", "contracts")})
    text = at.explain("--language", "en").stdout
    assert section(text, "warnings.satisfaction_low")[0].startswith(" ?")
    assert "? Satisfaction below 70 points · missing: Surveys" in text
    assert section(text, "warnings.renewal_near")[1].strip() == "? contracts not delivered"


def test_a_muted_warning_says_by_what(at: Workplace) -> None:
    at.accounts(account(fields={"budget_status": "frozen"}))
    assert "‖ 暂缓：静音 · 由 预算冻结 (warnings.budget_frozen) 静音" in at.explain("satisfaction_low").stdout


def test_a_class_shows_every_row_and_which_one_holds(at: Workplace) -> None:
    text = at.explain("phase").stdout
    assert "= 磨合期 (start)" in text
    assert "✓ 合作时长 (relationship_age) 低于 3 个月 · 实际 1 个月" in text
    assert "✗ 合作时长 (relationship_age) 不低于 3 个月 · 实际 1 个月" in text


def test_a_cadence_says_from_when_it_counts_or_that_it_is_done(at: Workplace) -> None:
    assert "✓ 业务复盘：从 2026-10-01 起算" in at.explain("monthly_review").stdout
    at.write(
        "small/more.yaml",
        "cadence:\n  calendar: {every: month, counted_from: calendar, kind: call, owner: account_manager}\n",
    )
    at.accounts(account(interactions=[{"id": "I-1", "on": "2026-11-05", "kind": "call"}]))
    assert "– 电话沟通：本期已完成，最近一次 2026-11-05" in at.explain("calendar").stdout


OWNERS = """
metrics:
  low: {share_of_accounts: {satisfaction_low: firing}, over: {same: owner.account_manager}}
scores:
  service: {scope: owner, parts: {low: {weight: 100, points: low, bands: {100: 0%, 0: 1%}}}, bands: {poor: 0, good: 60}}
rules:
  support: {scope: owner, when: {service: poor}, do: [{kind: call, owner: sales_director}]}
"""


def test_a_group_is_explained_by_the_entries_of_its_scope(at: Workplace) -> None:
    at.write("small/more.yaml", OWNERS)
    at.accounts(account("A-1"), account("A-2"))
    found = json.loads(at.explain("--format", "json", account=None, group="owner.account_manager=wang_fang").stdout)
    assert (found["account"], found["group"]["accounts"]) == (None, 2)
    assert [each["address"] for each in found["scores"]] == ["scores.service"]
    assert [each["address"] for each in found["rules"]] == ["rules.support"]
    text = at.explain("support", account=None, group="owner.account_manager=wang_fang").stdout
    assert "✓ service 等于 poor" in text
    wrong = at.explain(account=None, group="owner.account_manager=wang_fan")
    assert wrong.exit_code == 2
    assert "did you mean `owner.account_manager=wang_fang`" in wrong.stderr.replace("\n", " ")
    assert "support" not in at.explain().stdout


def test_each_record_is_a_case_and_quiet_ones_are_counted_unless_asked_for(at: Workplace) -> None:
    far = {"id": "K-2", "name": "老合同", "ends_on": "2028-01-01"}
    at.accounts(account(contracts=[*account()["contracts"], far]))
    whole = at.explain().stdout
    assert "✓ K-1 框架协议 · 触发中" in whole
    assert "✗ 另有 1 条记录不符合条件" in whole
    assert "K-2" not in whole
    at.accounts(account(contracts=[far, {**far, "id": "K-3"}]))
    assert "✗ 2 条记录均不符合条件" in at.explain().stdout
    assert "✗ none of 2 records matches" in at.explain("--language", "en").stdout
    one = at.explain("warnings.renewal_near").stdout
    assert "✗ K-2 老合同" in one
    assert "✗ 结束日期 (ends_on) 在未来 90 天内 · 实际 2028-01-01" in one


PROMPT = """
rules:
  apologise: {each: commitments, do: [{kind: mail, title: Apologise, due: 6 hours before $commitment.due_at}]}
"""


def test_work_is_due_to_the_minute_and_late_as_in_the_plan(at: Workplace) -> None:
    at.write("small/more.yaml", PROMPT)
    at.accounts(account(commitments=[{"id": "M-1", "due_at": "2026-11-21T00:00:00+08:00"}]))
    assert "→ Apologise · 2026-11-20 18:00! · wang_fang" in at.explain("apologise").stdout


def test_json_holds_every_case_with_its_tree(at: Workplace) -> None:
    document = json.loads(at.explain("--format", "json").stdout)
    assert document["format"] == "playbook-explanation/1"
    assert [each["address"] for each in document["classes"]] == ["classes.phase"]
    rules = {each["address"]: each for each in document["rules"]}
    warnings = ["satisfaction_low", "budget_frozen", "renewal_near"]
    assert list(rules) == [*(f"warnings.{each}" for each in warnings), "cadence.monthly_review"]
    (case,) = rules["warnings.budget_frozen"]["cases"]
    assert (case["result"], case["state"]) == ("false", "inactive")
    assert case["because"]["observed"] == "free"


def test_a_figure_over_the_portfolio_says_over_how_many_accounts(at: Workplace) -> None:
    at.write("small/more.yaml", RANKED)
    unknown = {key: value for key, value in account("A-3").items() if key != "purchases"}
    at.accounts(bought("A-1", 100), bought("A-2", 300), unknown)
    assert "按 2 家客户计算，另有 1 家因数据不足未计入" in at.explain("classes.size").stdout
    assert "over 2 accounts, 1 left out for want of data" in at.explain("classes.size", "--language", "en").stdout


def test_one_rule_alone_is_explained_by_id_and_by_address(at: Workplace) -> None:
    by_id, by_address = at.explain("budget_frozen").stdout, at.explain("warnings.budget_frozen").stdout
    assert by_id == by_address
    assert "satisfaction_low" not in by_id


def test_every_line_fits_in_100_columns(at: Workplace) -> None:
    at.accounts(account(name="华北区域数字化转型" * 12, contracts=[
        {"id": "K" * 90, "name": "二期" * 60, "ends_on": "2026-12-31"}]))  # fmt: skip
    for language in ("zh", "en"):
        assert too_wide(at.explain("--language", language).stdout) == []


def test_no_escape_sequence_of_the_data_reaches_the_terminal(at: Workplace) -> None:
    evil = "\x1b[2J\x9b\u202e\n"
    at.accounts(account(name=evil, contracts=[{"id": evil, "name": evil, "ends_on": "2026-12-31"}]))
    for form in ("text", "json"):
        output = at.explain("--format", form).output
        assert not {"\x1b", "\x9b", "\u202e"} & set(output)


MADE_OF = """\
parameters:
  bought_floor: {title: {zh: 采购下限, en: Least bought}, value: 60%}
metrics:
  bought: {title: {zh: 近一年采购, en: Bought in a year}, sum: purchases.amount, in_last: 12 months}
  bought_share: {title: {zh: 采购完成率, en: Share of the plan}, ratio: [bought, target]}
fields:
  target: {title: {zh: 年度目标, en: Target of the year}, type: money}
warnings:
  buys_little:
    title: {zh: 采购不足, en: Buys little}
    light: yellow
    applies_to: {phase: stable}
    when: {bought_share: {below: $bought_floor}}
"""


def buying(at: Workplace) -> None:
    """An account that has bought seven times, and has a target."""
    at.write("small/more.yaml", MADE_OF)
    days = [f"2026-{month:02}-10" for month in range(4, 11)]
    purchases = [{"id": f"P-{no}", "on": day, "amount": "100 CNY"} for no, day in enumerate(days, 1)]
    at.accounts(account(purchases=purchases, fields={"target": "2000 CNY"}))


def test_a_figure_is_followed_through_the_figures_it_is_made_of_to_its_records(at: Workplace) -> None:
    buying(at)
    text = "".join(line.strip() for line in at.explain("buys_little").stdout.splitlines())
    assert "✓ 采购完成率 (bought_share) 低于 60% · 实际 35%" in text
    assert "parameters.bought_floor more.yaml:2" in text
    assert "metrics.bought_share more.yaml:5" in text
    assert "← 近一年采购 (bought)：700 CNY（采购记录 P-7、P-6、P-5、P-4、P-3，共 7 条）metrics.bought" in text
    assert "← 年度目标 (target)：2,000 CNY" in text


def test_a_rule_that_does_not_fire_says_first_what_does_not_hold(at: Workplace) -> None:
    buying(at)
    text = at.explain("buys_little", "--language", "en").stdout
    first = section(text, "warnings.buys_little")[1]
    assert first.strip() == "✗ does not hold yet: Phase is Stable (found Getting started)"


def sources(at: Workplace, whose: str = "A-1") -> str:
    """Where the account's survey and its own data were read."""
    rows = ((None, whose, "客户", 7, {}), ("surveys", "S-1", "满意度", 4, {"score": "得分"}))
    lines = [
        {
            "account": whose,
            "collection": of,
            "id": name,
            "file": f"data/台账.xlsx#{sheet}",
            "row": row,
            "columns": columns,
        }
        for of, name, sheet, row, columns in rows
    ]
    at.write("sources.ndjson", "".join(json.dumps(each) + "\n" for each in lines))
    return "sources.ndjson"


def test_with_sources_a_figure_is_followed_to_file_and_row(at: Workplace) -> None:
    text = at.explain("satisfaction_low", "--sources", sources(at)).stdout
    assert "实际 69.9 分（台账.xlsx#满意度 第 4 行）" in text
    assert "（截至 2026-11-20 23:59 · 台账.xlsx#客户 第 7 行）" in text
    document = json.loads(at.explain("satisfaction_low", "--sources", sources(at), "--format", "json").stdout)
    (drawn,) = document["rules"][0]["cases"][0]["because"]["origin"]["drawn"]
    read = {"file": "data/台账.xlsx#满意度", "row": 4, "column": "得分"}
    assert drawn == {"collection": "surveys", "count": 1, "first": [{"id": "S-1", "on": "2026-11-01", **read}]}


def test_sources_of_other_accounts_leave_the_ids_and_say_so(at: Workplace) -> None:
    done = at.explain("satisfaction_low", "--sources", sources(at, "A-9"))
    assert "sources.ndjson says nothing of `A-1`" in done.stderr
    assert "满意度调查 S-1, 2026-11-01" in done.stdout


def test_a_name_that_cannot_be_explained_leads_to_what_can(at: Workplace) -> None:
    buying(at)
    assert "did you mean `warnings.satisfaction_low`" in at.explain("satisfaction_lo").stderr
    assert "did you mean `warnings.budget_frozen`" in at.explain("预算冻结").stderr
    assert (
        "`metrics.bought_share` is explained with what uses it: `warnings.buys_little`"
        in at.explain("bought_share").stderr
    )
    assert (
        "`parameters.bought_floor` is explained with what uses it: `warnings.buys_little`"
        in at.explain("bought_floor").stderr
    )


def test_a_figure_is_where_an_overlay_has_set_it(at: Workplace) -> None:
    at.write(
        "base/playbook.yaml",
        "playbook: base\nlocale: zh-CN\nparameters:\n  floor:\n    title: 下限\n    value: 60 points\n"
        "warnings:\n  low: {light: yellow, when: {satisfaction: {below: $floor}}}\n",
    )
    at.write("over/playbook.yaml", "playbook: over\nextends: ../base\nparameters:\n  floor: 75 points\n")
    for book, line in (("base", 6), ("over", 4)):
        told = at.run("explain", book, "--accounts", "accounts.jsonl", "--account", "A-1", "--as-of", "2026-11-20")
        assert f"parameters.floor playbook.yaml:{line}" in told.stdout
