"""Reasons are sentences: read aloud, they are ones that a person would say."""

import pytest

from engine.reports.labels import Labels, alike
from tests.inline import account, plan, playbook

BOOK = playbook("""
    metrics: {bought: {sum: purchases.amount, in_last: 12 months}}
    rules:
      cto: {when: {some: {in: contacts, where: {role: cto}}}, do: [{kind: call}]}
      ctos: {when: {some: {in: contacts, where: {role: cto}, at_least: 2}}, do: [{kind: call}]}
      only: {when: {every: {in: contacts, where: {role: cto}}}, do: [{kind: call}]}
      idle: {when: {none: {in: deliveries}}, do: [{kind: call}]}
      fewer: {when: {not: {some: {in: contacts, where: {role: cto}, at_least: 3}}}, do: [{kind: call}]}
      not_less: {when: {not: {bought: {below: 1000 CNY}}}, do: [{kind: call}]}
      much: {when: {bought: {above: 1000 CNY}}, do: [{kind: call}]}
      business: {when: {profile.business: cross_border}, do: [{kind: call}]}
""")
FOUND = plan(
    BOOK,
    account(
        contacts=[{"id": "C-1", "role": "cto"}, {"id": "C-2", "role": "cto"}], deliveries=[],
        purchases=[{"id": "P-1", "on": "2026-05-01", "amount": "2322100.5 CNY"}], profile={"business": "cross_border"},
    ),
    "2026-05-20",
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ("cto", "at least 1 matching contact (found 2)", "符合条件的联系人至少 1 条（实际 2）"),
        ("ctos", "at least 2 matching contacts (found 2)", "符合条件的联系人至少 2 条（实际 2）"),
        ("only", "all contacts match (found 2)", "所有联系人都符合条件（实际 2）"),
        ("idle", "no matching deliveries (found 0)", "没有符合条件的交付（实际 0）"),
        (
            "fewer",
            "not “at least 3 matching contacts (found 2)”",
            "并非“符合条件的联系人至少 3 条（实际 2）”",
        ),
        ("not_less", "bought at least 1,000 CNY (found 2,322,100.5 CNY)",
         "bought 不低于 1,000 CNY（实际 2,322,100.5 CNY）"),
        ("much", "bought above 1,000 CNY (found 2,322,100.5 CNY)", "bought 高于 1,000 CNY（实际 2,322,100.5 CNY）"),
        ("business", "Kind of business is cross-border", "业务类型 等于 跨境"),
    ],
)  # fmt: skip
def test_a_reason_is_a_sentence_in_both_languages(rule: str, english: str, chinese: str) -> None:
    (because,) = (each.because for each in FOUND.actions if each.rule == f"rules.{rule}")
    for locale, told in (("en", english), ("zh-CN", chinese)):
        assert Labels(BOOK.playbook, locale, BOOK.edges).phrases.summary(because) == told


def test_waiting_work_names_what_it_waits_for_as_the_plan_does() -> None:
    book = playbook("""
        warnings: {rival: {light: red, each: competitors, title: Rival, do: [fend_off]}}
        plays:
          fend_off:
            for: competitors
            tasks:
              look: {kind: task, title: "Find out where {{ competitor.name }} comes in"}
              answer: {kind: task, title: Write our answer, needs: look}
    """)
    rivals = [{"id": "R-1", "name": "Acme"}, {"id": "R-2", "name": "Globex"}]
    found = plan(book, account(competitors=rivals), "2026-05-20")
    labels = Labels(book.playbook, "en", book.edges)
    (waiting,) = (each for each in found.actions if each.item == "R-2" and each.status == "waiting")
    assert labels.task(waiting, found) == "Write our answer (waits for Find out where Globex comes in)"


def test_records_are_called_by_their_names_which_tell_them_apart() -> None:
    book = playbook("""
        classes: {step: {each: contracts, title: Step, first: {open: {status: open}}, otherwise: closed}}
        warnings:
          ends: {light: red, each: contracts, title: It ends, where: {status: open}}
          unclear: {light: red, each: contracts, title: Unclear, where: {renewal_intent: unclear}}
    """)
    names = {"K-1": "Cloud", "K-2": "Archive", "K-3": "Cloud", "K-4": None}
    contracts = [{"id": id_, "status": "open", "name": name} for id_, name in names.items()]
    found, labels = plan(book, account(contracts=contracts), "2026-05-20"), Labels(book.playbook, "en", book.edges)
    (alone,) = alike(found.warnings)
    assert labels.warning_text(alone) == "It ends (K-1 Cloud, Archive, K-3 Cloud, K-4)"
    assert labels.class_value("step", found.classes["step"]).startswith("K-1 Cloud (open), Archive (open)")
    assert list(labels.gaps((*found.gaps, *found.gaps))) == [
        "Contracts: renewal intent (Unclear: K-1 Cloud, Archive, K-3 Cloud, K-4)"
    ]
