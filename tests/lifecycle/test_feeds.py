"""A feed that dries up turns every warning on it silent: it has to be said, and said only then."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from engine.lifecycle.feeds import Concern, Feed, FeedCount, FeedDay, concerns
from engine.snapshots.model import AccountSnapshot

TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def run(day: int, accounts: int = 10, newest: int | None = 0) -> FeedDay:
    """A run some days ago: how many of 10 accounts delivered surveys, the newest how old on that day."""
    record = None if newest is None else ago(day) - timedelta(days=newest)
    return FeedDay(ago(day), {"surveys": Feed(accounts=accounts, of=10, newest=record)} if accounts else {})


def told(now: FeedDay, *before: FeedDay) -> list[tuple[str, int | None]]:
    return [(each.what, each.days) for each in concerns(now, before)]


def test_what_is_counted() -> None:
    count = FeedCount(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), "Asia/Shanghai")
    for account in (
        {"surveys": [{"id": "S-1", "on": "2026-11-18"}, {"id": "S-2", "on": "2026-11-21"}]},
        {"surveys": [], "tickets": [{"id": "T-1", "opened_at": "2026-11-19T18:00:00Z"}]},
        {"surveys": None, "payments": [{"id": "P-1"}]},
    ):
        count.add(msgspec.convert({"id": "A", "name": "A", **account}, AccountSnapshot))
    assert count.feeds == {
        "surveys": Feed(accounts=3, of=3, newest=date(2026, 11, 18)),
        "tickets": Feed(accounts=1, of=3, newest=date(2026, 11, 20)),
        "payments": Feed(accounts=1, of=3),
    }


def test_a_first_run_has_nothing_to_compare_with() -> None:
    assert told(run(0, newest=400)) == []


@pytest.mark.parametrize(("accounts", "missing"), [(5, False), (4, True), (0, True)])
def test_fewer_than_half_of_those_that_delivered_it(accounts: int, missing: bool) -> None:
    assert told(run(0, accounts), run(1)) == ([("missing", None)] if missing else [])


def test_what_is_missing_stays_missing_until_nobody_remembers_it() -> None:
    gone = [run(day, 0) for day in range(1, 30)]
    assert told(run(0, 0), *gone, run(30)) == [("missing", None)]
    assert told(run(0, 0), *gone, run(30, 0), run(31)) == []


@pytest.mark.parametrize(("newest", "old"), [(3, False), (4, True)])
def test_a_daily_feed_is_old_after_three_days(newest: int, old: bool) -> None:
    daily = [run(day) for day in range(5, 15)]
    assert told(run(0, newest=newest), *daily) == ([("old", newest)] if old else [])


def test_a_feed_is_old_by_its_own_measure_however_long_it_has_stood_still() -> None:
    monthly = [run(day, newest=(100 - day) % 30) for day in range(40, 100)]
    still = [run(day, newest=39 - day) for day in range(1, 39)]
    assert told(run(0, newest=29), *monthly) == []
    assert concerns(run(0, newest=39), [*still, *monthly]) == (
        Concern(feed="surveys", what="old", accounts=10, of=10, newest=ago(39), days=39, usual=14),
    )


def test_of_a_day_with_several_runs_the_last_counts_and_today_never() -> None:
    assert told(run(0, 4), run(0), run(1)) == [("missing", None)]
    assert told(run(0, 4), run(0)) == []
