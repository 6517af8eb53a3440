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
        "rule": "warnings.satisfaction_low", "item": None, "by": ["exception"],
        "until": "2026-12-31T23:59:59+08:00", "why": "审计期间", "who": "王芳",
    } in plan["suppressed"]  # fmt: skip
    assert "审计期间 · 王芳" in at.plan("--exceptions", "exceptions.yaml").stdout
    explained = at.explain("satisfaction_low", "--exceptions", "exceptions.yaml").stdout
    assert "例外" in explained
    assert "审计期间" in explained


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
