"""Blocks of reports in mails: in the reader's language, without HTML and colours, and on narrow screens."""

import re

import pytest

from engine.messages.layout import html_of
from engine.planning.plan_messages import Message
from tests.inline import account, plan, playbook, team

PLACES = "{{ account.name }}\n\n[[warnings]]\n\n[[next_actions]]\n"
TEXT = """
roles: {ours: {manager: {title: {zh: 经理, en: Manager}}}}
warnings:
  slow: {light: yellow, title: {zh: 交付慢, en: Slow}, each: deliveries, when: {profile.industry: odd}}
  gone: {light: red, title: {zh: 联系人离任, en: Gone}, when: {profile.industry: odd}}
cadence:
  visit:
    title: {zh: 每月拜访客户并回顾合作, en: Monthly visit and review}
    every: month
    kind: visit
    owner: manager
    send: report
content:
  report:
    kind: report
    audience: internal
    to: manager
    channel: email
    subject: {zh: 报告, en: Report}
    blocks: [warnings, next_actions]
    approval: none
"""


@pytest.fixture(scope="module", params=["zh-CN", "en-US"])
def report(request: pytest.FixtureRequest) -> Message:
    book = playbook(f"locale: {request.param}\n{TEXT}", report__zh=PLACES, report__en=PLACES)
    people = team("people: {wang: {name: 王芳, roles: [manager]}}")
    known = account(
        profile={"industry": "odd"}, owners={"manager": "wang"}, interactions=[],
        deliveries=[{"id": "D-1"}], relationship={"started_on": "2026-01-05"},
    )  # fmt: skip
    planned = plan(book, known, "2026-05-20", team=people)
    return planned.messages[0]


def test_a_report_without_html_says_what_is_late_in_its_own_signs(report: Message) -> None:
    chinese = report.locale == "zh-CN"
    line = (
        "2026年2月5日：每月拜访客户并回顾合作（已逾期） · 王芳"
        if chinese
        else "Feb 5, 2026: Monthly visit and review (overdue) · 王芳"
    )
    assert line in report.body.splitlines()
    assert not chinese or not set(report.body) & set(":()")


def test_the_worst_warning_comes_first(report: Message) -> None:
    lights = re.findall("^(红灯|黄灯|red|yellow)", report.body, re.MULTILINE)
    assert lights in (["红灯", "黄灯"], ["red", "yellow"])


def test_dates_and_names_stay_whole_and_titles_wrap(report: Message) -> None:
    """Without it a mail program breaks ``2026年11月20`` from ``日``, and a Chinese name in two."""
    last = html_of(report).rpartition("<tr><td")[2]
    assert ["nowrap" in each for each in last.split("<td")] == [True, False, True]
