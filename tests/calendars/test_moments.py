"""If `as_of` is misread, the whole plan is that of another moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars.moments import SECOND, end_of_day, instant_at, local_date, microseconds, parse_as_of, zone


def test_a_bare_date_means_the_last_second_of_that_local_day():
    assert parse_as_of("2026-11-20", "Asia/Shanghai").isoformat() == "2026-11-20T23:59:59+08:00"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-20T09:30:00+08:00", "2026-11-20T09:30:00+08:00"),
        ("2026-11-20T01:30:00Z", "2026-11-20T09:30:00+08:00"),
        ("2026-11-20t01:30z", "2026-11-20T09:30:00+08:00"),
        (" 2026-11-20 20:30:00.250-05:00 ", "2026-11-21T09:30:00.250000+08:00"),
    ],
)
def test_an_instant_is_shown_on_the_clocks_of_the_zone(text, instant):
    assert parse_as_of(text, "Asia/Shanghai").isoformat() == instant


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2026-11-20T09:30:00", "has no offset; write `2026-11-20T09:30:00[+]08:00`"),
        ("2026-02-30", "is no moment"),
        ("2026-11-20T25:00:00Z", "is no moment"),
        ("2026-11-20T09:30:00+99:00", "is no moment"),
        ("20.11.2026", "write a date `2026-11-20`"),
        ("2026-W47", "write a date"),
        ("today", "write a date"),
        ("２０２６-11-20", "write a date"),
        ("9999-12-31T23:59:59Z", "outside the years"),
    ],
)
def test_other_forms_are_refused_in_plain_words(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_as_of(text, "Asia/Shanghai")


def test_a_day_of_a_repeated_hour_ends_when_it_ends_for_good():
    # In São Paulo the clocks went back from midnight to 23:00, so 23:59:59 came twice.
    assert end_of_day(date(2018, 2, 17), "America/Sao_Paulo").astimezone(UTC).isoformat() == "2018-02-18T02:59:59+00:00"


def test_dates_are_local():
    instant = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert local_date(instant, "Asia/Shanghai") == date(2026, 11, 21)
    assert local_date(instant, "America/New_York") == date(2026, 11, 20)


def test_an_instant_without_offset_has_no_date():
    with pytest.raises(ValueError, match="has no offset"):
        local_date(datetime(2026, 11, 20, 17, 0), "Asia/Shanghai")  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Asia/Shangai", "Asia", "", "../etc/passwd", "/etc/passwd", "a\0b"])
def test_an_unknown_zone_is_named(name):
    with pytest.raises(ValueError, match="no time zone is named"):
        zone(name)


def test_a_misspelt_zone_gets_a_hint():
    with pytest.raises(ValueError, match="did you mean `Asia/Shanghai`"):
        zone("Asia/Shangai")


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001
def test_microseconds_lose_nothing(instant):
    assert instant_at(microseconds(instant), zone("Europe/Berlin")) == instant


def test_elapsed_time_is_not_wall_time_across_a_change_of_clocks():
    berlin = zone("Europe/Berlin")
    night = datetime(2026, 3, 28, 12, 0, tzinfo=berlin), datetime(2026, 3, 29, 12, 0, tzinfo=berlin)
    assert night[1] - night[0] == timedelta(hours=24)
    assert microseconds(night[1]) - microseconds(night[0]) == 23 * 3600 * SECOND
