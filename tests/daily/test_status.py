"""A job that died in the night has to be noticed in the morning, and one that works must not cry wolf."""

from datetime import date, timedelta

import pytest

from engine import Ledger
from engine.daily.status import Finding, status_of
from engine.ledger.entries import Blob
from engine.lifecycle import events
from engine.lifecycle.feeds import Feed
from engine.reports.status_text import CHINESE, ENGLISH, status_lines
from tests.ledger.world import BLOBS, PLAYBOOK, entry, fresh, message, moment, planned

SOURCES, CONTEXT = Blob("sources", b"{}"), Blob("context", b"{}")


def run(ledger: Ledger, began: float, ended: float | None, **how: object) -> None:
    """A run that began and ended some hours after the start."""
    name = f"run-{began:g}"
    started = events.RunStarted(
        at=moment(began), run=name, playbook=PLAYBOOK, as_of=moment(began), sources=SOURCES.digest,
        context=CONTEXT.digest,
    )  # fmt: skip
    happened: list[events.LedgerEvent] = [started]
    if ended is not None:
        happened.append(events.RunEnded(at=moment(ended), run=name, **how))  # type: ignore[arg-type]
    ledger.declare(happened, blobs=(SOURCES, CONTEXT))


def told(ledger: Ledger, hours: float) -> list[tuple[str, bool]]:
    """What is found some hours after the start, and whether it is serious."""
    return [(each.what, each.serious) for each in status_of(ledger, moment(hours)).findings]


def test_a_ledger_without_runs_is_not_well(ledger: Ledger) -> None:
    assert told(ledger, 0) == [("no_run", True)]


def test_a_run_is_missed_once_a_day_and_two_hours_have_passed(ledger: Ledger) -> None:
    run(ledger, 0, 1)
    assert told(ledger, 27) == []
    assert told(ledger, 27.1) == [("late", True)]
    assert status_of(ledger, moment(49), timedelta(days=2)).well


def test_a_run_that_never_ended_is_told_until_another_did_its_work(ledger: Ledger) -> None:
    run(ledger, 0, 1)
    run(ledger, 10, None)
    assert told(ledger, 12) == [("running", False)]
    assert told(ledger, 12.1) == [("stuck", True)]
    run(ledger, 13, 14)
    assert told(ledger, 15) == []


@pytest.mark.parametrize(
    ("outcome", "what"), [("some_failed", "failed_accounts"), ("refused", "refused"), ("fine", None)]
)
def test_how_the_last_run_ended(ledger: Ledger, outcome: str, what: str | None) -> None:
    run(ledger, 0, 1, outcome=outcome, counts={"failed": 7})
    assert told(ledger, 2) == ([(what, True)] if what else [])


def test_a_feed_that_stands_still_is_told_from_the_runs_themselves(ledger: Ledger) -> None:
    for day in range(9):
        newest = min(moment(24 * day).date(), date(2026, 11, 23))
        run(ledger, 24 * day, 24 * day + 1, feeds={"surveys": Feed(accounts=2, of=2, newest=newest)})
    status = status_of(ledger, moment(24 * 8 + 2))
    assert [(each.what, each.feed.days) for each in status.findings if each.feed] == [("old_feed", 5)]
    assert "! handbook：满意度调查最新一条是 2026-11-23，已有 5 天，通常为 0 天" in list(status_lines(status, CHINESE))


def mailed(ledger: Ledger) -> None:
    """Messages in every state, written at the start: one waits for approval, one may go, the others were tried."""
    may_go = {"approval": "none"}
    names = ("asked", "free", "lost", "doubt", "dead")
    state = ledger.append(
        [entry(fresh(), planned(0, "a-1", drafted=tuple(message(each, "a-1", **({} if each == "asked" else may_go))
                                                        for each in names)), blobs=BLOBS)]
    ).states["handbook", "A"]  # fmt: skip
    sending = [events.Sending(at=moment(0), message=each, attempt=1) for each in names[2:]]
    ends = (events.InDoubt(at=moment(0), message="doubt"), events.Failed(at=moment(0), message="dead", error="no"))
    ledger.append([entry(state, *sending, *ends)])


def test_messages_that_nobody_looks_after(ledger: Ledger) -> None:
    mailed(ledger)
    run(ledger, 0, 0)
    found = {each.what: each for each in status_of(ledger, moment(2)).findings}
    assert found == {
        "in_doubt": Finding(what="in_doubt", serious=True, names=("doubt",), since=moment(0)),
        "dead": Finding(what="dead", serious=True, names=("dead",), since=moment(0)),
        "interrupted": Finding(what="interrupted", serious=True, names=("lost",), since=moment(0)),
    }
    run(ledger, 80, 80)
    later = status_of(ledger, moment(80))
    assert {"unsent", "unapproved", "overdue"} <= {each.what for each in later.findings}
    assert later.messages == {"dead": 1, "drafted": 2, "in_doubt": 1, "sending": 1}
    assert not later.findings[-1].serious
    assert "! 1 message waits to be approved, since 2026-11-20 01:00 (playbook messages list)" in list(
        status_lines(later, ENGLISH)
    )


def test_a_silence_that_ended_is_told_for_a_day(ledger: Ledger) -> None:
    run(ledger, 0, 30)
    ledger.declare([events.Silenced(at=moment(0), silence="s-1", until=moment(24), why="holidays", by="li")])
    assert [told(ledger, hour) for hour in (23, 25, 51)] == [[], [("silence_ended", False)], []]
