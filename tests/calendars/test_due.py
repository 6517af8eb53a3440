"""If a due date is off by a day, a promise to a customer is broken or a person is chased for nothing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.calendars.due import add, before, deadline
from engine.calendars.hours import parse_hours
from engine.calendars.locales import OFFICE_HOURS, calendar_for_locale
from engine.calendars.workdays import Calendar, always_open
from engine.foundation.quantities import Duration, parse_duration

CN = (Calendar("cn", "Asia/Shanghai", parse_hours({"mon-fri": "09:00-12:00 13:30-18:00"}), "CN"),)
BERLIN = (calendar_for_locale("de-DE"),)
ALWAYS = (always_open("Asia/Shanghai"),)


def at(text, timezone="Asia/Shanghai"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))


def due(calendars, start, duration, **options):
    moment = start if isinstance(start, date) else at(start, calendars[0].timezone)
    return f"{add(calendars, moment, parse_duration(duration), **options).at:%a %Y-%m-%d %H:%M}"


def ahead(calendars, anchor, duration, **options):
    moment = anchor if isinstance(anchor, date) else at(anchor, calendars[0].timezone)
    return f"{before(calendars, moment, parse_duration(duration), **options).at:%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        # 2026-03-06 is an ordinary Friday.
        ("2026-03-06T17:00", "2 working hours", "Mon 2026-03-09 10:00"),
        ("2026-03-06T16:00", "2 working hours", "Fri 2026-03-06 18:00"),
        ("2026-03-06T18:00", "2 working hours", "Mon 2026-03-09 11:00"),
        ("2026-03-07T11:00", "2 working hours", "Mon 2026-03-09 11:00"),
        ("2026-03-06T11:00", "2 working hours", "Fri 2026-03-06 14:30"),
        ("2026-03-06T12:30", "2 working hours", "Fri 2026-03-06 15:30"),
        ("2026-03-06T09:00", "7.5 working hours", "Fri 2026-03-06 18:00"),
        ("2026-03-06T09:00", "0.5 working hours", "Fri 2026-03-06 09:30"),
        ("2026-03-06T05:00", "15 working hours", "Mon 2026-03-09 18:00"),
        ("2026-03-07T11:00", "0 working hours", "Mon 2026-03-09 09:00"),
        # Saturday 14 February is worked, then the festival lasts to the 23rd; Saturday the 28th is worked again.
        ("2026-02-13T17:00", "2 working hours", "Sat 2026-02-14 10:00"),
        ("2026-02-14T17:00", "2 working hours", "Tue 2026-02-24 10:00"),
        ("2026-02-18T03:00", "2 working hours", "Tue 2026-02-24 11:00"),
        ("2026-02-27T17:00", "2 working hours", "Sat 2026-02-28 10:00"),
        ("2026-02-28T17:00", "2 working hours", "Mon 2026-03-02 10:00"),
    ],
)
def test_working_hours_run_in_open_time_only(start, duration, expected):
    assert due(CN, start, duration) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-06T17:00", "2 hours", "Fri 2026-03-06 19:00"),
        ("2026-03-07T10:00", "2 hours", "Sat 2026-03-07 12:00"),
        ("2026-03-06T17:00", "48 hours", "Sun 2026-03-08 17:00"),
        ("2026-03-06T17:00", "90 minutes", "Fri 2026-03-06 18:30"),
        ("2026-03-06T17:00", "0.5 hours", "Fri 2026-03-06 17:30"),
        ("2026-03-06T17:00", "0 hours", "Fri 2026-03-06 17:00"),
    ],
)
def test_hours_are_elapsed_time_weekend_or_not(start, duration, expected):
    assert due(CN, start, duration) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-06T10:00", "2 working days", "Tue 2026-03-10 18:00"),
        ("2026-03-07T10:00", "2 working days", "Tue 2026-03-10 18:00"),
        ("2026-03-08T10:00", "2 working days", "Tue 2026-03-10 18:00"),
        ("2026-03-06T23:00", "1 working day", "Mon 2026-03-09 18:00"),
        ("2026-02-13T10:00", "1 working day", "Sat 2026-02-14 18:00"),
        ("2026-02-13T10:00", "2 working days", "Tue 2026-02-24 18:00"),
        ("2026-02-24T10:00", "4 working days", "Sat 2026-02-28 18:00"),
        ("2026-03-06T10:00", "0 working days", "Fri 2026-03-06 18:00"),
        ("2026-03-07T10:00", "0 working days", "Mon 2026-03-09 18:00"),
    ],
)
def test_working_days_count_from_the_first_open_day_after_the_start(start, duration, expected):
    assert due(CN, start, duration) == expected


def test_the_start_of_working_days_is_its_local_date():
    friday_night_in_shanghai = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
    saturday_in_shanghai = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    one = parse_duration("1 working day")
    assert add(CN, friday_night_in_shanghai, one) == add(CN, saturday_in_shanghai, one)
    assert add(CN, friday_night_in_shanghai, one).date == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-06T10:00", "3 days", "Mon 2026-03-09 18:00"),
        ("2026-03-06T10:00", "2 days", "Mon 2026-03-09 18:00"),
        ("2026-03-06T10:00", "1 week", "Fri 2026-03-13 18:00"),
        ("2026-01-31T10:00", "1 month", "Sat 2026-02-28 18:00"),
        ("2026-01-31T10:00", "quarter", "Thu 2026-04-30 18:00"),
        ("2026-08-31T10:00", "1 half year", "Mon 2027-03-01 18:00"),
        ("2024-02-29T10:00", "1 year", "Fri 2025-02-28 18:00"),
        ("2024-02-29T10:00", "4 years", "Tue 2028-02-29 18:00"),
    ],
)
def test_days_to_years_end_with_closing_time_and_move_off_closed_days(start, duration, expected):
    assert due(CN, start, duration) == expected


def test_notices_move_backward_and_none_stays():
    assert due(CN, "2026-03-06T10:00", "2 days", shift="backward") == "Fri 2026-03-06 18:00"
    assert due(CN, "2026-03-06T10:00", "2 days", shift="none") == "Sun 2026-03-08 23:59"


@pytest.mark.parametrize(
    ("anchor", "duration", "expected"),
    [
        ("2026-03-12T15:00", "48 hours", "Tue 2026-03-10 15:00"),
        ("2026-03-09T10:00", "48 hours", "Fri 2026-03-06 18:00"),
        ("2026-03-12T13:00", "48 hours", "Tue 2026-03-10 12:00"),
        ("2026-03-12T12:00", "48 hours", "Tue 2026-03-10 12:00"),
        ("2026-02-25T10:00", "48 hours", "Sat 2026-02-14 18:00"),
        (date(2026, 3, 12), "48 hours", "Tue 2026-03-10 18:00"),
        ("2026-03-09T10:00", "2 working hours", "Fri 2026-03-06 17:00"),
        ("2026-03-09T09:00", "7.5 working hours", "Fri 2026-03-06 09:00"),
        ("2026-03-09T10:00", "5 working days", "Mon 2026-03-02 18:00"),
        ("2026-02-28T10:00", "5 working days", "Sat 2026-02-14 18:00"),
        (date(2026, 3, 8), "1 working day", "Fri 2026-03-06 18:00"),
        (date(2026, 3, 9), "1 week", "Mon 2026-03-02 18:00"),
        (date(2026, 3, 31), "1 month", "Sat 2026-02-28 18:00"),
        (date(2026, 3, 22), "1 month", "Sat 2026-02-14 18:00"),
    ],
)
def test_what_is_due_ahead_is_never_too_late(anchor, duration, expected):
    assert ahead(CN, anchor, duration) == expected


def test_ahead_may_be_left_or_moved_forward():
    assert ahead(CN, "2026-03-09T10:00", "48 hours", shift="none") == "Sat 2026-03-07 10:00"
    assert ahead(CN, "2026-03-09T10:00", "48 hours", shift="forward") == "Mon 2026-03-09 09:00"


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-27T18:00", "48 hours", "Sun 2026-03-29 19:00"),
        ("2026-03-27T17:00", "2 working hours", "Mon 2026-03-30 10:00"),
        ("2026-10-24T18:00", "24 hours", "Sun 2026-10-25 17:00"),
        ("2026-10-23T17:00", "2 working hours", "Mon 2026-10-26 10:00"),
    ],
)
def test_a_change_of_clocks_shifts_elapsed_hours_not_office_hours(start, duration, expected):
    assert due(BERLIN, start, duration) == expected


def test_working_hours_of_a_24x7_calendar_are_elapsed_hours():
    berlin = (always_open("Europe/Berlin"),)
    assert due(berlin, "2026-03-28T18:00", "24 working hours") == due(berlin, "2026-03-28T18:00", "24 hours")


def test_a_24x7_day_closes_with_its_last_second():
    found = add(ALWAYS, at("2026-03-06T10:00"), parse_duration("2 working days"))
    assert (found.at.isoformat(), found.date) == ("2026-03-08T23:59:59+08:00", date(2026, 3, 8))
    assert due(ALWAYS, "2026-03-06T23:00", "1 working hour") == "Sat 2026-03-07 00:00"


def test_midnight_is_still_the_closing_of_a_day_that_closes_at_midnight():
    late = (Calendar("late", "Asia/Shanghai", parse_hours({"wed": "23:00-24:00"})),)
    assert due(late, "2026-03-04T23:00", "1 working hour") == "Thu 2026-03-05 00:00"
    assert due(late, "2026-03-05T00:00", "0 working hours") == "Thu 2026-03-05 00:00"


def test_a_bare_date_starts_with_its_last_second():
    assert due(CN, date(2026, 3, 6), "2 hours") == "Sat 2026-03-07 01:59"
    assert due(CN, date(2026, 3, 6), "2 working hours") == "Mon 2026-03-09 11:00"


def test_dates_are_kept_but_provisional_where_make_up_days_are_unknown():
    def provisional(start, duration):
        return add(CN, at(start), parse_duration(duration)).provisional

    assert not provisional("2026-12-28T10:00", "3 working days")
    assert provisional("2026-12-30T10:00", "3 working days")
    assert provisional("2026-12-31T17:00", "2 working hours")
    assert provisional("2027-03-01T10:00", "3 days")
    assert not provisional("2027-03-01T10:00", "3 hours")
    assert before(CN, at("2027-01-04T10:00"), parse_duration("5 working days")).provisional
    assert add(CN, at("2026-12-30T10:00"), parse_duration("3 working days")).date == date(2027, 1, 5)


def test_a_date_has_a_deadline():
    assert deadline(CN, date(2026, 3, 6)).at == at("2026-03-06T18:00")
    assert deadline(CN, date(2026, 3, 7)).date == date(2026, 3, 9)
    assert deadline(CN, date(2026, 3, 7), shift="backward").at == at("2026-03-06T18:00")
    assert deadline(CN, date(2026, 3, 7), shift="none").at == at("2026-03-07T23:59:59")


def test_visits_need_the_owners_and_the_accounts_days():
    both = CN + BERLIN
    # Good Friday and Easter Monday are closed in Berlin, Monday 6 April in China too; Berlin is 6 hours behind.
    assert due(CN, "2026-04-02T10:00", "1 working day") == "Fri 2026-04-03 18:00"
    assert due(both, "2026-04-02T10:00", "1 working day") == "Tue 2026-04-07 18:00"
    assert due(both, "2026-04-02T10:00", "3 working hours") == "Thu 2026-04-02 18:00"
    assert due(both, "2026-04-02T10:00", "4 working hours") == "Tue 2026-04-07 16:00"


def test_the_earliest_closing_of_several_calendars_is_the_deadline():
    short = Calendar("short", "Asia/Shanghai", parse_hours({"mon-fri": "09:00-15:00"}))
    assert due((*CN, short), "2026-03-06T10:00", "1 working day") == "Mon 2026-03-09 15:00"


def test_days_are_counted_by_the_anchors_date_even_where_its_deadline_falls_on_another():
    far = (Calendar("h", "Pacific/Honolulu", OFFICE_HOURS), Calendar("a", "Pacific/Auckland", OFFICE_HOURS))
    assert before(far, date(2026, 3, 12), parse_duration("1 working day")).date == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("duration", "complaint"),
    [
        (Duration(parse_duration("1 day").amount / 2, "days"), "can't be counted in whole units"),
        (parse_duration("1.5 working days"), "can't be counted in whole units"),
        (parse_duration("0.5 months"), "can't be counted in whole units"),
        (Duration(-parse_duration("1 day").amount, "hours"), "use `before`"),
        (parse_duration("99999999 working days"), "not reached within 100 years"),
        (parse_duration("99999999 working hours"), "not reached within 100 years"),
        (parse_duration("99999999 hours"), "out of the years 1 to 9999"),
        (parse_duration("99999999999999999999 days"), "out of the years 1 to 9999"),
        (parse_duration("99999999 years"), "out of the years 1 to 9999"),
    ],
)
def test_durations_without_a_due_date_are_refused(duration, complaint):
    with pytest.raises(ValueError, match=complaint):
        add(ALWAYS, at("2026-03-06T10:00"), duration)


def test_calendars_that_are_never_open_together_are_named():
    weekdays = Calendar("week", "UTC", OFFICE_HOURS)
    weekends = Calendar("weekend", "UTC", parse_hours({"sat-sun": "09:00-18:00"}))
    for text in ("1 day", "1 working day", "1 working hour"):
        with pytest.raises(ValueError, match="is `week`, `weekend` ever open"):
            add((weekdays, weekends), at("2026-03-06T10:00"), parse_duration(text))


def test_a_start_without_offset_is_refused():
    with pytest.raises(ValueError, match="has no offset"):
        add(CN, datetime(2026, 3, 6, 10, 0), parse_duration("1 hour"))  # noqa: DTZ001


def test_a_date_at_the_end_of_time_stands_for_never_and_is_no_crash():
    assert before(CN, date(9999, 12, 31), parse_duration("5 working days")).provisional
    with pytest.raises(ValueError, match="9999"):
        deadline(ALWAYS, date(9999, 12, 31))
    with pytest.raises(ValueError, match="9999"):
        add(CN, date(9999, 12, 31), parse_duration("1 day"))
