"""The arithmetic both evaluators stand on: formulas and moments, without any control flow over unknown data."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import isqrt
from typing import Any, Final
from zoneinfo import ZoneInfo

import re2

from engine.calendars.moments import SECOND, microseconds
from engine.calendars.months import DAYS_IN, MONTHS_IN, months_between, shift_date
from engine.foundation.quantities import Duration, divide_half_even

_SECONDS_IN: Final[dict[str, int]] = {"minutes": 60, "hours": 3600}
_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)


def percent(part: int, whole: int, scale: int) -> int:
    """``part / whole`` in percent at ``scale``, rounded half-even once; ``whole`` is not 0."""
    return divide_half_even(part * 100 * 10**scale, whole)


def relative_change(before: int, after: int, scale: int) -> int:
    """(after − before) / |before| in percent at ``scale`` (semantics 2.4); ``before`` is not 0."""
    return percent(after - before, abs(before), scale)


def trend(values: Sequence[int], scale: int) -> int | None:
    """The slope of the least-squares line through values at equal distances, in percent of |their mean| per step at
    ``scale``, rounded half-even once; none where the mean is 0."""
    count, total = len(values), sum(values)
    if total == 0:
        return None
    # slope = (n·Σxy − Σx·Σy) / (n·Σx² − (Σx)²) with x = 0 … n − 1; over |mean| = |Σy| / n.
    rise = count * sum(at * value for at, value in enumerate(values)) - count * (count - 1) // 2 * total
    run = count * count * (count * count - 1) // 12
    return percent(rise * count, run * abs(total), scale)


def volatility(values: Sequence[int], scale: int) -> int | None:
    """The standard deviation of values (of all of them, not of a sample) in percent of |their mean| at ``scale``,
    rounded half-even once; none where the mean is 0."""
    total = abs(sum(values))
    if total == 0:
        return None
    # deviation over mean = √(n·Σy² − (Σy)²) / |Σy|
    spread = len(values) * sum(value * value for value in values) - total * total
    return root_over(spread * (100 * 10**scale) ** 2, total)


def root_over(square: int, divisor: int) -> int:
    """``√square / divisor`` as a whole number, rounded half-even once, exactly; ``divisor`` is positive."""
    below = isqrt(square // (divisor * divisor))
    halves = 4 * square - ((2 * below + 1) * divisor) ** 2
    return below + (1 if halves > 0 or (halves == 0 and below % 2) else 0)


def quotient(dividend: int, divisor: int, shift: int, factor: int) -> int:
    """``dividend / divisor`` times ``factor``, moved by ``shift`` decimals, rounded half-even once."""
    up, down = 10 ** max(shift, 0), 10 ** max(-shift, 0)
    return divide_half_even(dividend * factor * up, divisor * down)


def local_day(moment: date | datetime, zone: ZoneInfo) -> date:
    """The date itself, or the local date of an instant."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        # Within a day of the years 1 or 9999: the zone's clock would leave the calendar.
        return moment.date()


def days_between(start: date | datetime, end: date | datetime, zone: ZoneInfo) -> int:
    """Days from one local date to another; negative where ``end`` lies before."""
    return (local_day(end, zone) - local_day(start, zone)).days


def complete_months(start: date | datetime, end: date | datetime, zone: ZoneInfo) -> int:
    """Complete months from one local date to another, clamped, counted from ``start``."""
    return months_between(local_day(start, zone), local_day(end, zone))


def hours_between(start: datetime, end: datetime) -> int:
    """Elapsed hours in millionths, rounded half-even."""
    return divide_half_even(microseconds(end) - microseconds(start), 3600)


def shift_moment(moment: date | datetime, by: Duration, back: bool, zone: ZoneInfo) -> date | datetime:
    """A date or instant moved by a duration, within the years 1 to 9999: what would leave them is held at their end.

    Days to years move the local date of an instant and keep its time of day; minutes and hours are elapsed time.
    ``ValueError`` for hours from a date and for working time, which no calendar is at hand for.
    """
    times = -1 if back else 1
    if not isinstance(moment, datetime):
        return _shift_day(moment, by, times)
    if by.unit in _SECONDS_IN:
        return _shift_instant(moment, timedelta(microseconds=int(by.amount * _SECONDS_IN[by.unit] * SECOND)) * times)
    try:
        local = moment.astimezone(zone)
        day = _shift_day(local.date(), by, times)
        return datetime.combine(day, local.timetz()).astimezone(UTC)
    except OverflowError:
        return _FIRST_INSTANT if back else _LAST_INSTANT


def _shift_instant(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment.astimezone(UTC) + by
    except OverflowError:
        return _LAST_INSTANT if by > timedelta(0) else _FIRST_INSTANT


def _shift_day(day: date, by: Duration, times: int) -> date:
    try:
        return shift_date(day, by, times)
    except ValueError:
        if by.unit not in {**DAYS_IN, **MONTHS_IN} or by.amount != int(by.amount):
            raise
        return date.max if by.amount * times > 0 else date.min


def moved(day: Any, days: int) -> date:
    """A date some days later, held within the years 1 to 9999."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def pattern_search(pattern: str) -> Callable[[str], bool]:
    """Whether an RE2 pattern is found in a text, compiled once; linear in the text's length."""
    options = re2.Options()
    options.log_errors = False
    compiled = re2.compile(pattern, options)

    def found(text: str) -> bool:
        return compiled.search(text.encode("utf-8", "replace")) is not None

    return found
