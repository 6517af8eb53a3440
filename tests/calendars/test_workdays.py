"""If an open day is taken for a closed one, people are called on holidays or promises run out unseen."""

from datetime import date, timedelta

import pytest

from engine.calendars.hours import parse_hours
from engine.calendars.locales import LOCALES, OFFICE_HOURS, calendar_for_locale
from engine.calendars.public_holidays import check_region, region_year
from engine.calendars.workdays import Calendar, always_open, covers, is_open_day, open_days, open_intervals
from engine.foundation.canonical import canonical_bytes

HOURS = parse_hours({"mon-fri": "09:00-12:00 13:30-18:00"})
CN = Calendar("cn", "Asia/Shanghai", HOURS, "CN")


def shown(calendar, day):
    return [f"{start:%d %H:%M}-{end:%d %H:%M%z}" for start, end in open_intervals(calendar, day)]


def test_spring_festival_2026_is_closed_from_15_to_23_february():
    closed = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
    assert not any(is_open_day(CN, day) for day in closed)
    assert is_open_day(CN, date(2026, 2, 24))


@pytest.mark.parametrize("saturday", [date(2026, 2, 14), date(2026, 2, 28)])
def test_make_up_saturdays_have_the_hours_of_friday(saturday):
    assert saturday.weekday() == 5
    assert shown(CN, saturday) == [f"{saturday.day} 09:00-{saturday.day} 12:00+0800",
                                   f"{saturday.day} 13:30-{saturday.day} 18:00+0800"]  # fmt: skip


def test_an_ordinary_weekend_is_closed():
    assert open_intervals(CN, date(2026, 3, 7)) == ()


def test_days_named_by_hand_precede_holidays_and_make_up_days():
    own = Calendar(
        "own", "Asia/Shanghai", HOURS, "CN", closed=frozenset({date(2026, 2, 14)}), open=frozenset({date(2026, 2, 16),
        date(2026, 3, 7)})
    )  # fmt: skip
    assert not is_open_day(own, date(2026, 2, 14))
    assert shown(own, date(2026, 2, 16)) == ["16 09:00-16 12:00+0800", "16 13:30-16 18:00+0800"]
    assert shown(own, date(2026, 3, 7)) == ["07 09:00-07 12:00+0800", "07 13:30-07 18:00+0800"]


def test_without_a_region_there_are_no_holidays():
    plain = Calendar("plain", "Asia/Shanghai", HOURS)
    assert is_open_day(plain, date(2026, 2, 17))
    assert covers(plain, 2126)


def test_24x7_runs_to_midnight_through_holidays():
    assert shown(always_open("Asia/Shanghai"), date(2026, 2, 17)) == ["17 00:00-18 00:00+0800"]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_24x7_day_is_as_long_as_the_clocks_make_it(day, hours):
    (start, end), = open_days((always_open("Europe/Berlin"),))[day.toordinal()].intervals  # fmt: skip
    assert end - start == hours * 3600 * 10**6


def test_china_is_covered_exactly_where_make_up_days_are_known():
    assert [year for year in range(1995, 2035) if covers(CN, year)] == list(range(2001, 2027))


def test_estimated_holidays_are_not_covered():
    singapore = calendar_for_locale("en-SG")
    assert covers(singapore, 2026)
    assert any("estimated" in name for name in _names("SG", 2030))
    assert not covers(singapore, 2030)


def _names(region, year):
    from holidays import country_holidays

    return country_holidays(region, years=year, language="en_US").values()


def test_a_year_before_or_after_the_data_is_not_covered():
    germany = calendar_for_locale("de-DE")
    assert covers(germany, 2026)
    assert not covers(germany, 1980)
    assert not covers(germany, 2200)


def test_hungary_is_covered_in_a_year_without_make_up_days_if_later_notices_are_known():
    hungary = Calendar("hu", "Europe/Budapest", OFFICE_HOURS, "HU")
    assert not region_year("HU", None, 2023).made_up
    assert covers(hungary, 2023)
    assert not covers(hungary, 2040)


def test_an_alias_of_a_country_is_the_country():
    assert not covers(Calendar("cn", "Asia/Shanghai", HOURS, "CHN"), 2027)


def test_unknown_regions_are_named():
    check_region("DE", "BY")
    with pytest.raises(ValueError, match="holidays of `XX` are not known"):
        check_region("XX")
    with pytest.raises(ValueError, match="`ZZ` of `CN`"):
        check_region("CN", "ZZ")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"timezone": "Asia/Shangai"}, "did you mean"),
        ({"hours": ((),) * 7}, "never open"),
        ({"closed": frozenset({date(2026, 5, 1)}), "open": frozenset({date(2026, 5, 1)})}, "both closed and open"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused(changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        Calendar(**{"name": "cn", "timezone": "Asia/Shanghai", "hours": HOURS} | changes)


def test_a_calendar_has_one_canonical_form_whatever_the_order_of_its_days():
    days = [date(2026, 5, n) for n in range(1, 29)]
    one, other = (Calendar("x", "UTC", HOURS, closed=frozenset(each)) for each in (days, days[::-1]))
    assert canonical_bytes(one) == canonical_bytes(other)
    assert b'"closed":["2026-05-01","2026-05-02"' in canonical_bytes(one)


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_every_locale_brings_a_calendar_that_works(locale):
    calendar = calendar_for_locale(locale)
    assert calendar.hours == OFFICE_HOURS
    assert covers(calendar, 2026)
    assert 225 <= sum(is_open_day(calendar, date(2026, 1, 1) + timedelta(days=n)) for n in range(365)) <= 256


def test_locales_bring_their_place():
    china, america = calendar_for_locale("zh-CN"), calendar_for_locale("en_US")
    assert (china.timezone, china.region, china.name) == ("Asia/Shanghai", "CN", "zh-CN")
    assert (america.timezone, america.region) == ("America/New_York", "US")
    assert not is_open_day(calendar_for_locale("en-GB"), date(2026, 4, 6))
    assert calendar_for_locale("zz-ZZ") is None
    assert calendar_for_locale("en") is None


def test_two_calendars_are_open_on_common_days_and_in_common_hours():
    berlin = calendar_for_locale("de-DE")
    both = open_days((CN, berlin))
    monday = both[date(2026, 11, 16).toordinal()]
    assert [(both.at(a).hour, both.at(b).hour) for a, b in monday.intervals] == [(16, 18)]
    assert both.at(monday.closing).hour == 18
    assert not both[date(2026, 5, 14).toordinal()].is_open  # Ascension Day
    assert not both[date(2026, 2, 14).toordinal()].is_open  # a working Saturday in China only


def test_hours_meet_across_the_date_line():
    west = calendar_for_locale("en-US")
    west = Calendar("la", "America/Los_Angeles", west.hours)
    both = open_days((west, Calendar("cn", "Asia/Shanghai", OFFICE_HOURS)))
    monday = both[date(2026, 11, 16).toordinal()]
    assert [f"{both.at(a):%a %H}-{both.at(b):%a %H}" for a, b in monday.intervals] == ["Mon 17-Mon 18"]


def test_where_hours_never_meet_the_first_calendar_counts():
    both = open_days((Calendar("ny", "America/New_York", OFFICE_HOURS), Calendar("cn", "Asia/Shanghai", OFFICE_HOURS)))
    monday = both[date(2026, 11, 16).toordinal()]
    assert [f"{both.at(a):%H}-{both.at(b):%H}" for a, b in monday.intervals] == ["09-18"]


def test_no_calendar_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one calendar"):
        open_days(())
