"""Due times at their borders: a deadline an hour off is a promise broken, or an alarm at night."""

from typing import Any

import pytest

from engine import AccountFailed, InputUnreadable
from tests.inline import SHANGHAI, account, action, after, gaps, plan, playbook, team

OFFICE = """
    calendars: {office: {region: CN, timezone: Asia/Shanghai, hours: {mon-fri: 09:00-12:00 13:30-18:00}}}
    calendar: office
"""
COMPLAINT = f"""{OFFICE}
    rules:
      complaint:
        each: tickets
        where: {{kind: complaint, status: {{is_not: closed}}}}
        since: ticket.opened_at
        do: [{{kind: mail, title: Confirm, due: DUE, escalate: late}}]
    escalation:
      late:
        owner: {{after: 0 hours, notify: owner}}
        manager: {{after: 4 working hours, notify: manager of owner}}
        director: {{after: 1 working day, notify: sales_director}}
"""


def opened(moment: str) -> Any:
    """An account with a complaint opened at a moment on Chinese clocks."""
    ticket = {"id": "T-1", "kind": "complaint", "status": "open", "opened_at": f"{moment.replace(' ', 'T')}:00+08:00"}
    return account(tickets=[ticket])


def due(text: str, moment: str, as_of: str = "2026-12-31") -> str:
    """When a task with ``due: text`` is due for a complaint opened at ``moment``."""
    book = playbook(COMPLAINT.replace("DUE", text))
    found = action(plan(book, opened(moment), as_of), "complaint").due_at
    assert found is not None
    return found.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-20 17:00", "2026-11-20 19:00"), ("2026-11-21 11:00", "2026-11-21 13:00"),
     ("2026-11-22 23:30", "2026-11-23 01:30"), ("2026-02-17 08:00", "2026-02-17 10:00")],
    ids=["Friday evening", "Saturday", "Sunday night", "Spring Festival"],
)  # fmt: skip
def test_two_hours_run_on_the_clock_day_and_night(moment: str, expected: str) -> None:
    """H-10: the customer is waiting, whatever our calendar says."""
    assert due("2 hours", moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20 15:59", "2026-11-20 17:59"),
        ("2026-11-20 16:00", "2026-11-20 18:00"),
        ("2026-11-20 17:00", "2026-11-23 10:00"),
        ("2026-11-20 18:00", "2026-11-23 11:00"),
        ("2026-11-21 11:00", "2026-11-23 11:00"),
        ("2026-11-20 11:00", "2026-11-20 14:30"),
        ("2026-11-20 12:30", "2026-11-20 15:30"),
        ("2026-02-13 17:00", "2026-02-14 10:00"),
        ("2026-02-14 17:00", "2026-02-24 10:00"),
        ("2026-02-17 10:00", "2026-02-24 11:00"),
        ("2026-02-27 17:30", "2026-02-28 10:30"),
        ("2026-02-28 17:00", "2026-03-02 10:00"),
    ],
    ids=[
        "within the day", "to closing time", "over a weekend", "from closing time", "from a Saturday",
        "over lunch", "from the lunch break", "into a make-up Saturday", "over Spring Festival", "from Spring Festival",
        "into the make-up Saturday after it", "out of that into Monday",
    ],
)  # fmt: skip
def test_two_working_hours_run_in_office_hours_only(moment: str, expected: str) -> None:
    assert due("2 working hours", moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-20 10:00", "2026-11-24 18:00"), ("2026-11-21 10:00", "2026-11-24 18:00"),
     ("2026-02-13 10:00", "2026-02-24 18:00")],
    ids=["Friday", "Saturday", "before Spring Festival, with a make-up Saturday"],
)  # fmt: skip
def test_two_working_days_count_from_the_next_open_day(moment: str, expected: str) -> None:
    assert due("2 working days", moment) == expected


