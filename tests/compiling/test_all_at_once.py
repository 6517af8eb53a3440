"""Everything that is wrong is told at once, and nothing that is only wrong because something else is."""

from tests.inline import problems

LOW = """
    warnings:
      low:
        light: yellow
        when: {满意度: {below: 70}}
        do: [{kind: 电话, owner: account_maneger, due: 2 days, title: Ask}]
"""

SENT = """
    warnings:
      ending:
        light: LIGHT
        each: contracts
        where: {ends_on: {in_next: 90 days}}
        do: [{kind: message, send: letter, title: Write}]
    content:
      letter:
        kind: message
        to: {role: buyer}
        channel: email
        subject: "{{ contract.name }}"
        body: "{{ contract.name }} ends soon."
"""


def said(text: str) -> list[str]:
    return [f"{each.code} {each.message} / {each.hint}" for each in problems(text)]


def test_a_wrong_cause_hides_nothing_else_and_titles_lead_to_names() -> None:
    assert said(LOW) == [
        "PB201 `满意度` is not known: no field, metric or class of the account / write `satisfaction`",
        "PB201 `电话` is no kind of action / did you mean `call`?",
        "PB201 `account_maneger` is no role of ours / did you mean `account_manager`?",
    ]


def test_a_message_whose_sender_is_wrong_is_not_wrong_itself() -> None:
    assert said(SENT.replace("LIGHT", "yellow")) == []
    assert [each[:5] for each in said(SENT.replace("LIGHT", "yelow"))] == ["PB104"]
    assert [each[:5] for each in said(SENT.replace("LIGHT", "yellow").replace("ends_on:", "end_on:"))] == ["PB201"]


def test_a_length_without_its_unit_gets_an_example() -> None:
    told = said(LOW.replace("满意度", "satisfaction").replace("2 days", "2"))
    assert told == ["PB103 expected text for `due`, found `2` / write for example `3 working days`"]


def test_brackets_of_a_chinese_keyboard_are_told() -> None:
    told = said(LOW.replace("{满意度: {below: 70}}", "｛satisfaction: {below: 70}｝"))
    assert told == ["PB004 `｛` is a full-width sign; it opens nothing / write `{satisfaction: {below: 70}}`"]
