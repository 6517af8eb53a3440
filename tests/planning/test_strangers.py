"""Who is named and not known is told before a customer waits for somebody who is not there."""

from engine.planning.strangers import Strangers
from tests.inline import account, playbook, team

BOOK = """
    roles:
      ours:
        key_manager: {title: {zh: 大客户经理, en: Key manager}, else: director}
        director: {}
    escalation:
      late: {first: {after: 1 day, notify: key_manager}, second: {after: 2 days, notify: manager of owner}}
    warnings:
      low: {light: yellow, when: {satisfaction: {below: 70}}, do: [{kind: call, due: 2 days, escalate: late}]}
"""


def told(people: str, *owners: dict[str, str]) -> list[str]:
    strangers = Strangers(playbook(BOOK), team(people))
    for number, each in enumerate(owners):
        strangers.note(account(id=f"A-{number}", owners=each))
    return [f"{each.code} {each.account}: {each.message} / {each.hint}" for each in strangers.problems()]


def test_a_person_of_no_team_is_told_once_for_all_accounts() -> None:
    people = "people: {li: {name: 李雷, roles: [director]}}"
    assert told(people, {"director": "li"}, {"director": "王芳"}, {"director": "王芳"}, {"director": "王芳"}) == [
        "PB815 A-1: `owners.director: 王芳` is nobody of the team; so it is in 2 more accounts / known: li"
    ]


def test_a_role_is_known_by_its_title_and_who_stands_in_for_it_is_told() -> None:
    assert told(
        "people: {li: {name: 李雷, roles: [director, presales, kam_manager, product_manager]}}",
        {"大客户经理": "li", "presales": "li"},
    ) == ["PB816 A-0: `owners.大客户经理` is no role of the playbook / write `key_manager`"]


def test_an_account_may_name_who_is_told() -> None:
    nobody = (
        "PB817 None: nobody of the team is `key_manager`: this step of the escalation would tell nobody"
        " / give somebody `roles: [key_manager]` in the team file"
    )
    people = "people: {li: {name: 李雷}}"
    assert told(people, {}) == [nobody]
    assert told(people, {}, {"key_manager": "li"}) == []


def test_without_a_team_nobody_is_a_stranger() -> None:
    assert told("people: {}", {"direktor": "li"}) == []