def test_a_deadline_in_hours_is_written_as_an_instant_and_one_in_days_as_a_date() -> None:
    for text, expected in (("2 hours", "2026-11-20T12:00:00+08:00"), ("2 days", "2026-11-23")):
        book = playbook(COMPLAINT.replace("DUE", text))
        assert action(plan(book, opened("2026-11-20 10:00"), "2026-11-20"), "complaint").due == expected
    book = playbook("    parameters: {within: 2 hours}\n" + COMPLAINT.replace("DUE", "$within"))
    assert action(plan(book, opened("2026-11-20 10:00"), "2026-11-20"), "complaint").due == "2026-11-20T12:00:00+08:00"


def test_a_due_time_counts_from_the_complaint_not_from_the_day_it_was_looked_at() -> None:
    assert due("2 hours", "2026-11-20 10:00", "2026-11-20 11:00") == due("2 hours", "2026-11-20 10:00", "2026-12-31")


def test_what_is_late_is_told_in_working_hours_after_it_was_due() -> None:
    book = playbook(COMPLAINT.replace("DUE", "2 hours"))
    steps = action(plan(book, opened("2026-11-20 14:00"), "2026-11-20"), "complaint").escalation
    assert [(each.step, each.at.strftime("%Y-%m-%d %H:%M")) for each in steps] == [
        ("owner", "2026-11-20 16:00"), ("manager", "2026-11-23 11:00"), ("director", "2026-11-23 18:00"),
    ]  # fmt: skip


def test_a_rule_that_has_to_hold_first_is_not_late_when_it_begins_to_act() -> None:
    """Its work counts from when it had held long enough, not from when it was first seen; however late the run."""
    book = playbook(f"""{OFFICE}
    warnings:
      low: {{light: red, when: {{vip: true}}, must_hold: 7 days, do: [{{kind: mail, due: 1 working day}}]}}
    fields: {{vip: {{type: truth}}}}
    """)
    seen = account(fields={"vip": True})
    known = after(book, (seen, "2026-05-04 10:00"))
    for as_of in ("2026-05-11 10:00", "2026-05-20 10:00"):
        found = action(plan(book, seen, as_of, known), "low")
        assert (found.due, found.overdue) == ("2026-05-12", as_of > "2026-05-12")


def test_a_must_hold_in_working_days_runs_on_the_calendar() -> None:
    book = playbook("""
        fields: {vip: {type: truth}}
        warnings: {low: {light: red, when: {vip: true}, must_hold: 2 working days}}
    """)
    seen = account(fields={"vip": True})
    known = after(book, (seen, "2026-11-20 10:00"))
    assert [each.state for each in plan(book, seen, "2026-11-24 17:59", known).warnings] == ["pending"]
    assert [each.state for each in plan(book, seen, "2026-11-24 18:00", known).warnings] == ["firing"]


def test_an_hour_held_is_an_hour_on_the_clock_across_summer_time() -> None:
    book = playbook("""
        locale: en-US
        fields: {vip: {type: truth}}
        warnings: {low: {light: red, when: {vip: true}, must_hold: 2 hours}}
    """)
    seen = account(fields={"vip": True})
    known = after(book, (seen, "2026-03-08 14:30"))
    # 01:30 in New York; half an hour later clocks there jump to 03:00.
    assert [each.state for each in plan(book, seen, "2026-03-08 16:29", known).warnings] == ["pending"]
    assert [each.state for each in plan(book, seen, "2026-03-08 16:30", known).warnings] == ["firing"]


# -- anchors ---------------------------------------------------------------------------------------------

NOTICE = playbook(f"""{OFFICE}
    rules:
      notice:
        each: commitments
        where: {{status: open}}
        do:
          - {{id: tell, kind: mail, due: 48 hours before $commitment.due_at}}
          - {{id: check, kind: task, due: 5 working days after $commitment.made_on}}
""")


def promised(**known: Any) -> Any:
    return account(commitments=[{"id": "C-1", "status": "open", **known}])


