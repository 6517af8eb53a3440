"""A word that stays an id, or in another language, is one that who reads the plan cannot read aloud."""

from pathlib import Path

import pytest

from engine.planning.plan import AccountName, GroupName
from engine.reports.names import Names, without_places
from engine.reports.words import CHINESE, ENGLISH
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.titles import COLLECTION_TITLES, title_of
from engine.snapshots.vocabulary import account_paths, record_paths
from tests.inline import playbook

ROOT = Path(__file__).resolve().parents[2]
BOOK = playbook("""
    fields: {fit: {title: {zh: 契合度, en: Fit}, one_of: [good, bad], labels: {good: {zh: 好, en: good}}}}
    roles: {theirs: {decision_maker: {title: {zh: 决策人, en: Decision maker}}}}
    classes: {tier: {title: {zh: 分级, en: Tier}, first: {key: {fit: good}}, labels: {key: {zh: 大客户, en: Key}}}}
    warnings: {late: {light: red, title: {zh: "延迟：{{ delivery.name }}"}, each: deliveries}}
""").playbook
CHINESE_NAMES = Names(BOOK, "zh", CHINESE)
ENGLISH_NAMES = Names(BOOK, "en", ENGLISH)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_that_can_be_known_of_an_account_has_a_name(language: str) -> None:
    assert COLLECTION_TITLES.keys() == COLLECTIONS.keys()
    fields = [f"{name}.{field}" for name in COLLECTIONS for field in record_paths(name)]
    told = {path: title_of(path, language) for path in (*account_paths(), *fields)}
    assert [path for path, title in told.items() if title is None or "_" in title] == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("surveys", "满意度调查"), ("surveys.score", "满意度调查的评分"), ("fields.fit", "契合度"), ("tier", "分级"),
        ("classes.tier", "分级"), ("warnings.late", "延迟"), ("owners.account_manager", "客户经理"),
        ("contacts.decision_maker", "联系人（决策人）"), ("relationship.started_on", "合作开始日期"),
        ("rate USD→CNY on 2026-02-05", "2026-02-05 的汇率 USD→CNY"), ("portfolio", "全部客户"), ("light", "灯"),
        ("purchases from 2026-01-01 to 2026-03-31", "2026-01-01 至 2026-03-31 的采购记录"),
        ("metrics.of_nobody", "metrics.of_nobody"), ("contacts.all_contacts", "联系人"),
        ("previous.classes.tier", "此前的分级"), ("previous.scores.wealth.value.@12 months", "此前的scores.wealth"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_as_people_call_it(path: str, told: str) -> None:
    assert CHINESE_NAMES.missing((path,)) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("surveys", "Surveys"), ("contacts.left_on", "Contacts: leaving date"), ("tier", "Tier"),
        ("contacts.decision_maker", "Contacts (Decision maker)"), ("profile.business", "Kind of business"),
        ("contacts.all_contacts", "Contacts"), ("previous.classes.tier", "Tier (before)"), ("customer_letter",
        "Customer confirmation letter"),
    ],
)  # fmt: skip
def test_english_has_plain_words_for_it_too(path: str, told: str) -> None:
    assert ENGLISH_NAMES.missing((path,)) == told


def test_rates_of_a_pair_are_told_together() -> None:
    rates = tuple(f"rate {pair} on 2026-0{month}-05" for month in (3, 1, 2) for pair in ("USD→CNY", "EUR→CNY"))
    assert CHINESE_NAMES.missing(("surveys", *rates[1:], "surveys")) == (
        "满意度调查、汇率 EUR→CNY（3 天，2026-01-05 至 2026-03-05）、汇率 USD→CNY（2 天，2026-01-05 至 2026-02-05）"
    )
    assert ENGLISH_NAMES.missing(rates[:3]) == (
        "rates USD→CNY on 2 days from 2026-01-05 to 2026-03-05, rate EUR→CNY on 2026-03-05"
    )


def test_values_are_told_by_their_labels_and_those_of_the_data_as_they_are() -> None:
    assert CHINESE_NAMES.value("tier", "key") == "大客户"
    assert CHINESE_NAMES.value("fit", "good") == "好"
    assert CHINESE_NAMES.value("contact.role", "decision_maker") == "决策人"
    assert CHINESE_NAMES.value("status", "open") == "未结"
    assert CHINESE_NAMES.value("status", "审核中") == "审核中"
    assert ENGLISH_NAMES.value("stage", "before_signing") == "before signing"
    assert ENGLISH_NAMES.value("stage", "in_review") == "in_review"


def test_groups_are_called_by_what_they_have_in_common() -> None:
    group = GroupName("owners.account_manager", "zhou", 12, "周宁")
    assert ENGLISH_NAMES.subject(None, group) == AccountName("Account manager", "周宁")
    assert CHINESE_NAMES.subject(None, group) == AccountName("客户经理", "周宁")


def test_a_title_ends_before_what_is_filled_in() -> None:
    assert without_places("每周同步：{{ commitment.title }}") == "每周同步"
    assert without_places("Find out where {{ competitor.name }} comes in") == "Find out where … comes in"
    assert without_places("需求：{{ need.title }}（第 {{ need_place }} 位）") == "需求"
    assert without_places("{{ account.name }}") == ""
