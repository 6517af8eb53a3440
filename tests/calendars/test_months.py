"""If months are miscounted, a contract's phase, its renewal window and every falling streak are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars.months import add_months, months_between, shift_date
from engine.foundation.quantities import parse_duration

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
month_counts = st.integers(-1200, 1200)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-08-31", "2025-11-30", 3),
        ("2025-08-31", "2025-11-29", 2),
        ("2025-08-31", "2026-02-28", 6),
        ("2023-08-31", "2024-02-28", 5),
        ("2023-08-31", "2024-02-29", 6),
        ("2024-02-29", "2025-02-28", 12),
        ("2025-08-31", "2025-08-31", 0),
        ("2025-08-31", "2025-08-30", -1),
        ("2025-08-31", "2025-07-31", -1),
        ("2025-08-31", "2025-07-30", -2),
    ],
)
def test_complete_months_are_counted_to_the_day(start, end, months):
    assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_months_clamp_from_the_anchor_not_from_the_month_before():
    anchor = date(2026, 1, 31)
    assert [add_months(anchor, n).day for n in range(5)] == [31, 28, 31, 30, 31]


@given(days, month_counts)
def test_months_added_are_months_between(day, months):
    assert months_between(day, add_months(day, months)) == months


@given(days, days)
def test_months_between_are_the_most_that_fit(start, end):
    months = months_between(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)


@given(days, month_counts)
def test_clamping_agrees_with_dateutil(day, months):
    assert add_months(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize(
    ("text", "times", "expected"),
    [
        ("10 days", 1, "2024-03-10"),
        ("2 weeks", -1, "2024-02-15"),
        ("1 month", -1, "2024-01-29"),
        ("1 quarter", 3, "2024-11-29"),
        ("1 half year", 1, "2024-08-29"),
        ("1 year", 1, "2025-02-28"),
        ("1 year", 4, "2028-02-29"),
    ],
)
def test_a_date_is_shifted_by_any_number_of_times_from_the_anchor(text, times, expected):
    assert shift_date(date(2024, 2, 29), parse_duration(text), times).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1.5 days", "can't be counted in whole units"),
        ("2 hours", "has no date of its own"),
        ("2 working days", "has no date of its own"),
        ("9999 years", "out of the years"),
        ("9999999999999 days", "out of the years"),
    ],
)
def test_what_has_no_date_is_refused(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        shift_date(date(2024, 2, 29), parse_duration(text))


@given(days, st.integers(0, 5000), st.sampled_from(["days", "weeks"]))
def test_days_and_weeks_are_plain_days(day, count, unit):
    length = {"days": 1, "weeks": 7}[unit] * count
    assert shift_date(day, parse_duration(f"{Decimal(count)} {unit}")) == day + timedelta(days=length)
