"""Laws that hold for every calendar and moment; a breach means some customer somewhere is told a wrong time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendars.due import add, before, carried, deadline
from engine.calendars.hours import parse_hours
from engine.calendars.moments import microseconds
from engine.calendars.workdays import Calendar, is_open_day, open_days, open_intervals
from engine.foundation.quantities import Duration

# The first call of a region reads its holidays, so there is no deadline per example.
relaxed = settings(deadline=None)

weeks = st.sampled_from(
    [
        {"mon-fri": "09:00-18:00"},
        {"mon-fri": "09:00-12:00 13:30-18:00"},
        {"sun-thu": "08:00-16:00"},
        {"mon-thu": "00:00-24:00", "sat": "10:00-14:00"},
        {"wed": "23:00-24:00"},
        "24x7",
    ]
)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
regions = st.sampled_from([None, "CN", "DE", "US", "JP"])
calendars = st.builds(
    lambda zone, week, region: Calendar("drawn", zone, parse_hours(week), region), zones, weeks, regions
)
some = st.one_of(st.tuples(calendars), st.tuples(calendars, calendars).filter(lambda pair: pair[0].hours[2] != ()))
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2023, 1, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
quarter_hours = st.integers(0, 200).map(lambda count: Decimal(count) / 4)


def meets(chosen):
    """Whether the calendars share a weekday, so that every due date is reached."""
    return any(all(each.hours[day] for each in chosen) for day in range(7))


open_together = some.filter(meets)


def hours(amount):
    return Duration(amount, "working hours")


def working_days(count):
    return Duration(Decimal(count), "working days")


def is_open_at(chosen, instant):
    day = instant.astimezone(open_days(chosen).zone).date().toordinal()
    found = open_days(chosen)
    return any(a <= microseconds(instant) <= b for near in (day - 1, day) for a, b in found[near].intervals)


@relaxed
@given(open_together, moments, quarter_hours)
def test_working_hours_end_in_open_time_and_not_before_they_begin(chosen, start, amount):
    found = add(chosen, start, hours(amount))
    assert is_open_at(chosen, found.at)
    assert found.at >= start + timedelta(hours=float(amount))


@relaxed
@given(calendars, moments, quarter_hours)
def test_exactly_that_much_open_time_lies_between(calendar, start, amount):
    end = add((calendar,), start, hours(amount)).at.astimezone(UTC)
    dates = (start.date() + timedelta(days=n) for n in range(-1, (end - start).days + 3))
    open_time = (
        min(closing.astimezone(UTC), end) - max(opening.astimezone(UTC), start)
        for day in dates
        for opening, closing in open_intervals(calendar, day)
    )
    assert sum((each for each in open_time if each > timedelta(0)), timedelta(0)) == timedelta(hours=float(amount))


@relaxed
@given(open_together, moments, quarter_hours, quarter_hours)
def test_working_hours_add_up(chosen, start, one, other):
    stepwise = add(chosen, add(chosen, start, hours(one)).at, hours(other))
    assert stepwise.at == add(chosen, start, hours(one + other)).at


@relaxed
@given(open_together, moments, st.timedeltas(timedelta(0), timedelta(days=20)), quarter_hours)
def test_a_later_start_is_never_due_earlier(chosen, start, later, amount):
    assert add(chosen, start, hours(amount)).at <= add(chosen, start + later, hours(amount)).at


@relaxed
@given(open_together, moments, quarter_hours)
def test_working_hours_counted_back_lead_to_a_start_with_the_same_due_time(chosen, anchor, amount):
    started = before(chosen, anchor, hours(amount)).at
    assert started <= anchor
    again = add(chosen, started, hours(amount)).at
    # Back from closed time the count begins at the last closing before it.
    assert again == before(chosen, anchor, hours(Decimal(0))).at or amount == 0


@relaxed
@given(open_together, moments, st.integers(1, 60))
def test_exactly_that_many_open_days_lie_after_the_start(chosen, start, count):
    found = add(chosen, start, working_days(count))
    first = start.astimezone(open_days(chosen).zone).date()
    between = (first + timedelta(days=n) for n in range(1, (found.date - first).days + 1))
    assert sum(all(is_open_day(each, day) for each in chosen) for day in between) == count
    assert all(is_open_day(each, found.date) for each in chosen)


@relaxed
@given(open_together, days, st.integers(1, 40), st.integers(1, 40))
def test_working_days_add_up_and_count_back(chosen, start, one, other):
    reached = add(chosen, start, working_days(one + other)).date
    assert add(chosen, add(chosen, start, working_days(one)).date, working_days(other)).date == reached
    assert before(chosen, reached, working_days(other)).date == add(chosen, start, working_days(one)).date


@relaxed
@given(calendars, days, st.sampled_from(["days", "weeks", "months", "quarters", "half years", "years"]))
def test_a_date_moves_to_the_next_open_day_and_ends_with_its_closing(calendar, start, unit):
    plain = add((calendar,), start, Duration(Decimal(1), unit), shift="none")
    later = add((calendar,), start, Duration(Decimal(1), unit))
    assert later.date >= plain.date
    assert not any(is_open_day(calendar, plain.date + timedelta(days=n)) for n in range((later.date - plain.date).days))
    closing = open_intervals(calendar, later.date)[-1][1]
    assert closing - later.at in (timedelta(0), timedelta(seconds=1))
    assert later.at.date() == later.date


@relaxed
@given(calendars, moments, st.integers(1, 200).map(Decimal))
def test_hours_ahead_are_at_least_that_many(calendar, anchor, amount):
    found = before((calendar,), anchor, Duration(amount, "hours"))
    assert anchor - found.at >= timedelta(hours=int(amount))
    assert is_open_at((calendar,), found.at)


@relaxed
@given(calendars, moments, st.integers(0, 200).map(Decimal))
def test_elapsed_hours_are_elapsed_hours(calendar, start, amount):
    assert add((calendar,), start, Duration(amount, "hours")).at.astimezone(UTC) == start + timedelta(hours=int(amount))


@relaxed
@given(open_together, days)
def test_a_deadline_shifted_twice_is_shifted_once(chosen, day):
    once = deadline(chosen, day)
    assert deadline(chosen, once.date) == once or once.provisional
    assert deadline(chosen, day, shift="backward").date <= day <= once.date


@relaxed
@given(calendars, moments, quarter_hours, st.integers(0, 40), st.integers(0, 40))
def test_what_follows_something_that_moves_stays_as_long_after_it(calendar, anchor, amount, count, later):
    """A task two working days after another is that again when the other is put off; unmoved, it stays."""
    chosen = (calendar,)
    first = add(chosen, anchor, working_days(1)).at
    moved = add(chosen, first, working_days(later)).at
    for length in (hours(amount), Duration(amount, "hours"), working_days(count)):
        follows = add(chosen, first, length).at
        assert carried(chosen, first, follows, first, length.unit).at == follows
        assert carried(chosen, first, follows, moved, length.unit).at == add(chosen, moved, length).at