def test_48_hours_ahead_stays_at_least_48_hours_ahead() -> None:
    """From Tuesday 10:00 that is Sunday: the notice goes out with closing time on Friday."""
    found = action(plan(NOTICE, promised(due_at="2026-11-24T10:00:00+08:00"), "2026-11-18"), "tell")
    assert found.due == "2026-11-20T18:00:00+08:00"


def test_without_its_anchor_an_action_has_no_due_time_and_says_why() -> None:
    found = plan(NOTICE, promised(due_at=None), "2026-11-18")
    assert (action(found, "tell").due, action(found, "check").due) == (None, None)
    assert gaps(found) == {"rules.notice": ("commitments.made_on",)}


def test_missing_data_does_not_move_a_due_time_and_new_data_says_what_it_was() -> None:
    first = promised(due_at="2026-11-26T10:00:00+08:00", made_on="2026-11-02")
    known = after(NOTICE, (first, "2026-11-18"))
    kept = action(plan(NOTICE, promised(made_on="2026-11-02"), "2026-11-19", known), "tell")
    assert (kept.due, kept.due_was, kept.state) == ("2026-11-24T10:00:00+08:00", None, "unchanged")
    moved = promised(due_at="2026-11-27T10:00:00+08:00", made_on="2026-11-02")
    found = action(plan(NOTICE, moved, "2026-11-19", known), "tell")
    assert (found.due, found.state) == ("2026-11-25T10:00:00+08:00", "updated")
    assert found.due_was is not None and found.due_was.isoformat() == "2026-11-24T10:00:00+08:00"


def test_a_date_at_the_end_of_all_calendars_fails_its_account_in_plain_words() -> None:
    """`9999-12-31` is how many systems write `no end`."""
    book = playbook("rules: {r: {each: contracts, do: [{kind: mail, due: 5 working days after $contract.ends_on}]}}")
    with pytest.raises(AccountFailed) as failed:
        plan(book, account(contracts=[{"id": "c", "ends_on": "9999-12-31"}]), "2026-05-20")
    assert (failed.value.problem.code, "due time" in failed.value.problem.message) == ("PB702", True)


# -- whose calendar --------------------------------------------------------------------------------------

VISIT = playbook("""
    calendars:
      cn: {region: CN, timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}
      gulf: {timezone: Asia/Dubai, hours: {sun-thu: 08:00-17:00}}
    calendar: cn
    rules:
      both:
        when: {profile.industry: retail}
        do:
          - {id: visit, kind: visit, due: 1 working day}
          - {id: desk, kind: task, due: 1 working day}
""")


def test_a_visit_needs_a_day_on_which_both_sides_work_and_work_at_the_desk_does_not() -> None:
    """Thursday + 1: Friday is no working day in the Gulf, Sunday none here."""
    found = plan(VISIT, account(profile={"industry": "retail", "calendar": "gulf"}), "2026-11-19 10:00")
    assert (action(found, "visit").due, action(found, "desk").due) == ("2026-11-23", "2026-11-20")


def test_a_calendar_nobody_defined_is_named_instead_of_being_ignored() -> None:
    with pytest.raises(AccountFailed, match="moon"):
        plan(VISIT, account(profile={"industry": "retail", "calendar": "moon"}), "2026-11-19 10:00")
    people = team("people: {wang: {name: Wang, hours: golf}}")
    with pytest.raises(InputUnreadable, match=r"golf[\s\S]*gulf"):
        plan(VISIT, account(), "2026-11-19 10:00", team=people)


def test_holidays_nobody_has_published_make_a_date_provisional() -> None:
    book = playbook(COMPLAINT.replace("DUE", "2 working days"))
    assert action(plan(book, opened("2027-11-20 10:00"), "2027-12-31"), "complaint").provisional
    assert not action(plan(book, opened("2026-11-20 10:00"), "2026-12-31"), "complaint").provisional
