"""If periods overlap or leave a gap, purchases are counted twice or not at all."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars.months import add_months
from engine.calendars.periods import (
    anchored_period,
    is_complete,
    next_period,
    nth_period,
    period_of,
    periods_back,
    previous_period,
)
from engine.foundation.quantities import PERIOD_UNITS, Period, parse_duration, parse_period

days = st.dates(date(1800, 1, 1), date(2300, 12, 31))
periods = st.builds(Period, st.integers(1, 7), st.sampled_from(PERIOD_UNITS))
fiscal_months = st.integers(1, 12)


@pytest.mark.parametrize(
    ("day", "period", "name", "start", "end"),
    [
        ("2026-11-21", "day", "2026-11-21", "2026-11-21", "2026-11-21"),
        ("2026-11-21", "week", "2026-W47", "2026-11-16", "2026-11-22"),
        ("2027-01-01", "week", "2026-W53", "2026-12-28", "2027-01-03"),
        ("2024-12-31", "week", "2025-W01", "2024-12-30", "2025-01-05"),
        ("2026-11-21", "month", "2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02-29", "month", "2024-02", "2024-02-01", "2024-02-29"),
        ("2026-11-21", "quarter", "2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-11-21", "half_year", "2026-H2", "2026-07-01", "2026-12-31"),
        ("2026-11-21", "year", "2026", "2026-01-01", "2026-12-31"),
        ("2026-11-21", "2 weeks", "2026-11-09+2w", "2026-11-09", "2026-11-22"),
        ("2026-11-21", "2 months", "2026-11-01+2m", "2026-11-01", "2026-12-31"),
        ("2026-11-21", "2 quarters", "2026-07-01+2q", "2026-07-01", "2026-12-31"),
        ("2026-11-21", "2 years", "2026-01-01+2y", "2026-01-01", "2027-12-31"),
        ("1970-01-05", "2 weeks", "1970-01-05+2w", "1970-01-05", "1970-01-18"),
        ("2026-11-21", "10 days", "2026-11-17+10d", "2026-11-17", "2026-11-26"),
    ],
)
def test_periods_have_stable_names_and_inclusive_ends(day, period, name, start, end):
    span = period_of(date.fromisoformat(day), parse_period(period))
    assert (span.name, span.start.isoformat(), span.end.isoformat()) == (name, start, end)


@pytest.mark.parametrize(
    ("day", "period", "name", "start"),
    [
        ("2026-03-31", "year", "FY2025", "2025-04-01"),
        ("2026-04-01", "year", "FY2026", "2026-04-01"),
        ("2026-03-31", "quarter", "FY2025-Q4", "2026-01-01"),
        ("2026-04-01", "half_year", "FY2026-H1", "2026-04-01"),
        ("2026-04-01", "month", "2026-04", "2026-04-01"),
        ("2026-04-01", "2 months", "2026-03-01+2m", "2026-03-01"),
    ],
)
def test_a_fiscal_year_moves_years_halves_and_quarters(day, period, name, start):
    span = period_of(date.fromisoformat(day), parse_period(period), fiscal_start_month=4)
    assert (span.name, span.start.isoformat()) == (name, start)


@given(days, periods, fiscal_months)
def test_periods_cut_the_days_without_gap_or_overlap(day, period, fiscal):
    span = period_of(day, period, fiscal_start_month=fiscal)
    assert span.start <= day <= span.end
    for within in (span.start, span.end):
        assert period_of(within, period, fiscal_start_month=fiscal) == span
    after = next_period(span)
    assert after.start == span.end + timedelta(days=1)
    assert previous_period(after) == span
    assert after.name != span.name


@given(days, st.sampled_from(PERIOD_UNITS))
def test_a_fiscal_year_from_january_is_the_calendar_year(day, unit):
    span = period_of(day, Period(1, unit))
    assert not span.name.startswith("FY")
    assert unit in ("day", "week") or span.start.day == 1


@pytest.mark.parametrize("unit", PERIOD_UNITS)
def test_periods_at_the_ends_of_time_are_cut_off(unit):
    for count in (1, 7):
        assert period_of(date.min, Period(count, unit)).start == date.min
        assert period_of(date.max, Period(count, unit)).end == date.max


def test_the_running_period_is_not_complete():
    names = [span.name for span in periods_back(date(2026, 11, 20), parse_period("quarter"), 3)]
    assert names == ["2026-Q1", "2026-Q2", "2026-Q3"]


def test_a_period_is_complete_only_after_it_has_settled():
    quarter, ten = parse_period("quarter"), parse_duration("10 days")
    assert periods_back(date(2026, 10, 10), quarter, 1, ten)[0].name == "2026-Q2"
    assert periods_back(date(2026, 10, 11), quarter, 1, ten)[0].name == "2026-Q3"
    assert periods_back(date(2026, 10, 1), quarter, 1)[0].name == "2026-Q3"
    assert not is_complete(period_of(date(2026, 9, 30), quarter), date(2026, 9, 30))


def test_periods_back_follow_the_fiscal_year():
    found = periods_back(date(2026, 11, 20), parse_period("year"), 2, fiscal_start_month=4)
    assert [span.name for span in found] == ["FY2024", "FY2025"]


def test_no_periods_back_are_none():
    assert periods_back(date(2026, 11, 20), parse_period("year"), 0) == ()


@given(days, periods, st.integers(1, 6), st.integers(0, 90))
def test_complete_periods_follow_each_other_up_to_the_last_complete_one(today, period, n, settle):
    settles = parse_duration(f"{settle} days")
    found = periods_back(today, period, n, settles)
    assert len(found) == n
    assert all(next_period(a) == b for a, b in pairwise(found))
    assert is_complete(found[-1], today, settles)
    assert not is_complete(next_period(found[-1]), today, settles)


@pytest.mark.parametrize(
    ("anchor", "period", "today", "expected"),
    [
        ("2025-03-15", "year", "2026-11-20", "1: 2026-03-15 to 2027-03-14"),
        ("2025-08-31", "quarter", "2025-11-29", "0: 2025-08-31 to 2025-11-29"),
        ("2025-08-31", "quarter", "2025-11-30", "1: 2025-11-30 to 2026-02-27"),
        ("2025-08-31", "half_year", "2026-02-28", "1: 2026-02-28 to 2026-08-30"),
        ("2024-02-29", "year", "2025-02-28", "1: 2025-02-28 to 2026-02-27"),
        ("2026-11-20", "2 weeks", "2026-12-04", "1: 2026-12-04 to 2026-12-17"),
        ("2026-11-20", "month", "2026-11-19", "-1: 2026-10-20 to 2026-11-19"),
    ],
)
def test_a_contracts_periods_are_counted_from_its_start(anchor, period, today, expected):
    span = anchored_period(date.fromisoformat(anchor), parse_period(period), date.fromisoformat(today))
    assert f"{span.index}: {span.start} to {span.end}" == expected


def test_a_contracts_period_is_named_by_its_first_day_and_length():
    assert anchored_period(date(2025, 3, 15), parse_period("year"), date(2026, 11, 20)).name == "2026-03-15+1y"


@given(days, periods, st.integers(-2000, 2000))
def test_anchored_periods_cut_the_days_without_gap_or_overlap(anchor, period, distance):
    today = anchor + timedelta(days=distance)
    span = anchored_period(anchor, period, today)
    assert span.start <= today <= span.end
    assert nth_period(anchor, period, span.index + 1).start == span.end + timedelta(days=1)
    assert anchored_period(anchor, period, span.start) == anchored_period(anchor, period, span.end) == span
    assert nth_period(anchor, period, 0).start == anchor == add_months(anchor, 0)
