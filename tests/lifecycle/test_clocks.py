"""Clocks: a deadline that nobody is told of is a customer who waits, one told twice is an alarm nobody hears."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lifecycle.clocks import steps_due
from engine.lifecycle.events import Acknowledged, Escalated, Finished, Started
from engine.lifecycle.folding import after
from engine.lifecycle.notices import Watch, watch
from engine.lifecycle.state import AccountState
from engine.reports.names import names_in
from tests.inline import at
from tests.lifecycle.working import after_all, complaints, opened, people, planned, ran, with_complaint, work

MORNING = at("2026-11-20 10:00")


def now(moment: str | datetime, away: str | None = None, language: str | None = None) -> Watch:
    """The moment, with Li away on a day."""
    return watch(complaints(), people(away), at(moment) if isinstance(moment, str) else moment, names_in, language)


def ticked(state: AccountState, moment: str | datetime, away: str | None = None) -> tuple[AccountState, Sequence[str]]:
    """The account once its clocks were read, and what was told: ``confirm manager → li``."""
    found = steps_due(state, now(moment, away))
    tasks = {each.action.id: each.action.task for each in state.work.values()}
    told = [
        f"{tasks[each.action]} {each.step} {each.number} → {each.notice.to.person}" for each in found if each.notice
    ]
    return after_all(state, found), told


def walked(moments: Iterable[str], state: AccountState | None = None) -> Sequence[Sequence[str]]:
    """What is told at each of the moments."""
    state, said = state or opened(), []
    for each in moments:
        state, told = ticked(state, each)
        said.append(told)
    return said


def test_nobody_acts_and_it_climbs() -> None:
    moments = (
        "2026-11-20 11:59", "2026-11-20 12:00", "2026-11-20 13:05", "2026-11-20 14:00", "2026-11-20 18:00",
        "2026-11-23 18:00", "2026-12-23 18:00",
    )  # fmt: skip
    told = [[], ["confirm owner 1 → wang"], ["confirm owner 2 → wang"], ["confirm manager 1 → li"], []]
    assert walked(moments) == [*told, ["confirm director 1 → zhao"], []]


def test_of_what_was_missed_only_the_highest_step_is_told() -> None:
    """A weekend without a run must not end in five mails on Monday."""
    state = opened()
    found = steps_due(state, now("2026-11-23 18:00"))
    assert [(each.step, each.number, each.notice is not None) for each in found] == [
        ("owner", 1, False), ("owner", 2, False), ("owner", 3, False), ("manager", 1, False), ("director", 1, True),
    ]  # fmt: skip


@pytest.mark.parametrize("word", [Acknowledged, Started])
def test_who_has_seen_it_is_not_reminded_but_deadlines_go_on(word: type[Acknowledged | Started]) -> None:
    state, _ = ticked(opened(), "2026-11-20 12:00")
    state = after(state, word(at=at("2026-11-20 12:10"), by="wang", action=work(state, "confirm").action.id))
    told = walked(("2026-11-20 13:00", "2026-11-20 14:00", "2026-11-23 18:00"), state)
    assert told == [[], ["confirm manager 1 → li"], ["confirm director 1 → zhao"]]


def test_who_is_away_on_the_day_it_is_told_is_covered() -> None:
    """The plan of Friday named Li; on the day of the deadline he is on leave."""
    assert ticked(opened(), "2026-11-20 14:00", away="2026-11-20")[1] == ["confirm manager 1 → zhou"]


def test_what_waits_has_no_clock_and_what_passed_meanwhile_is_told_on_release() -> None:
    state, told = ticked(opened(), "2026-11-21 12:30")
    assert told == ["confirm manager 1 → li"]
    state = after(state, Finished(at=at("2026-11-21 12:40"), by="wang", action=work(state, "confirm").action.id))
    assert work(state, "propose").next_step_at == at("2026-11-21 10:00")
    assert ticked(state, "2026-11-21 12:41")[1] == ["propose manager 1 → li"]


def test_what_is_held_back_pauses_and_goes_on_where_it_was() -> None:
    """The plan of a muted rule has no steps; once it acts again, what was told is not told again."""
    state, _ = ticked(opened(), "2026-11-20 12:30")
    action = work(state, "confirm").action
    run = ran(complaints(), with_complaint(), "2026-11-20 12:40", state.history)
    paused = type(action)(**{**{each: getattr(action, each) for each in action.__struct_fields__}, "escalation": ()})
    state = after(state, planned(run, updated=(paused,)))
    state, told = ticked(state, "2026-11-20 14:30")
    assert told == [] and work(state, "confirm").next_step_at is None
    state = after(state, planned(run, updated=(action,)))
    found = steps_due(state, now("2026-11-20 14:30"))
    assert [(each.step, each.number) for each in found] == [("owner", 2), ("owner", 3), ("manager", 1)]


def test_the_same_instant_is_never_two_messages() -> None:
    """An episode that is reopened goes on with its clocks, and what was sent stays sent."""
    state, _ = ticked(opened(), "2026-11-20 14:00")
    before = state.mail
    run = ran(complaints(), with_complaint(), "2026-11-20 14:10", state.history)
    state = after(state, planned(run, opened=run.plan.actions))
    assert ticked(state, "2026-11-20 14:20")[1] == []
    assert state.mail == before


def test_nobody_is_told_late_of_work_that_is_done() -> None:
    """The notice lay in the outbox when Wang finished: it must not go out any more."""
    state, _ = ticked(opened(), "2026-11-20 14:00")
    state = after(state, Finished(at=at("2026-11-20 14:01"), by="wang", action=work(state, "confirm").action.id))
    assert [each.state for each in state.mail.values()] == ["withdrawn"]


def test_notices_say_what_whose_and_how_late_in_both_languages() -> None:
    for language, words in (
        (
            "zh",
            [
                "李雷：",
                "“确认投诉”（A-1 蓝海科技）已逾期 2 小时",
                "王芳（客户经理）",
                "升级：负责人的上级",
                "H-10",
                "playbook actions ack",
            ],
        ),
        (
            "en",
            [
                "Dear 李雷,",
                "A-1 蓝海科技",
                "2 hours late",
                "王芳 (Account manager)",
                "Step: Manager of the owner",
                "playbook actions finish",
            ],
        ),
    ):
        found = next(
            each.notice for each in steps_due(opened(), now("2026-11-20 14:00", None, language)) if each.notice
        )
        assert [each for each in words if each not in f"{found.subject}\n{found.body}"] == []
        assert (found.content, found.approval, found.to.address) == ("@escalation", "none", "li@example.com")


# -- laws -------------------------------------------------------------------------------------------

minutes = st.integers(0, 7 * 24 * 60).map(lambda each: MORNING + timedelta(minutes=each))
words = st.sampled_from([Acknowledged, Started, Finished])
lives = st.lists(st.tuples(minutes, words, st.sampled_from(["confirm", "propose"])), max_size=3)


def lived(said: Iterable[tuple[datetime, type, str]], ticks: Iterable[datetime]) -> list[Escalated]:
    """What the clocks record while people act and ticks come, in the order of time; at one instant people go first."""
    state, found = opened(), []
    happenings = sorted([(at, 0, word, task) for at, word, task in said] + [(at, 1, None, "") for at in ticks],
                        key=lambda each: each[:2])  # fmt: skip
    for moment, _, word, task in happenings:
        if word is not None:
            state = after(state, word(at=moment, by="wang", action=work(state, task).action.id))
            continue
        now_due = steps_due(state, now(moment))
        state = after_all(state, now_due)
        assert steps_due(state, now(moment)) == ()
        found += now_due
    assert all(each.is_live for each in state.work.values() if each.next_step_at is not None)
    return found


@pytest.mark.law
@given(said=lives, ticks=st.lists(minutes, max_size=6))
def test_every_instant_is_recorded_once_and_told_at_most_once(
    said: list[tuple[datetime, type, str]], ticks: list[datetime]
) -> None:
    found = lived(said, ticks)
    instants = [(each.action, each.step, each.number) for each in found]
    assert len(set(instants)) == len(instants)
    notices = [each.notice.id for each in found if each.notice]
    assert len(set(notices)) == len(notices)
    assert all(each.due <= each.at for each in found)
    assert max([0, *(sum(a.at == b.at and a.action == b.action and b.notice is not None for b in found)
                     for a in found)]) <= 1  # fmt: skip


@pytest.mark.law
@given(said=st.lists(st.tuples(minutes, st.sampled_from([Acknowledged, Started]), st.just("confirm")), max_size=2),
       ticks=st.lists(minutes, max_size=6), last=minutes)  # fmt: skip
def test_ticking_often_or_once_records_the_same(
    said: list[tuple[datetime, type, str]], ticks: list[datetime], last: datetime
) -> None:
    often = lived([each for each in said if each[0] <= last], [*(each for each in ticks if each <= last), last])
    once = lived([each for each in said if each[0] <= last], [last])
    recorded = [sorted((each.action, each.due, each.step, each.number) for each in found) for found in (often, once)]
    assert recorded[0] == recorded[1]
    assert [(each.action, each.due) for each in once] == sorted((each.action, each.due) for each in once)


@pytest.mark.law
@given(ends=minutes, ticks=st.lists(minutes, max_size=6))
def test_nothing_comes_after_the_end(ends: datetime, ticks: list[datetime]) -> None:
    confirm = work(opened(), "confirm").action.id
    found = lived([(ends, Finished, "confirm")], ticks)
    assert [each for each in found if each.action == confirm and each.at >= ends] == []
