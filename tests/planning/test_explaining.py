"""Explanations of what can't be seen any more: the day a feed is down is the day somebody asks."""

from engine.planning.explaining import explain_findings
from tests.inline import account, after, playbook, run

BOOK = playbook("""
classes:
  size: {each: contracts, first: {large: {amount: {above: 1000 CNY}}}, otherwise: small}
""")


def test_the_class_of_a_record_whose_collection_is_down_keeps_its_value_and_says_what_is_missing() -> None:
    seen = account(contracts=[{"id": "K-1", "amount": "2000 CNY"}])
    found = run(BOOK, account(), "2026-11-20", after(BOOK, (seen, "2026-11-19")))
    told = explain_findings(BOOK, found.findings, found.plan, "zh", None, {})
    case = told.classes[0].cases[0]
    assert (case.item, case.value, case.rows[0].result) == ("K-1", "large", "unknown")
