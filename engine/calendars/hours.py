"""The hours of a week: for each weekday, the intervals in which people work (semantics 3.3)."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

DayHours = tuple[tuple[int, int], ...]
"""Intervals of one day in order, each from and to in minutes after local midnight; empty: closed."""

WeeklyHours = tuple[DayHours, DayHours, DayHours, DayHours, DayHours, DayHours, DayHours]
"""The hours of Monday to Sunday."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = 24 * 60
ALL_DAY: Final[DayHours] = ((0, MIDNIGHT),)
ALL_WEEK: Final[WeeklyHours] = (ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY)

_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_FRIDAY_AND_BEFORE: Final = (4, 3, 2, 1, 0, 6, 5)


def parse_hours(written: str | Mapping[str, str]) -> WeeklyHours:
    """The week written as ``{"mon-fri": "09:00-12:00 13:30-18:00"}``, or as ``"24x7"``.

    A key is a weekday, a range (``sun-thu`` runs on over the weekend) or several of both with commas; days not named
    are closed. ``ValueError`` says in plain words what is wrong.
    """
    if isinstance(written, str):
        if written.strip().lower() == "24x7":
            return ALL_WEEK
        raise ValueError(f"hours `{written}`: write `24x7`, or hours per weekday such as `mon-fri: 09:00-18:00`")
    week: dict[int, DayHours] = {}
    for days, text in written.items():
        hours = _day_hours(text)
        for day in _days(days):
            if day in week:
                raise ValueError(f"`{WEEKDAYS[day]}` is given hours twice")
            week[day] = hours
    if not any(week.values()):
        raise ValueError("no weekday is open; name at least one, such as `mon-fri: 09:00-18:00`")
    mon, tue, wed, thu, fri, sat, sun = (week.get(day, ()) for day in range(7))
    return (mon, tue, wed, thu, fri, sat, sun)


def make_up_hours(hours: WeeklyHours) -> DayHours:
    """The hours of a working day on a weekend: those of Friday, or of the nearest day before it that is open."""
    return next((hours[day] for day in _FRIDAY_AND_BEFORE if hours[day]), ())


def _days(text: str) -> list[int]:
    """The weekdays (Monday is 0) that ``mon-fri`` or ``mon, wed`` names."""
    named: list[int] = []
    for part in text.lower().split(","):
        first, _, last = (word.strip() for word in part.partition("-"))
        start, end = _weekday(first, text), _weekday(last or first, text)
        named += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return named


def _weekday(word: str, text: str) -> int:
    if word not in WEEKDAYS:
        raise ValueError(f"`{text}` names no weekdays; write `mon-fri` or `sat` ({' '.join(WEEKDAYS)})")
    return WEEKDAYS.index(word)


def _day_hours(text: str) -> DayHours:
    hours = tuple(_interval(word) for word in text.replace(",", " ").split())
    if not hours:
        raise ValueError("hours are empty; leave the weekday out where it is closed")
    for (_, end), (start, _) in pairwise(hours):
        if start < end:
            raise ValueError(f"`{text}`: intervals stand in order and don't overlap")
    return hours


def _interval(word: str) -> tuple[int, int]:
    found = _INTERVAL.fullmatch(word)
    if not found:
        raise ValueError(f"`{word}` is no interval of hours; write `09:00-12:00`")
    start, end = _minutes(found[1], found[2], word), _minutes(found[3], found[4], word)
    if start >= end:
        raise ValueError(f"`{word}` ends before it begins; split hours over midnight: `22:00-24:00` and `00:00-06:00`")
    return start, end


def _minutes(hour: str, minute: str, word: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > MIDNIGHT:
        raise ValueError(f"`{word}`: times run from 00:00 to 24:00")
    return total
