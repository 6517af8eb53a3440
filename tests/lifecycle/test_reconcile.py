"""What becomes of open work when it is planned again: closed only for a reason, kept where nothing says so."""

from typing import Any

import pytest

from engine import CompiledPlaybook
from engine.lifecycle import events
from engine.lifecycle.folding import after
from engine.lifecycle.reconcile import Origin, Reconciled, play_digests, reconcile
from engine.lifecycle.state import AccountState
from tests.inline import account, at, playbook, run

BOOK = """
    version: "{version}"
    locale: en-US
    fields: {{mood: {{one_of: [good, bad]}}}}
    roles: {{theirs: {{buyer: {{}}}}}}
    warnings:
      low: {{light: yellow, applies_to: {{profile.industry: retail}}, when: {{mood: bad}}, do: [mend]}}
      late: {{light: red, each: deliveries, where: {{status: late}}, do: [{{kind: call, id: ask}}]}}
    cadence: {{review: {{every: quarter, counted_from: calendar, kind: visit}}}}
    plays:
      mend:
        tasks:
          call: {{kind: call, title: Call, due: 2 days}}
          report: {{kind: task, title: {title}, needs: call, due: 5 days}}{more}
"""
"""Two warnings and a cadence; the play of one is written with a title and further tasks."""


def book(title: str = "Report", more: str = "", version: str = "1.0.0") -> CompiledPlaybook:
    return playbook(BOOK.format(title=title, more=more, version=version))


def told(**more: Any) -> Any:
    return account(**{"profile": {"industry": "retail"}, "interactions": [], "deliveries": [], **more})


UNHAPPY: dict[str, Any] = {"fields": {"mood": "bad"}}


def planned(state: AccountState, ours: CompiledPlaybook, day: str, **more: Any) -> tuple[AccountState, Reconciled]:
    """The account planned on a day, and what that made of its state."""
    found = reconcile(state, run(ours, told(**more), day, state.history), play_digests(ours))
    return after(state, found.event(Origin("r", at(day), "", "", ""))), found


def fresh() -> AccountState:
    return AccountState(playbook="lived", account="A-1")


def closings(found: Reconciled) -> dict[str, str]:
    return {each.task: str(each.closing) for each in found.plan.actions if each.state == "closing"}


@pytest.mark.parametrize(
    ("then", "task", "reason"),
    [
        ({"fields": {"mood": "good"}}, "call", "cause_ended"),
        ({**UNHAPPY, "profile": {"industry": "finance"}}, "call", "out_of_scope"),
        ({**UNHAPPY, "deliveries": []}, "ask", "item_gone"),
        ({**UNHAPPY, "deliveries": [{"id": "D-1", "status": "done"}]}, "ask", "cause_ended"),
        ({**UNHAPPY, "interactions": [{"id": "I-1", "on": "2026-11-21", "kind": "visit"}]}, "review", "done"),
    ],
)
def test_work_closes_for_the_reason_that_the_data_gives(then: dict[str, Any], task: str, reason: str) -> None:
    late = {"deliveries": [{"id": "D-1", "status": "late"}]}
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY, **late)
    _, found = planned(state, book(), "2026-11-22", **(late | then))
    assert closings(found)[task] == reason


def test_a_calendar_period_that_is_over_expires() -> None:
    state, _ = planned(fresh(), book(), "2026-11-20")
    state, found = planned(state, book(), "2027-01-04")
    assert closings(found) == {"review": "expired"}
    assert [each.action.occurrence for each in state.live.values()] == ["2027-Q1"]


def test_a_feed_that_is_missing_closes_nothing() -> None:
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY, deliveries=[{"id": "D-1", "status": "late"}])
    less = account()
    found = reconcile(state, run(book(), less, "2026-11-22", state.history), play_digests(book()))
    assert found.closed == ()
    assert found.changes_nothing


def test_an_entry_that_is_no_more_closes_its_work() -> None:
    without = playbook("""
        locale: en-US
        rules: {other: {when: {profile.industry: nowhere}, do: [{kind: call}]}}
    """)
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY)
    _, found = planned(state, without, "2026-11-22", **UNHAPPY)
    assert set(closings(found).values()) == {"entry_removed"}


def test_a_play_that_runs_keeps_its_tasks_and_the_next_one_has_the_new_ones() -> None:
    new = book("Written report", "\n          letter: {kind: task, title: Letter}", "2.0.0")
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY)
    state, found = planned(state, new, "2026-11-22", **UNHAPPY)
    assert found.changes_nothing
    assert {each.title for each in found.plan.actions if each.play} == {"Call", "Report"}
    assert all("letter" not in each.id for each in state.history.actions)
    state, _ = planned(state, new, "2026-11-23", fields={"mood": "good"})
    state, found = planned(state, new, "2026-11-24", **UNHAPPY)
    assert {each.title for each in found.opened} == {"Call", "Written report", "Letter"}


def test_a_running_play_does_not_lose_a_task_that_is_taken_out() -> None:
    state, _ = planned(fresh(), book(more="\n          letter: {kind: task}"), "2026-11-20", **UNHAPPY)
    state, found = planned(state, book(), "2026-11-22", **UNHAPPY)
    assert found.closed == ()
    assert {each.action.task for each in state.live.values()} == {"call", "report", "letter", "review"}


def test_a_running_play_goes_on_when_a_task_of_it_is_done() -> None:
    state, found = planned(fresh(), book(), "2026-11-20", **UNHAPPY)
    call = next(each for each in found.opened if each.task == "call")
    state = after(state, events.Finished(at=at("2026-11-21"), by="wang", action=call.id))
    state, found = planned(state, book("Written report"), "2026-11-22", **UNHAPPY)
    report = next(each for each in state.live.values() if each.action.task == "report")
    assert (report.action.title, report.action.status, report.action.needs) == ("Report", "open", ())


def test_what_is_new_in_an_action_is_named() -> None:
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY)
    other = run(book(), told(**UNHAPPY, owners={"account_manager": "li"}), "2026-11-22", state.history)
    found = reconcile(state, other, play_digests(book()))
    assert {each.task: each.changed for each in found.updated}["call"] == ("owner",)


def test_a_warning_that_got_better_is_told_once() -> None:
    state, _ = planned(fresh(), book(), "2026-11-20", **UNHAPPY)
    state, found = planned(state, book(), "2026-11-22", fields={"mood": "good"})
    assert [(each.rule, each.reason) for each in found.plan.ended] == [("warnings.low", "cause_ended")]
    _, found = planned(state, book(), "2026-11-23", fields={"mood": "good"})
    assert found.plan.ended == ()
