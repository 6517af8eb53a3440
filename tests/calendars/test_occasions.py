"""If a festival is taken for another day, greetings arrive when the offices are empty."""

from datetime import date

import pytest

from engine.calendars.occasions import festival_names, occasion


@pytest.mark.parametrize(
    ("region", "name", "days"),
    [
        ("CN", "spring_festival", ["2026-02-17", "2027-02-06"]),
        ("CN", "春节", ["2026-02-17", "2027-02-06"]),
        ("CN", "chinese_new_year", ["2026-02-17", "2027-02-06"]),
        ("CN", "中秋", ["2026-09-25", "2027-09-15"]),
        ("CN", "mid_autumn", ["2026-09-25", "2027-09-15"]),
        ("CN", "labor_day", ["2026-05-01", "2027-05-01"]),
        ("US", "christmas", ["2026-12-25", "2027-12-25"]),
        ("HK", "重阳节", ["2026-10-18", "2027-10-08"]),
        ("CN", "02-29", ["2026-02-28", "2027-02-28"]),
        ("CN", "2027-06-18", ["2027-06-18"]),
    ],
)
def test_names_of_days(region: str, name: str, days: list[str]) -> None:
    found = occasion(name, region, None).between(date(2026, 1, 1), date(2027, 12, 31))
    assert [each.isoformat() for each in found] == days


def test_two_festivals_on_one_day_are_both_there() -> None:
    first, last = date(2031, 1, 1), date(2031, 12, 31)
    assert occasion("national_day", "CN", None).between(first, last) == (date(2031, 10, 1),)
    assert occasion("mid_autumn", "CN", None).between(first, last) == (date(2031, 10, 1),)


def test_a_year_without_data_says_so() -> None:
    with pytest.raises(ValueError, match="spring_festival of 2101"):
        occasion("spring_festival", "CN", None).between(date(2101, 1, 1), date(2101, 12, 31))


@pytest.mark.parametrize("name", ["11-31", "2026-02-30", "thanksgiving", "休息日", "substituted_from_01_04_2026"])
def test_what_is_no_day(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        occasion(name, "CN", None)


def test_days_off_that_stand_in_for_others_are_no_festivals() -> None:
    assert not [each for each in festival_names("CN", None) if any(letter.isdigit() for letter in each)]
