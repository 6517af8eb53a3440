"""Days and moments as the records need them: working days, quarters, office hours in Shanghai."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from scripts.portfolio.dice import Dice

SHANGHAI: Final = timezone(timedelta(hours=8))
SEEN_AT: Final = time(18, 0)
"""When the snapshots are taken on their day."""


def before(day: date, days: int) -> date:
    """``days`` days before ``day``, moved back from a weekend to Friday."""
    found = day - timedelta(days=days)
    return found - timedelta(days=max(0, found.weekday() - 4))


def after(day: date, days: int) -> date:
    """``days`` days after ``day``, moved on from a weekend to Monday."""
    found = day + timedelta(days=days)
    return found + timedelta(days=7 - found.weekday()) if found.weekday() > 4 else found


def at(day: date, clock: time) -> str:
    """A moment of ``day`` in Shanghai, as snapshots write it."""
    return datetime.combine(day, clock, SHANGHAI).isoformat()


def moment(as_of: date, hours_ago: int, minutes: int = 0) -> str:
    """The moment so long before the snapshot was taken."""
    seen = datetime.combine(as_of, SEEN_AT, SHANGHAI)
    return (seen - timedelta(hours=hours_ago, minutes=minutes)).isoformat()


def quarter_start(day: date) -> date:
    """The first day of the quarter that ``day`` lies in."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def quarter_end(day: date) -> date:
    """The last day of the quarter that ``day`` lies in."""
    return quarter_start(quarter_start(day) + timedelta(days=100)) - timedelta(days=1)


def quarters(first: date, last: date) -> Iterator[date]:
    """The first days of all quarters from that of ``first`` to that of ``last``."""
    start = quarter_start(first)
    while start <= last:
        yield start
        start = quarter_start(start + timedelta(days=100))


def months_before(day: date, months: int) -> date:
    """The same day ``months`` months earlier, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def working_day(dice: Dice, start: date, days: int) -> date:
    """A Monday to Friday among the ``days`` days from ``start`` on (``days`` at least 7)."""
    found = start + timedelta(days=dice.between(0, days - 1))
    found -= timedelta(days=max(0, found.weekday() - 4))
    return found if found >= start else found + timedelta(days=7)
