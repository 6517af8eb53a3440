"""Calendars, and when they are open (semantics 3.3)."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from engine.calendars.hours import ALL_WEEK, DayHours, WeeklyHours, make_up_hours
from engine.calendars.moments import end_of_day, instant_at, microseconds, zone
from engine.calendars.public_holidays import is_covered, region_year

_LAST_ORDINAL: Final = date.max.toordinal()


class Calendar(msgspec.Struct, frozen=True, cache_hash=True):
    """When some people work: zone, weekly hours, public holidays of a region, and days of their own.

    ``timezone`` is an IANA name, ``region`` an ISO 3166 country (none: no public holidays) with an optional
    ``subdivision`` (``ENG``, ``BY``). ``closed`` days are off whatever else holds; ``open`` days are worked although
    weekday or holiday say otherwise. Whether the region is known shows at first use; ask
    :func:`engine.calendars.public_holidays.check_region` before. ``ValueError`` for an unknown zone, a week without
    hours, or a day both closed and open.
    """

    name: str
    timezone: str
    hours: WeeklyHours
    region: str | None = None
    subdivision: str | None = None
    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone(self.timezone)
        if not any(self.hours):
            raise ValueError(f"calendar `{self.name}` is never open")
        if both := self.closed & self.open:
            raise ValueError(f"calendar `{self.name}` has {min(both)} both closed and open")


class Day(NamedTuple):
    """One local day resolved: instants are microseconds of UTC since 1970 (see ``moments.SECOND``).

    ``closing`` is the deadline of the day: the end of its last interval, or the last second of a closed day.
    """

    is_open: bool
    intervals: tuple[tuple[int, int], ...]
    closing: int


class OpenDays(dict[int, Day]):
    """The days of some calendars by ordinal, each resolved when first asked for.

    Several calendars (the owner's and the account's) are open together only on dates on which each is open; the
    deadline of such a date is the earliest of their closing times. Open time is the first one's time in which the
    others are open as well; where they never meet that day (Berlin and Los Angeles), it is the first one's. Dates
    and zone of results are the first one's.
    """

    def __init__(self, calendars: tuple[Calendar, ...]) -> None:
        if not calendars:
            raise ValueError("due dates need at least one calendar")
        super().__init__()
        self.calendars = calendars
        self.zone = zone(calendars[0].timezone)
        self._each = tuple(open_days((each,)) for each in calendars) if len(calendars) > 1 else ()

    def __missing__(self, ordinal: int) -> Day:
        day = _meet(self._each, ordinal) if self._each else _resolve(self.calendars[0], date.fromordinal(ordinal))
        self[ordinal] = day
        return day

    def at(self, instant: int) -> datetime:
        """The instant, from microseconds, on the clocks of the first calendar."""
        return instant_at(instant, self.zone)

    def covers(self, first: date, last: date) -> bool:
        """Whether holiday data covers every year from one date to the other, in all of the calendars."""
        years = range(min(first, last).year, max(first, last).year + 1)
        return all(covers(each, year) for each in self.calendars for year in years)


@lru_cache(maxsize=1024)
def open_days(calendars: tuple[Calendar, ...]) -> OpenDays:
    """The open days of some calendars together, shared by all who ask; ``ValueError`` for none."""
    return OpenDays(calendars)


def always_open(timezone: str, name: str = "always") -> Calendar:
    """A calendar that never closes and knows no holidays: ``24x7``."""
    return Calendar(name, timezone, ALL_WEEK)


def covers(calendar: Calendar, year: int) -> bool:
    """Whether holiday data is complete for the year; dates that rest on other years are provisional (3.3)."""
    return calendar.region is None or is_covered(calendar.region, calendar.subdivision, year)


def is_open_day(calendar: Calendar, day: date) -> bool:
    """Whether the calendar has any hours on a local date."""
    return bool(day_hours(calendar, day))


def open_intervals(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """From and to of each open interval of a local date, in order, in the calendar's zone; empty when closed."""
    days = open_days((calendar,))
    return tuple((days.at(start), days.at(end)) for start, end in days[day.toordinal()].intervals)


def day_hours(calendar: Calendar, day: date) -> DayHours:
    """The hours of a local date. What is said of the date itself precedes make-up days, these holidays, these weekdays.

    A day worked instead of another takes the hours of Friday, or of the nearest open weekday before (semantics 3.3).
    """
    weekly = calendar.hours[day.weekday()]
    if day in calendar.closed:
        return ()
    if day in calendar.open:
        return weekly or make_up_hours(calendar.hours)
    if calendar.region is not None:
        known = region_year(calendar.region, calendar.subdivision, day.year)
        if day in known.made_up:
            return make_up_hours(calendar.hours)
        if day in known.closed:
            return ()
    return weekly


def _resolve(calendar: Calendar, day: date) -> Day:
    hours = day_hours(calendar, day)
    last_second = microseconds(end_of_day(day, calendar.timezone))
    intervals = tuple((_instant(calendar, day, start), _instant(calendar, day, end)) for start, end in hours)
    # A day that closes at 24:00 has its deadline on its own date, not on the next one.
    closing = min(intervals[-1][1], last_second) if intervals else last_second
    return Day(bool(intervals), intervals, closing)


def _instant(calendar: Calendar, day: date, minute: int) -> int:
    """The instant of a wall-clock minute of a local day; minute 1440 is midnight of the next."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone(calendar.timezone))
    try:
        return microseconds(midnight + timedelta(minutes=minute))
    except OverflowError as wrong:
        raise ValueError(f"{day} ends after the year 9999") from wrong


def _meet(each: tuple[OpenDays, ...], ordinal: int) -> Day:
    """One date of several calendars together."""
    first, *others = [days[ordinal] for days in each]
    if not (first.is_open and all(other.is_open for other in others)):
        return Day(False, (), microseconds(end_of_day(date.fromordinal(ordinal), each[0].calendars[0].timezone)))
    common = first.intervals
    for days in each[1:]:
        common = _overlap(common, _around(days, ordinal))
    return Day(True, common or first.intervals, min(first.closing, *(other.closing for other in others)))


def _around(days: OpenDays, ordinal: int) -> list[tuple[int, int]]:
    """Open time of a date and its neighbours: in another zone the same hours fall on another date."""
    near = range(max(1, ordinal - 1), min(_LAST_ORDINAL, ordinal + 1) + 1)
    return [interval for each in near for interval in days[each].intervals]


def _overlap(left: tuple[tuple[int, int], ...], right: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return tuple((start, end) for start, end in pairs if start < end)
