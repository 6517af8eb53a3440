"""If hours are misread, every working-hour promise of that calendar is off."""

import pytest

from engine.calendars.hours import ALL_WEEK, make_up_hours, parse_hours

OFFICE = ((540, 720), (810, 1080))


def test_a_range_of_weekdays_shares_its_hours_and_the_rest_is_closed():
    assert parse_hours({"mon-fri": "09:00-12:00 13:30-18:00"}) == (OFFICE,) * 5 + ((), ())


def test_24x7_is_open_from_midnight_to_midnight_every_day():
    assert parse_hours("24x7") == ALL_WEEK == (((0, 1440),),) * 7


def test_a_week_may_run_over_the_weekend_and_name_single_days():
    week = parse_hours({"sun-tue": "9:00-17:00", "thu, sat": "10:00-14:00"})
    long, short = ((540, 1020),), ((600, 840),)
    assert week == (long, long, (), short, (), short, long)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("always", "write `24x7`"),
        ({}, "no weekday is open"),
        ({"monday": "09:00-18:00"}, "`monday` names no weekdays"),
        ({"mon-": "09:00-18:00", "mon": "09:00-18:00"}, "`mon` is given hours twice"),
        ({"mon-fri": "09:00-18:00", "fri": "09:00-15:00"}, "`fri` is given hours twice"),
        ({"mon": ""}, "hours are empty"),
        ({"mon": "9-18"}, "`9-18` is no interval"),
        ({"mon": "09：00-18：00"}, "is no interval"),
        ({"mon": "18:00-09:00"}, "ends before it begins"),
        ({"mon": "22:00-06:00"}, "`22:00-24:00` and `00:00-06:00`"),
        ({"mon": "09:00-24:30"}, "times run from 00:00 to 24:00"),
        ({"mon": "09:60-18:00"}, "times run from 00:00 to 24:00"),
        ({"mon": "13:00-18:00 09:00-12:00"}, "stand in order"),
        ({"mon": "09:00-13:00 12:00-18:00"}, "stand in order"),
    ],
)
def test_bad_hours_are_refused_in_plain_words(written, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_hours(written)


def test_make_up_days_take_the_hours_of_friday_or_of_the_open_day_before():
    assert make_up_hours(parse_hours({"mon-thu": "09:00-18:00", "fri": "09:00-15:00"})) == ((540, 900),)
    assert make_up_hours(parse_hours({"sun-wed": "08:00-16:00"})) == ((480, 960),)
    assert make_up_hours(parse_hours({"sat": "10:00-12:00"})) == ((600, 720),)
