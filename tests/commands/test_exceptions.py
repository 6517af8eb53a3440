"""``--exceptions``: who is left in peace, until when, and why, for all to read."""

import json

import pytest

from tests.commands.workplace import Workplace

AUDIT = (
    "exceptions:\n  audit: {rules: satisfaction_low, accounts: [A-1], until: 2026-12-31, why: 审计期间, who: 王芳}\n"
)


def test_the_plan_says_until_when_why_and_who(at: Workplace) -> None:
    at.write("exceptions.yaml", AUDIT)
    (plan,) = json.loads(at.plan("--exceptions", "exceptions.yaml", "--format", "json").stdout)
    assert {
        "rule": "warnings.satisfaction_low", "item": None, "name": None, "by": ["exception"],
        "until": "2026-12-31T23:59:59+08:00", "why": "审计期间", "who": "王芳",
    } in plan["suppressed"]  # fmt: skip
    assert "审计期间 · 王芳" in at.plan("--exceptions", "exceptions.yaml").stdout
    explained = at.explain("satisfaction_low", "--exceptions", "exceptions.yaml").stdout
    assert "例外" in explained
    assert "审计期间" in explained


SAID = """
silences: {fair: {rules: satisfaction_low, until: "2026-11-21T18:00:00+08:00", why: 展会, who: 王芳}}
overrides: {kept: {class: phase, value: stable, accounts: [A-1], until: 2026-12-31, why: 换了负责人, who: 李娜}}
"""


def test_silences_and_values_set_by_hand_are_shown_and_explained(at: Workplace) -> None:
    at.write("exceptions.yaml", SAID)
    (plan,) = json.loads(at.plan("--exceptions", "exceptions.yaml", "--format", "json").stdout)
    (held,) = (each for each in plan["suppressed"] if "silence" in each["by"])
    assert (held["until"], held["why"], held["who"]) == ("2026-11-21T18:00:00+08:00", "展会", "王芳")
    phase = plan["classes"]["phase"]
    assert (phase["value"], phase["override"]["by_data"], phase["override"]["who"]) == ("stable", "start", "李娜")
    told = "数据为磨合期，人工设定至 2026-12-31：换了负责人 · 李娜"
    assert told in at.plan("--exceptions", "exceptions.yaml").stdout
    assert told in at.explain("--exceptions", "exceptions.yaml").stdout.replace("\n", "").replace("  ", "")


def test_what_is_said_beside_the_playbook_is_part_of_what_a_plan_was_made_from(at: Workplace) -> None:
    digests = set()
    for text in ("{}", SAID, SAID.replace("stable", "start"), SAID.replace("18:00", "17:00")):
        at.write("exceptions.yaml", text)
        (plan,) = json.loads(at.plan("--exceptions", "exceptions.yaml", "--format", "json").stdout)
        digests.add(plan["inputs"]["context"])
    assert len(digests) == 4


def test_one_that_has_ended_is_told_until_it_is_taken_out(at: Workplace) -> None:
    at.write("exceptions.yaml", AUDIT.replace("2026-12-31", "2026-11-19"))
    answer = at.plan("--exceptions", "exceptions.yaml")
    assert (answer.exit_code, "审计期间 · 王芳" in answer.stdout) == (0, False)
    assert "PB811" in answer.stderr
    assert "`audit` ended on 2026-11-19" in answer.stderr


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("rules: satisfaction_low", "rules: satisfacton_low"), "did you mean `satisfaction_low`?"),
        ((", who: 王芳", ""), "`who` is missing"),
        (("rules: satisfaction_low, accounts: [A-1], ", ""), "would hold back every rule of every account"),
        (("until: 2026-12-31", "from: 2027-01-01, until: 2026-12-31"), "before it begins"),
        (("accounts: [A-1]", "when: {tierr: high}"), "PB201"),
        (("accounts: [A-1]", "when: {phase: strategic}"), "PB203"),
    ],
)
def test_a_mistake_is_told_with_its_place(at: Workplace, change: tuple[str, str], told: str) -> None:
    at.write("exceptions.yaml", AUDIT.replace(*change))
    answer = at.plan("--exceptions", "exceptions.yaml")
    assert answer.exit_code == 2
    assert told in answer.stderr
    assert "exceptions.yaml" in answer.stderr


GROUPED = """
metrics: {low: {share_of_accounts: {satisfaction_low: firing}}}
rules: {many: {scope: portfolio, when: {low: {above: 0%}}, do: [{kind: review, owner: sales_director}]}}
"""
OF_ACCOUNTS = """
exceptions:
  ended: {when: {relationship.ended_on: {present: true}}, until: 2026-12-31, why: 合作已结束, who: 王芳}
  public: {when: {profile.industry: public}, rules: satisfaction_low, until: 2026-12-31, why: 招标, who: 王芳}
  review: {rules: rules.many, until: 2026-12-31, why: 年底再议, who: 李娜}
"""


def test_what_is_said_of_accounts_is_not_asked_of_groups_and_a_gap_says_what_it_is(at: Workplace) -> None:
    at.write("small/more.yaml", GROUPED)
    at.write("exceptions.yaml", OF_ACCOUNTS)
    of_account, of_all = json.loads(at.plan("--exceptions", "exceptions.yaml", "--format", "json").stdout)
    assert [each["rule"] for each in of_account["gaps"]] == ["exceptions.ended", "exceptions.public"]
    assert of_all["gaps"] == []
    assert [each["rule"] for each in of_all["suppressed"]] == ["rules.many"]
    assert "合作结束日期（例外 ended） · 行业（例外 public）" in at.plan("--exceptions", "exceptions.yaml").stdout
