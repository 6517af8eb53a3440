"""Putting off: who says \"next week\" must not find the old date again tomorrow, nor what comes after it overdue."""

from datetime import date, datetime

import pytest

from engine.lifecycle.clocks import steps_due
from engine.lifecycle.events import Finished, Snoozed
from engine.lifecycle.folding import after
from engine.lifecycle.notices import watch
from engine.lifecycle.putting_off import Office, put_off
from engine.lifecycle.state import AccountState
from engine.reports.names import names_in
from tests.inline import at
from tests.lifecycle.working import after_all, complaints, opened, people, planned, ran, with_complaint, work

NOW = at("2026-11-20 11:00")


def snoozed(state: AccountState, task: str, until: date | datetime) -> AccountState:
    """The account once a task was put off."""
    office = Office.on(complaints(), people(), NOW)
    action = work(state, task).action
    moved = put_off(state.work, action.id, until, NOW, office)
    said = Snoozed(at=NOW, by="wang", action=action.id, until=moved[0].due_at or NOW, why="客户出差", moved=moved)
    return after(state, said)


def due(state: AccountState) -> dict[str, str]:
    """When each task is due."""
    found = ((each.action.task, each.action.due_at) for each in state.work.values())
    return {task: f"{moment:%a %d %H:%M}" for task, moment in found if moment is not None}


def test_what_needs_it_moves_along_each_in_its_own_unit() -> None:
    """22 hours later stay hours on the clock, working hours and working days stay those."""
    assert due(opened()) == {
        "confirm": "Fri 20 12:00", "propose": "Sat 21 10:00", "hours": "Fri 20 17:30", "settle": "Wed 25 18:00",
    }  # fmt: skip
    assert due(snoozed(opened(), "confirm", date(2026, 11, 23))) == {
        "confirm": "Mon 23 18:00", "propose": "Tue 24 16:00", "hours": "Tue 24 14:30", "settle": "Thu 26 18:00",
    }  # fmt: skip


def test_only_what_needs_it_moves() -> None:
    found = due(snoozed(opened(), "propose", at("2026-11-22 10:00")))
    assert found == {**due(opened()), "propose": "Sun 22 10:00", "settle": "Wed 25 18:00"}


def test_a_date_on_a_closed_day_is_the_next_open_one() -> None:
    assert due(snoozed(opened(), "confirm", date(2026, 11, 21)))["confirm"] == "Mon 23 18:00"


def test_its_clocks_are_wound_anew() -> None:
    state = opened()
    state = after_all(state, steps_due(state, watch(complaints(), people(), at("2026-11-20 12:00"), names_in)))
    state = snoozed(state, "confirm", at("2026-11-20 15:00"))
    found = steps_due(state, watch(complaints(), people(), at("2026-11-20 17:00"), names_in))
    assert [(each.step, each.number, f"{each.due:%H:%M}") for each in found] == [
        ("owner", 1, "15:00"), ("owner", 2, "16:00"), ("owner", 3, "17:00"), ("manager", 1, "17:00"),
    ]  # fmt: skip


def test_the_next_runs_keep_the_date() -> None:
    state = snoozed(opened(), "confirm", date(2026, 11, 23))
    run = ran(complaints(), with_complaint(), "2026-11-20 23:59", state.history)
    for each in run.plan.actions:
        kept = work(state, each.task).action
        assert (each.due_at, each.due, each.escalation) == (kept.due_at, kept.due, kept.escalation)
        assert each.due_was == kept.due_was and each.state == "unchanged"
    again = ran(complaints(), with_complaint(), "2026-11-21 23:59", planned(run).history)
    assert [each.due_at for each in again.plan.actions] == [each.due_at for each in run.plan.actions]


def test_a_run_after_what_it_waited_for_is_done_keeps_the_date_too() -> None:
    state = snoozed(opened(), "confirm", date(2026, 11, 23))
    state = after(state, Finished(at=at("2026-11-20 16:00"), by="wang", action=work(state, "confirm").action.id))
    run = ran(complaints(), with_complaint(), "2026-11-20 23:59", state.history)
    assert {each.task: each.due_at for each in run.plan.actions}["propose"] == work(state, "propose").action.due_at


def test_what_it_counts_from_may_make_it_later_still() -> None:
    closing = "2026-12-01T12:00:00+08:00"
    state = opened()
    first = ran(complaints(), with_complaint(closed_at=closing), "2026-11-20 10:30", state.history)
    state = snoozed(after(state, planned(first, updated=first.plan.actions)), "tell", date(2026, 12, 2))
    for closed_at, expected in ((closing, "Wed 02 18:00"), ("2026-12-10T12:00:00+08:00", "Wed 09 18:00")):
        run = ran(complaints(), with_complaint(closed_at=closed_at), "2026-11-20 23:59", state.history)
        found = next(each.due_at for each in run.plan.actions if each.task == "tell")
        assert found is not None and f"{found:%a %d %H:%M}" == expected


@pytest.mark.parametrize(
    ("task", "until", "said"),
    [("tell", date(2026, 11, 23), "no due time"), ("settle", date(2026, 11, 24), "not due before"),
     ("confirm", at("2026-11-20 10:00"), "is past")],
)  # fmt: skip
def test_what_can_not_be_put_off_says_why(task: str, until: date, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        snoozed(opened(), task, until)
