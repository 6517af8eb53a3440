"""Days, months and hours at their borders: a window one day off warns a day late."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.quantities import Duration
from engine.foundation.quantities import Unit as TimeUnit
from engine.matching import core
from engine.matching.core import COUNT, DATE, DURATION, INSTANT, All, Compare, CompareOp, Constant, Items, Node
from engine.matching.run import RunValues, Value
from engine.snapshots.model import Contract, Relationship, Ticket
from tests.matching.accounts import NUMBER, SHANGHAI
from tests.matching.saying import account, said

STARTED = core.AccountField(("relationship", "started_on"), DATE)
OPENED = core.RecordField("t", ("opened_at",), INSTANT)


def on(day: date, zone: ZoneInfo = SHANGHAI) -> RunValues:
    """The last second of a day."""
    return RunValues(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone), day, zone)


def length(amount: int, unit: TimeUnit) -> Constant:
    return Constant(Duration(Decimal(amount), unit), DURATION)


def in_last(day: Node, by: Node) -> Node:
    return All((Compare("above", day, core.Shift(core.Today(), by, True, DATE)), Compare("at_most", day, core.Today())))


def in_next(day: Node, by: Node) -> Node:
    edge = core.Shift(core.Today(), by, False, DATE)
    return All((Compare("at_least", day, core.Today()), Compare("at_most", day, edge)))


@pytest.mark.parametrize(
    ("today", "by", "first"),
    [
        (date(2026, 3, 31), length(90, "days"), date(2026, 1, 1)),
        (date(2026, 5, 31), length(3, "months"), date(2026, 3, 1)),
        (date(2026, 3, 31), length(1, "months"), date(2026, 3, 1)),
        (date(2024, 2, 29), length(12, "months"), date(2023, 3, 1)),
        (date(2025, 2, 28), length(12, "months"), date(2024, 2, 29)),
        (date(2026, 3, 31), length(2, "quarters"), date(2025, 10, 1)),
        (date(2026, 3, 31), length(1, "weeks"), date(2026, 3, 25)),
    ],
)
def test_the_last_so_many_days_begin_on_the_day_after(today: date, by: Constant, first: date) -> None:
    def holds(day: date) -> Value:
        return said(in_last(STARTED, by), account(relationship=Relationship(started_on=day)), on(today))

    before, after = first - timedelta(1), today + timedelta(1)
    assert [holds(before), holds(first), holds(today), holds(after)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("today", "by", "last"),
    [
        (date(2026, 3, 31), length(90, "days"), date(2026, 6, 29)),
        (date(2026, 1, 31), length(1, "months"), date(2026, 2, 28)),
        (date(2024, 2, 29), length(1, "years"), date(2025, 2, 28)),
    ],
)
def test_the_next_so_many_days_include_both_ends(today: date, by: Constant, last: date) -> None:
    ends = core.RecordField("c", ("ends_on",), DATE)
    some = core.Some(Items("contracts", "c", in_next(ends, by)))

    def holds(day: Any) -> Value:
        return said(some, account(contracts=(Contract(id="1", ends_on=day),)), on(today))

    assert [holds(last), holds(last + timedelta(1)), holds(today), holds(today - timedelta(1))] == [True, False] * 2
    assert [holds(None), holds(UNSET)] == [False, UNSET]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 8, 31), date(2025, 11, 30), 3),
        (date(2025, 8, 31), date(2025, 11, 29), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 3, 31), date(2026, 3, 30), 11),
        (date(2025, 3, 31), date(2026, 3, 31), 12),
        (date(2026, 4, 1), date(2026, 3, 31), -1),
    ],
)
def test_months_are_complete_ones_from_the_anchor(start: date, end: date, months: int) -> None:
    elapsed = core.Elapsed("months", STARTED, core.Today(), COUNT)
    assert said(elapsed, account(relationship=Relationship(started_on=start)), on(end)) == months


def test_days_since_are_of_the_calendar_and_hours_elapsed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    latest = core.Aggregate("maximum", Items("tickets", "t"), OPENED, INSTANT)
    night = datetime(2026, 3, 28, 23, 30, tzinfo=timezone(timedelta(hours=1)))
    run = on(date(2026, 3, 29), berlin)  # summer time begins
    snapshot = account(tickets=(Ticket(id="1", opened_at=night),))
    assert said(core.Elapsed("days", core.LocalDate(latest), core.Today(), COUNT), snapshot, run) == 1
    assert said(core.Elapsed("days", latest, core.Now(), COUNT), snapshot, run) == 1
    assert said(core.Elapsed("hours", latest, core.Now(), NUMBER), snapshot, run) == 23_499_722


def test_days_keep_the_time_of_day_and_hours_do_not() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    run = on(date(2026, 3, 29), berlin)
    day, hours = (core.Shift(core.Now(), length(*by), True, INSTANT) for by in ((1, "days"), (24, "hours")))
    assert said(day, account(), run) == datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC)
    assert said(hours, account(), run) == datetime(2026, 3, 28, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("back", [True, False])
@pytest.mark.parametrize("unit", ["days", "months", "years"])
def test_what_would_leave_the_calendar_is_held_at_its_end(back: bool, unit: TimeUnit) -> None:
    end = date.min if back else date.max
    assert (
        said(
            core.Shift(STARTED, length(10**7, unit), back, DATE),
            account(relationship=Relationship(started_on=date(2026, 1, 1))),
        )
        == end
    )
    moment = said(core.Shift(core.Now(), length(10**7, unit), back, INSTANT), account())
    assert isinstance(moment, datetime)
    assert abs(moment.year - end.year) <= 1


ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Niue", "America/St_Johns", "UTC")]
MIDDAY = datetime(2026, 3, 31, 12, tzinfo=UTC)


@given(
    minutes=st.integers(-6 * 1440, 6 * 1440),
    offset=st.integers(-23, 23),
    zone=st.sampled_from(ZONES),
    op=st.sampled_from(["below", "at_most", "above", "at_least"]),
)
def test_an_instant_belongs_to_its_local_day_wherever_it_was_written(
    minutes: int, offset: int, zone: ZoneInfo, op: CompareOp
) -> None:
    moment = (MIDDAY + timedelta(minutes=minutes)).astimezone(timezone(timedelta(hours=offset)))
    test = Compare(op, core.LocalDate(core.RecordField("t", ("closed_at",), INSTANT)), core.Today())
    some = core.Some(Items("tickets", "t", test))
    day = moment.astimezone(zone).date()
    expected = {"below": day < date(2026, 3, 31), "at_most": day <= date(2026, 3, 31)}
    expected |= {"above": not expected["at_most"], "at_least": not expected["below"]}
    snapshot = account(tickets=(Ticket(id="1", closed_at=moment, opened_at=None),))
    assert said(some, snapshot, on(date(2026, 3, 31), zone)) is expected[op]


@given(minutes=st.integers(-6 * 1440, 6 * 1440), offset=st.integers(-23, 23), zone=st.sampled_from(ZONES))
def test_a_timed_record_is_seen_from_its_own_moment_on(minutes: int, offset: int, zone: ZoneInfo) -> None:
    run = on(date(2026, 3, 31), zone)
    moment = (run.as_of + timedelta(minutes=minutes)).astimezone(timezone(timedelta(hours=offset)))
    count = core.Aggregate("count", Items("tickets", "t"), None, COUNT)
    assert said(count, account(tickets=(Ticket(id="1", opened_at=moment),)), run) == int(minutes <= 0)
